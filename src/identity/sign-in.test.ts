import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { nurse, physician, systemAdmin } from '../directory/test-hospital.ts'
import { codeAt } from './one-time-code.ts'
import {
  isCaller,
  openSampleDoor,
  password,
  publicUrl,
  seed,
  terminal,
  told,
  withBearer,
  withCookie,
} from './test-door.ts'

let door: Awaited<ReturnType<typeof openSampleDoor>>
before(async () => {
  door = await openSampleDoor()
})
after(() => door.close())
beforeEach(async () => {
  await door.database.query('delete from sign_in_attempt')
  door.clock.advance(60_000)
})

const signIn = (username: string, given: string) =>
  door.identity.signInWithPassword({ username, password: given, terminal })
const firstFactor = async () => {
  const result = await signIn('zhangsf', password)
  assert.equal(result.outcome, 'code-needed')
  return result.outcome === 'code-needed' ? result.ticket : ''
}

test('password and code make a session of assurance 2, and the ledger says so', async () => {
  const session = await door.signIn()
  const caller = await door.identity.identify(withCookie(session.secret))
  assert.ok(isCaller(caller))
  assert.deepEqual(
    { person: caller.person, assurance: caller.assurance, methods: caller.methods, terminal: caller.terminal },
    { person: physician, assurance: 2, methods: ['pwd', 'otp', 'mfa'], terminal },
  )
  const [entry] = await door.lastEntries(1)
  assert.equal(entry?.kind, 'sign-in')
  assert.deepEqual(entry?.actor, {
    assurance: 2,
    methods: ['pwd', 'otp', 'mfa'],
    person: physician,
    session: caller.session,
  })
  assert.ok(!JSON.stringify(entry).includes(session.secret))
})

test('without a second factor the assurance is 1; spelling and width of the name do not matter', async () => {
  const result = await signIn('ＬＩＳＩ ', password)
  assert.ok(result.outcome === 'signed-in')
  const caller = await door.identity.identify(withCookie(result.session.secret))
  assert.ok(isCaller(caller) && caller.person === nurse && caller.assurance === 1)
})

test('a wrong password and a name that does not exist get the same answer, and the ledger tells them apart', async () => {
  const wrong = await signIn('zhangsf', 'wrong')
  const unknown = await signIn('nobody-at-all', 'wrong')
  assert.deepEqual(wrong, { outcome: 'refused', code: 'wrong-credentials' })
  assert.deepEqual(unknown, wrong)
  const entries = await door.lastEntries(2)
  assert.deepEqual(
    entries.map((entry) => (entry.detail as { reason: string }).reason),
    ['wrong-password', 'unknown-account'],
  )
  assert.ok(!JSON.stringify(entries[1]).includes('nobody-at-all'))
})

test('a code is used once: the same and an older one are refused', async () => {
  await door.signIn()
  const used = door.code()
  const again = await door.identity.signInWithCode({ ticket: await firstFactor(), code: used, terminal })
  assert.equal(told(again), 'wrong-credentials')
  const older = codeAt(seed, door.clock.now() - 30_000)
  const late = await door.identity.signInWithCode({ ticket: await firstFactor(), code: older, terminal })
  assert.equal(told(late), 'wrong-credentials')
  const [entry] = await door.lastEntries(1)
  assert.equal((entry?.detail as { reason: string }).reason, 'code-used-before')
})

test('two who send the same code at once: one is admitted', async () => {
  const tickets = [await firstFactor(), await firstFactor()]
  const results = await Promise.all(
    tickets.map((ticket) => door.identity.signInWithCode({ ticket, code: door.code(), terminal })),
  )
  assert.deepEqual(results.map(told).sort(), ['signed-in', 'wrong-credentials'])
})

test('a wrong code is refused', async () => {
  const right = door.code()
  const wrong = right === '000000' ? '000001' : '000000'
  const result = await door.identity.signInWithCode({ ticket: await firstFactor(), code: wrong, terminal })
  assert.equal(told(result), 'wrong-credentials')
})

test('a ticket expires, is used once, and cannot be made up', async () => {
  const ticket = await firstFactor()
  door.clock.advance(5 * 60_000)
  assert.equal(told(await door.identity.signInWithCode({ ticket, code: door.code(), terminal })), 'ticket-expired')

  const other = await firstFactor()
  assert.equal(told(await door.identity.signInWithCode({ ticket: other, code: door.code(), terminal })), 'signed-in')
  door.clock.advance(30_000)
  assert.equal(
    told(await door.identity.signInWithCode({ ticket: other, code: door.code(), terminal })),
    'ticket-expired',
  )
  assert.equal(told(await door.identity.signInWithCode({ ticket: 'x', code: door.code(), terminal })), 'ticket-expired')
})

test('after five failures an account waits, ever longer, whether it exists or not, and the right password too', async () => {
  for (const username of ['zhangsf', 'nobody']) {
    for (let i = 0; i < 5; i++) assert.equal(told(await signIn(username, 'wrong')), 'wrong-credentials')
    assert.deepEqual(await signIn(username, password), { outcome: 'refused', code: 'locked', retryAfterSeconds: 30 })
    door.clock.advance(30_000)
    assert.equal(told(await signIn(username, 'wrong')), 'wrong-credentials')
    assert.deepEqual(await signIn(username, 'wrong'), { outcome: 'refused', code: 'locked', retryAfterSeconds: 60 })
  }
  assert.equal((await door.identity.accountOf(physician)).state, 'locked')
  door.clock.advance(60_000)
  assert.equal(told(await signIn('zhangsf', password)), 'code-needed')
})

test('parallel guesses cannot overtake the count', async () => {
  const results = await Promise.all(Array.from({ length: 12 }, () => signIn('zhangsf', 'wrong')))
  assert.equal(results.filter((result) => told(result) === 'wrong-credentials').length, 5)
})

test('whoever knows the password cannot guess codes: they count on', async () => {
  for (let i = 0; i < 5; i++) {
    const ticket = await firstFactor()
    assert.equal(told(await door.identity.signInWithCode({ ticket, code: '000000', terminal })), 'wrong-credentials')
  }
  assert.equal(told(await signIn('zhangsf', password)), 'locked')
})

test('a cookie that changes something needs the token bound to it', async () => {
  const session = await door.signIn()
  const post = (csrf?: string) =>
    door.identity.identify(
      withCookie(session.secret, { method: 'POST', headers: csrf === undefined ? {} : { 'x-csrf-token': csrf } }),
    )
  const other = await door.signIn()
  assert.deepEqual(await post(), { outcome: 'refused', code: 'csrf' })
  assert.deepEqual(await post(other.csrfToken), { outcome: 'refused', code: 'csrf' })
  assert.ok(isCaller(await post(session.csrfToken)))
})

test('nothing, nonsense, and a cookie sent as a bearer token identify nobody', async () => {
  const { secret } = await door.signIn()
  const bare = { method: 'GET', headers: {}, cookies: {}, remoteAddress: '10.0.0.1' }
  assert.deepEqual(await door.identity.identify(bare), { outcome: 'refused', code: 'unauthenticated' })
  assert.deepEqual(await door.identity.identify(withCookie('x'.repeat(43))), {
    outcome: 'refused',
    code: 'session-ended',
  })
  assert.deepEqual(await door.identity.identify(withBearer(secret)), { outcome: 'refused', code: 'session-ended' })
  const basic = { ...bare, headers: { authorization: 'Basic eDp5' } }
  assert.deepEqual(await door.identity.identify(basic), { outcome: 'refused', code: 'session-ended' })
})

test('a session ends when unused, and at the latest after its hours', async () => {
  const idle = await door.signIn()
  door.clock.advance(29 * 60_000)
  assert.ok(isCaller(await door.identity.identify(withCookie(idle.secret))))
  door.clock.advance(29 * 60_000)
  assert.ok(isCaller(await door.identity.identify(withCookie(idle.secret))))
  door.clock.advance(31 * 60_000)
  assert.equal(told((await door.identity.identify(withCookie(idle.secret))) as never), 'session-ended')

  const long = await door.signIn()
  for (let i = 0; i < 35; i++) {
    door.clock.advance(20 * 60_000)
    assert.ok(isCaller(await door.identity.identify(withCookie(long.secret))))
  }
  door.clock.advance(21 * 60_000)
  assert.equal(told((await door.identity.identify(withCookie(long.secret))) as never), 'session-ended')
})

test('signing out ends the session at once', async () => {
  const { secret } = await door.signIn()
  const caller = await door.identity.identify(withCookie(secret))
  assert.ok(isCaller(caller))
  await door.identity.signOut(caller)
  assert.equal(told((await door.identity.identify(withCookie(secret))) as never), 'session-ended')
  assert.equal((await door.lastEntries(1))[0]?.kind, 'sign-out')
})

test('stepping up lasts ten minutes; the code of the sign-in does not do', async () => {
  const { secret } = await door.signIn()
  const caller = await door.identity.identify(withCookie(secret))
  assert.ok(isCaller(caller))
  assert.equal(told((await door.identity.stepUpWithCode(caller, door.code())) as never), 'wrong-credentials')
  door.clock.advance(30_000)
  assert.equal((await door.identity.stepUpWithCode(caller, door.code())).outcome, 'stepped-up')
  const assurance = async () => {
    const found = await door.identity.identify(withCookie(secret))
    return isCaller(found) ? found.assurance : undefined
  }
  assert.equal(await assurance(), 3)
  door.clock.advance(10 * 60_000 + 1)
  assert.equal(await assurance(), 2)
  assert.equal((await door.lastEntries(1))[0]?.kind, 'step-up')
})

test('a stopped person is out at once, and the right password answers like a wrong one', async () => {
  const { secret } = await door.signIn()
  assert.ok(isCaller(await door.identity.identify(withCookie(secret))))
  const epoch = door.ledger.currentEpoch()
  const order = { channel: 'batch' } as const
  await door.directory.stopPerson(order, { person: physician, reason: '离职' })
  while (door.ledger.currentEpoch() === epoch) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(told((await door.identity.identify(withCookie(secret))) as never), 'session-ended')
  assert.deepEqual(await signIn('zhangsf', password), { outcome: 'refused', code: 'wrong-credentials' })
  assert.equal((await door.identity.accountOf(physician)).state, 'stopped')
  await door.directory.reinstatePerson(order, physician)
})

test('a stopped account is out at once, and whoever is stopped cannot restore it', async () => {
  const { secret } = await door.signIn()
  const caller = await door.identity.identify(withCookie(secret))
  assert.ok(isCaller(caller))
  await door.identity.stopAccount({ channel: 'console' }, physician)
  assert.equal(told((await door.identity.identify(withCookie(secret))) as never), 'session-ended')
  assert.equal(told(await signIn('zhangsf', password)), 'wrong-credentials')
  const own = await door.identity.restoreAccount({ channel: 'console', by: caller }, physician)
  assert.equal(told(own as never), 'self-assignment')
  await door.identity.restoreAccount({ channel: 'console', by: { ...caller, person: systemAdmin } }, physician)
  assert.equal(told(await signIn('zhangsf', password)), 'code-needed')
})

test('a new password ends the sessions of the old one', async () => {
  const result = await signIn('lisi', password)
  assert.ok(result.outcome === 'signed-in')
  await door.identity.enrol({ person: nurse, username: 'lisi', password: 'another good secret' })
  assert.equal(told((await door.identity.identify(withCookie(result.session.secret))) as never), 'session-ended')
  assert.equal(told(await signIn('lisi', password)), 'wrong-credentials')
  await door.identity.enrol({ person: nurse, username: 'lisi', password })
})

test('a session of one server is nothing to another that shares the database', async () => {
  const { secret } = await door.signIn()
  const other = await door.open({ publicUrl: `${publicUrl}.evil.example` })
  assert.equal(told((await other.identify(withCookie(secret))) as never), 'session-ended')
})

test('secrets are stored only as digests or sealed', async () => {
  const { secret } = await door.signIn()
  const ticket = await firstFactor()
  const dump = JSON.stringify(
    await Promise.all(
      ['session', 'sign_in_ticket', 'account', 'sign_in_attempt'].map((table) =>
        door.database.query(`select t::text from ${table} t`),
      ),
    ),
  )
  for (const hidden of [secret, ticket, password, seed]) assert.ok(!dump.includes(hidden))
  assert.ok(!dump.includes(Buffer.from(seed).toString('hex')))
})

test('where the entry cannot be made durable, nobody is signed in', async () => {
  await door.database.query('alter function ledger_append rename to ledger_append_away')
  try {
    await assert.rejects(signIn('lisi', password))
    await assert.rejects(signIn('lisi', 'wrong'))
  } finally {
    await door.database.query('alter function ledger_append_away rename to ledger_append')
  }
  const [open] = await door.database.query<{ count: number }>(
    `select count(*) from session where person_id = $1 and ended_at is null`,
    [nurse],
  )
  assert.equal(open?.count, 0)
})
