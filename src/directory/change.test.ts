import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Caller, fixedClock, type PersonId } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Ledger, openLedger } from '../ledger/index.ts'
import type { ChangeOrder, ChangeResult } from './change.ts'
import { type Directory, openDirectory } from './directory.ts'
import { loadDirectory } from './load.ts'
import {
  boundPatient,
  cardiology,
  cardiologyWard,
  engineer,
  informatics,
  inspector,
  nurse,
  physician,
  sampleHospital,
  systemAdmin,
  t,
  trainee,
} from './test-hospital.ts'

const clock = fixedClock(t(20))
let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let directory: Directory
before(async () => {
  at = await openTestDatabase()
  await at.database.transaction((tx) => loadDirectory(tx, sampleHospital))
  ledger = await openLedger({ database: at.database, clock })
  directory = openDirectory({ database: at.database, ledger, clock })
})
after(async () => {
  await ledger.close()
  await at.drop()
})

/** The database tells every process of a new epoch; the word takes a moment. */
async function epochReaches(epoch: number): Promise<void> {
  while (ledger.currentEpoch() < epoch) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(ledger.currentEpoch(), epoch)
}

const by = (person: PersonId): ChangeOrder => ({
  channel: 'console',
  by: {
    person,
    session: 's-1',
    assurance: 3,
    methods: ['pwd', 'otp'],
    terminal: { address: '10.0.0.1' },
  } satisfies Caller,
})
const feed: ChangeOrder = { channel: 'batch' }
const code = (result: ChangeResult) => (result.outcome === 'refused' ? result.code : 'changed')

test('a change is one entry that raises the epoch; a refused one is an entry that does not', async () => {
  const [epoch, size] = [ledger.currentEpoch(), await ledger.size()]
  const done = await directory.assignPost(by(systemAdmin), {
    person: physician,
    role: 'department-head',
    title: '科主任',
    department: cardiology,
    from: t(20),
    until: t(400),
  })
  assert.equal(code(done), 'changed')
  await epochReaches(epoch + 1)
  assert.equal(await ledger.size(), size + 1)

  const refused = await directory.endPost(feed, 'no-such-post')
  assert.equal(code(refused), 'unknown-thing')
  assert.equal(ledger.currentEpoch(), epoch + 1)
  assert.equal(await ledger.size(), size + 2)
  assert.equal(refused.receipt.sequence, size + 1)
})

test('a post that ends is over in the same instant', async () => {
  const subject = await directory.subject(physician)
  const post = subject!.posts.find((held) => held.role === 'department-head')!
  assert.equal(code(await directory.endPost(by(systemAdmin), post.id)), 'changed')
  assert.equal((await directory.subject(physician))!.posts.find((held) => held.id === post.id)!.until, clock.now())
  assert.equal(code(await directory.endPost(by(systemAdmin), post.id)), 'already-so')
})

const assignment = { title: 'x', department: informatics, from: t(20), until: t(40) }
const refusals: readonly { fact: string; expected: string; order: ChangeOrder; post: object }[] = [
  {
    fact: 'the system administrator becomes security administrator too',
    expected: 'separation-of-duties',
    order: by(inspector),
    post: { person: systemAdmin, role: 'security-admin' },
  },
  {
    fact: 'the inspector becomes audit administrator too',
    expected: 'separation-of-duties',
    order: feed,
    post: { person: inspector, role: 'audit-admin' },
  },
  {
    fact: 'information technology makes an inspector',
    expected: 'outside-it-provisioning',
    order: by(systemAdmin),
    post: { person: nurse, role: 'discipline-inspector' },
  },
  {
    fact: 'a physician makes an inspector',
    expected: 'outside-it-provisioning',
    order: by(physician),
    post: { person: nurse, role: 'discipline-inspector' },
  },
  {
    fact: 'somebody gives themselves a post',
    expected: 'self-assignment',
    order: by(physician),
    post: { person: physician, role: 'quality-control' },
  },
  {
    fact: 'a post without an end',
    expected: 'term-without-end',
    order: feed,
    post: { person: nurse, role: 'nurse', until: Number.POSITIVE_INFINITY },
  },
  {
    fact: 'a trainee beyond the programme',
    expected: 'outside-programme',
    order: feed,
    post: { person: trainee, role: 'trainee', until: t(61) },
  },
  {
    fact: 'a vendor engineer beyond the authorization',
    expected: 'outside-agreement',
    order: feed,
    post: { person: engineer, role: 'vendor-engineer', until: t(91) },
  },
  {
    fact: 'a nurse as a trainee',
    expected: 'wrong-population',
    order: feed,
    post: { person: nurse, role: 'trainee' },
  },
  {
    fact: 'nobody',
    expected: 'unknown-person',
    order: feed,
    post: { person: 'nobody', role: 'nurse' },
  },
  {
    fact: 'a department that is not there',
    expected: 'unknown-department',
    order: feed,
    post: { person: nurse, role: 'nurse', department: 'nowhere' },
  },
]
for (const { fact, expected, order, post } of refusals) {
  test(`no post: ${fact}`, async () => {
    const result = await directory.assignPost(order, { ...assignment, ...post } as Parameters<
      Directory['assignPost']
    >[1])
    assert.equal(code(result), expected)
  })
}

test('two assignments at once that part only together: one is refused', async () => {
  const person = {
    id: 'st-9001' as PersonId,
    staffNumber: '9001',
    name: '赵六',
    sex: 'male',
    population: 'staff',
  } as const
  assert.equal(code(await directory.registerPerson(feed, person)), 'changed')
  assert.equal(code(await directory.registerPerson(feed, { ...person, id: 'st-9002' as PersonId })), 'conflict')
  const results = await Promise.all(
    (['security-admin', 'audit-admin'] as const).map((role) =>
      directory.assignPost(feed, { ...assignment, person: person.id, role }),
    ),
  )
  assert.deepEqual(results.map(code).sort(), ['changed', 'separation-of-duties'])
})

test('an inspector names an inspector, and information technology cannot stop one', async () => {
  const named = await directory.assignPost(by(inspector), {
    ...assignment,
    person: nurse,
    role: 'discipline-inspector',
  })
  assert.equal(code(named), 'changed')
  assert.equal(code(await directory.endPost(by(systemAdmin), 'post-inspector')), 'outside-it-provisioning')
  assert.equal(
    code(await directory.stopPerson(by(systemAdmin), { person: inspector, reason: 'x' })),
    'outside-it-provisioning',
  )
})

test('a stopped person is inactive, gets no post, and cannot lift the stop themselves', async () => {
  assert.equal(code(await directory.stopPerson(by(systemAdmin), { person: physician, reason: '离职' })), 'changed')
  assert.equal((await directory.subject(physician))!.active, false)
  assert.equal(code(await directory.stopPerson(by(systemAdmin), { person: physician, reason: '离职' })), 'already-so')
  assert.equal(
    code(await directory.assignPost(feed, { ...assignment, person: physician, role: 'physician' })),
    'person-stopped',
  )
  assert.equal(code(await directory.reinstatePerson(by(physician), physician)), 'self-assignment')
  assert.equal(code(await directory.reinstatePerson(by(systemAdmin), physician)), 'changed')
  assert.equal((await directory.subject(physician))!.active, true)
  assert.equal((await directory.people({ active: false }, { count: 9 })).total, 0)
})

test('a revised roster is the whole truth for its window, and what lies outside stays', async () => {
  const window = { department: cardiology, kind: 'on-call', from: t(21.25), until: t(21.75) } as const
  const revised = await directory.reviseRoster(feed, {
    ...window,
    shifts: [{ person: physician, from: t(21.5), until: t(21.75) }],
  })
  assert.equal(code(revised), 'changed')
  const rosters = (await directory.subject(physician))!.rosters
  assert.deepEqual(
    rosters.map((roster) => [roster.from, roster.until]),
    [
      [t(21), t(21.25)],
      [t(21.5), t(21.75)],
      [t(21.75), t(22)],
    ],
  )
  const beyond = { ...window, shifts: [{ person: physician, from: t(21.5), until: t(23) }] }
  assert.equal(code(await directory.reviseRoster(feed, beyond)), 'term-without-end')
  const twice = {
    ...window,
    shifts: [
      { person: physician, from: t(21.3), until: t(21.5) },
      { person: physician, from: t(21.4), until: t(21.6) },
    ],
  }
  assert.equal(code(await directory.reviseRoster(feed, twice)), 'overlap')
  assert.equal((await directory.subject(physician))!.rosters.length, 3)
})

test('a rotation stays within the programme, and ends with it', async () => {
  const segment = { programme: 'prog-1', department: cardiology, supervisor: physician, from: t(30), until: t(61) }
  assert.equal(code(await directory.planRotation(feed, segment)), 'outside-programme')
  assert.equal(code(await directory.planRotation(feed, { ...segment, from: t(29), until: t(40) })), 'overlap')
  assert.equal(code(await directory.planRotation(feed, { ...segment, programme: 'none' })), 'unknown-programme')
  assert.equal(code(await directory.planRotation(feed, { ...segment, until: t(60), cases: [boundPatient] })), 'changed')
  assert.equal(code(await directory.bindCases(feed, { rotation: 'rot-1', cases: [] })), 'changed')
  assert.deepEqual((await directory.subject(trainee))!.rotations[0]!.cases, [])

  assert.equal(code(await directory.endProgramme(by(systemAdmin), 'prog-1')), 'changed')
  const subject = (await directory.subject(trainee))!
  assert.deepEqual(
    [...subject.posts, ...subject.rotations].map((held) => held.until),
    [clock.now(), clock.now()],
  )
})

test('a course of a new version leaves the old pass as it was, for the gate to refuse', async () => {
  const course = { id: 'emr-use', name: '电子病历使用规范', currentVersion: '2026.2' }
  assert.equal(code(await directory.reviseCourse(feed, course)), 'changed')
  assert.deepEqual(await directory.courses(), [course])
  const pass = { person: nurse, course: 'emr-use', version: '2026.2', passedAt: t(20) }
  assert.equal(code(await directory.recordTrainingPass(feed, pass)), 'changed')
  assert.equal(code(await directory.recordTrainingPass(feed, { ...pass, course: 'none' })), 'unknown-thing')
  assert.equal(code(await directory.recordTrainingPass(feed, { ...pass, until: t(1) })), 'term-without-end')
})

test('a ticket stays within its authorization, and both end together', async () => {
  const ticket = {
    id: 'ticket-2',
    person: engineer,
    agreement: 'agr-auth',
    sponsor: systemAdmin,
    title: '巡检',
    systems: ['lis'],
    categories: ['laboratory'],
    from: t(20),
    until: t(25),
  }
  assert.equal(code(await directory.openTicket(feed, { ...ticket, categories: ['note'] })), 'outside-agreement')
  assert.equal(code(await directory.openTicket(feed, { ...ticket, until: t(91) })), 'outside-agreement')
  assert.equal(code(await directory.openTicket(feed, { ...ticket, sponsor: trainee })), 'wrong-population')
  assert.equal(code(await directory.openTicket(feed, { ...ticket, person: nurse })), 'outside-agreement')
  assert.equal(code(await directory.openTicket(feed, { ...ticket, agreement: 'none' })), 'unknown-agreement')
  assert.equal(code(await directory.openTicket(feed, ticket)), 'changed')
  clock.advance(1000)
  assert.equal(code(await directory.closeTicket(feed, 'ticket-1')), 'changed')
  assert.equal(code(await directory.closeTicket(feed, 'ticket-1')), 'already-so')

  assert.equal(code(await directory.endAgreement(by(systemAdmin), 'agr-auth')), 'changed')
  const subject = (await directory.subject(engineer))!
  const ends = [
    ...subject.posts,
    ...subject.tickets,
    ...subject.agreements.filter((one) => one.kind === 'authorization'),
  ]
  assert.deepEqual([...new Set(ends.map((held) => held.until))], [clock.now()])
})

test('an agreement binds only people of its vendor, and confidentiality grants nothing', async () => {
  const agreement = {
    id: 'agr-3',
    vendor: 'vendor-1',
    kind: 'confidentiality',
    title: '保密协议',
    signedOn: '2026-11-20',
    from: t(20),
    until: t(200),
    people: [{ person: engineer, confirmedAt: t(20) }],
  } as const
  const nameNurse = { ...agreement, people: [{ person: nurse, confirmedAt: t(20) }] }
  assert.equal(code(await directory.signAgreement(feed, nameNurse)), 'wrong-population')
  assert.equal(code(await directory.signAgreement(feed, { ...agreement, systems: ['emr'] })), 'outside-agreement')
  assert.equal(code(await directory.signAgreement(feed, { ...agreement, kind: 'authorization' })), 'outside-agreement')
  assert.equal(code(await directory.signAgreement(feed, agreement)), 'changed')
})

test('wards and institution can be told', async () => {
  assert.deepEqual(
    (await directory.departments()).find((department) => department.id === cardiologyWard),
    {
      id: cardiologyWard,
      name: '心内一病区',
      kind: 'ward',
      parent: cardiology,
    },
  )
  assert.deepEqual(await directory.institution(), { id: 'hospital', name: '守历示范医院', timeZone: 'Asia/Shanghai' })
})
