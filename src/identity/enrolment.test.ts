import assert from 'node:assert/strict'
import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { engineer, nurse, physician, t } from '../directory/test-hospital.ts'
import type { PersonId } from '../kernel/index.ts'
import { readIdentityConfiguration } from './identity-configuration.ts'
import { hashPassword, passwordMatches } from './password-hash.ts'
import { openSecretBox } from './secret-box.ts'
import { isCaller, openSampleDoor, password, terminal, told, withBearer } from './test-door.ts'

let door: Awaited<ReturnType<typeof openSampleDoor>>
before(async () => {
  door = await openSampleDoor()
})
after(() => door.close())

const weak: readonly [string, object][] = [
  ['a short password', { password: 'short' }],
  ['a default password', { password: 'chartward123' }],
  ['a password that holds the name', { password: 'my-name-is-wangwu' }],
  ['a seed of 80 bits', { totpSecret: 'JBSWY3DPEHPK3PXP' }],
  ['a seed that is not Base32', { totpSecret: '0189'.repeat(8) }],
  ['a name with a space', { username: 'wang wu' }],
]
for (const [fact, given] of weak) {
  test(`refused: ${fact}`, async () => {
    await assert.rejects(door.identity.enrol({ person: nurse, username: 'wangwu', password, ...given }), {
      code: 'invalid-input',
    })
  })
}

test('one name belongs to one person, and only to people of the directory', async () => {
  const taken = await door.identity.enrol({ person: nurse, username: 'zhangsf', password })
  assert.equal(told(taken as never), 'conflict')
  const nobody = await door.identity.enrol({ person: 'nobody' as PersonId, username: 'nobody', password })
  assert.equal(told(nobody as never), 'unknown-person')
})

test('enrolment is recorded without any secret', async () => {
  const [entry] = await door.lastEntries(1)
  await door.identity.enrol({ person: nurse, username: 'lisi', password })
  const [last] = await door.lastEntries(1)
  assert.notDeepEqual(last, entry)
  assert.equal(last?.kind, 'authority-change')
  assert.ok(!JSON.stringify(last).includes(password))
})

test('production does not start on published accounts; a demonstration does', async () => {
  await door.database.query('update account set demonstration = true where person_id = $1', [nurse])
  await assert.rejects(door.open(), { code: 'demonstration-accounts-present' })
  assert.ok(await door.open({ demonstration: true }))
  await door.database.query('update account set demonstration = false')
})

test('a token for scripts exists only in a demonstration, for a while, for active people', async () => {
  await assert.rejects(door.identity.issueToken(physician, { minutes: 5 }), { code: 'demonstration-only' })
  const demonstration = await door.open({ demonstration: true })
  await assert.rejects(demonstration.issueToken('nobody' as PersonId, { minutes: 5 }), { code: 'identity-unknown' })
  const token = await demonstration.issueToken(physician, { minutes: 5 })
  const elsewhere = await door.open({ demonstration: true, publicUrl: 'http://127.0.0.1:9' })
  for (const server of [demonstration, elsewhere]) {
    const caller = await server.identify(withBearer(token))
    assert.ok(isCaller(caller) && caller.person === physician)
  }
  assert.equal(told((await door.identity.identify(withBearer(token))) as never), 'session-ended')
  door.clock.advance(5 * 60_000)
  assert.equal(told((await demonstration.identify(withBearer(token))) as never), 'session-ended')
})

test('a vendor engineer whose confidentiality agreement has ended is not admitted', async () => {
  await door.identity.enrol({ person: engineer, username: 'shanxx', password })
  const attempt = () => door.identity.signInWithPassword({ username: 'shanxx', password, terminal })
  assert.equal(told(await attempt()), 'signed-in')
  door.clock.advance(t(301) - door.clock.now())
  assert.equal(told(await attempt()), 'agreement-needed')
  assert.equal((await door.lastEntries(1))[0]?.kind, 'sign-in-failed')
})

test('the key is readable by its owner alone, and one that is open to others is refused', async () => {
  const file = join(door.dataDir, 'keys', 'identity.key')
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  await chmod(file, 0o644)
  await assert.rejects(door.open(), { code: 'identity-key-unusable' })
  await chmod(file, 0o600)
})

test('processes that start at once share one key, and what was sealed opens only for its owner', async () => {
  const boxes = await Promise.all([1, 2, 3, 4].map(() => openSecretBox(join(door.dataDir, 'fresh'))))
  const sealed = boxes[0]!.seal('seed', 'one')
  assert.ok(boxes.every((box) => box.open(sealed, 'one') === 'seed'))
  assert.throws(() => boxes[0]!.open(sealed, 'other'), { code: 'identity-key-unusable' })
  sealed[15]! ^= 1
  assert.throws(() => boxes[0]!.open(sealed, 'one'), { code: 'identity-key-unusable' })
})

test('a password matches its own hash in any Unicode form, and nothing else does', async () => {
  const stored = await hashPassword('Ångström 密码')
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.ok(await passwordMatches('Ångström 密码'.normalize('NFD'), stored))
  assert.ok(!(await passwordMatches('angstrom 密码', stored)))
  assert.ok(!(await passwordMatches('', undefined)))
  assert.ok(!(await passwordMatches('x', '$argon2id$nonsense')))
})

const wrongEnvironments: readonly [string, Record<string, string>, string][] = [
  ['a provider without a client', { OIDC_ISSUER: 'https://sso.example' }, 'OIDC_CLIENT_ID'],
  [
    'a default client secret',
    { OIDC_ISSUER: 'https://sso.example', OIDC_CLIENT_ID: 'x', OIDC_CLIENT_SECRET: 'changeme' },
    'OIDC_CLIENT_SECRET',
  ],
  [
    'a directory without a base',
    { LDAP_URL: 'ldaps://x', LDAP_BIND_DN: 'a', LDAP_BIND_PASSWORD: 'b-1' },
    'LDAP_BASE_DN',
  ],
  ['a directory that is not LDAP', { LDAP_URL: 'https://x' }, 'LDAP_URL'],
  ['an attribute with a bracket', { LDAP_USER_ATTRIBUTE: 'uid)(x' }, 'LDAP_USER_ATTRIBUTE'],
  ['a session of a week', { SESSION_MAX_HOURS: '168' }, 'SESSION_MAX_HOURS'],
]
for (const [fact, environment, field] of wrongEnvironments) {
  test(`configuration refused: ${fact}`, () => {
    assert.throws(
      () => readIdentityConfiguration(environment),
      (error: { code?: string; issues?: readonly { field: string }[] }) =>
        error.code === 'invalid-input' && error.issues?.some((issue) => issue.field === field) === true,
    )
  })
}
