import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestDatabase } from '../kernel/test-database.ts'
import type { DirectoryBatch } from './batch.ts'
import { loadDirectory } from './load.ts'
import { searchPeople } from './people-search.ts'
import { readSubject } from './subject-store.ts'
import {
  boundPatient,
  cardiology,
  cardiologyWard,
  engineer,
  inspector,
  nurse,
  physician,
  robot,
  sampleHospital,
  systemAdmin,
  t,
  trainee,
} from './test-hospital.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
const load = (batch: DirectoryBatch) => at.database.transaction((tx) => loadDirectory(tx, batch))
before(async () => {
  at = await openTestDatabase()
  await load(sampleHospital)
})
after(() => at.drop())

test('a subject carries every ground with its term in milliseconds', async () => {
  assert.deepEqual(await readSubject(at.database, trainee), {
    person: trainee,
    name: '欧阳锋',
    staffNumber: 'J3001',
    sex: 'male',
    population: 'trainee',
    active: true,
    posts: [
      { id: 'post-trainee', role: 'trainee', title: '进修医师', department: cardiology, from: t(0), until: t(60) },
    ],
    rosters: [],
    rotations: [
      {
        id: 'rot-1',
        programme: 'prog-1',
        department: cardiologyWard,
        supervisor: physician,
        from: t(0),
        until: t(30),
        cases: [boundPatient],
      },
    ],
    training: [{ course: 'emr-use', version: '2026.1', passedAt: t(-1), until: t(60) }],
    agreements: [],
    tickets: [],
  })
  const vendor = await readSubject(at.database, engineer)
  assert.equal(vendor?.vendor, 'vendor-1')
  assert.deepEqual(
    vendor?.agreements.map((agreement) => [agreement.kind, agreement.from, agreement.until, agreement.systems]),
    [
      ['authorization', t(-29), t(90), ['lis', 'emr']],
      ['confidentiality', t(-29), t(300), []],
    ],
  )
  assert.deepEqual(vendor?.tickets[0]?.sponsor, systemAdmin)
  assert.equal(await readSubject(at.database, 'nobody' as typeof trainee), undefined)
})

test('a service identity is stopped with its owner', async () => {
  await at.database.transaction(async (tx) => {
    assert.equal((await readSubject(tx, robot))?.active, true)
    await tx.query(`update person set stopped_at = now(), stop_reason = 'left' where id = $1`, [systemAdmin])
    assert.equal((await readSubject(tx, robot))?.active, false)
    await tx.query(`update person set stopped_at = null, stop_reason = null where id = $1`, [systemAdmin])
  })
})

test('loading the same batch again changes nothing', async () => {
  const before = await readSubject(at.database, trainee)
  await load(sampleHospital)
  assert.deepEqual(await readSubject(at.database, trainee), before)
})

const post = { title: 'x', department: cardiology, from: t(0), until: t(10) }
const breaches: readonly { fact: string; rule: string; batch: DirectoryBatch }[] = [
  {
    fact: 'two people with one staff number',
    rule: 'person_staff_number_key',
    batch: { people: [{ id: 'dr-x' as never, staffNumber: '1001', name: '赵', sex: 'male', population: 'staff' }] },
  },
  {
    fact: 'a service identity without an owner',
    rule: 'person_service_has_owner',
    batch: {
      people: [{ id: 'sv-x' as never, staffNumber: 'S1', name: '接口', sex: 'unknown', population: 'service' }],
    },
  },
  {
    fact: 'a ward without a clinical department',
    rule: 'department_ward_has_parent',
    batch: { departments: [{ id: 'ward-x' as never, name: '病区', kind: 'ward' }] },
  },
  {
    fact: 'a ward of something that is not clinical',
    rule: 'department_ward_of_clinical',
    batch: { departments: [{ id: 'ward-x' as never, name: '病区', kind: 'ward', parent: cardiologyWard }] },
  },
  {
    fact: 'a post without an end',
    rule: '23502',
    batch: { posts: [{ ...post, person: physician, role: 'physician', until: Number.POSITIVE_INFINITY }] },
  },
  {
    fact: 'a trainee with a post of staff',
    rule: 'post_trainee_role',
    batch: { posts: [{ ...post, person: trainee, role: 'physician' }] },
  },
  {
    fact: 'a trainee whose post outlasts the programme',
    rule: 'post_trainee_names_programme',
    batch: { posts: [{ ...post, person: trainee, role: 'trainee', until: t(61) }] },
  },
  {
    fact: 'a vendor engineer whose post outlasts the authorization',
    rule: 'post_vendor_names_agreement',
    batch: { posts: [{ ...post, person: engineer, role: 'vendor-engineer', until: t(91) }] },
  },
  {
    fact: 'a system administrator who is security administrator as well',
    rule: 'post_separates_duties',
    batch: { posts: [{ ...post, person: systemAdmin, role: 'security-admin' }] },
  },
  {
    fact: 'a discipline inspector who is audit administrator as well',
    rule: 'post_separates_duties',
    batch: { posts: [{ ...post, person: inspector, role: 'audit-admin' }] },
  },
  {
    fact: 'a discipline inspector made by an administrator',
    rule: 'post_inspector_outside_it',
    batch: { posts: [{ ...post, person: nurse, role: 'discipline-inspector', assignedBy: systemAdmin }] },
  },
  {
    fact: 'a post given to oneself',
    rule: 'post_not_self_assigned',
    batch: { posts: [{ ...post, person: physician, role: 'department-head', assignedBy: physician }] },
  },
  {
    fact: 'a rotation that outlasts its programme',
    rule: 'rotation_within_programme',
    batch: {
      rotations: [{ programme: 'prog-1', department: cardiology, supervisor: physician, from: t(30), until: t(61) }],
    },
  },
  {
    fact: 'two rotations of one trainee at once',
    rule: 'rotation_one_at_a_time',
    batch: {
      rotations: [{ programme: 'prog-1', department: cardiology, supervisor: physician, from: t(29), until: t(40) }],
    },
  },
  {
    fact: 'a trainee who supervises',
    rule: 'rotation_supervisor_is_staff',
    batch: {
      rotations: [{ programme: 'prog-1', department: cardiology, supervisor: trainee, from: t(30), until: t(40) }],
    },
  },
  {
    fact: 'a programme cut shorter than what stands on it',
    rule: 'rotation_within_programme',
    batch: { programmes: [{ ...sampleHospital.programmes![0]!, until: t(20) }] },
  },
  {
    fact: 'an authorization without purposes',
    rule: 'agreement_authorization_states_scope',
    batch: {
      agreements: [{ ...sampleHospital.agreements![1]!, id: 'agr-x', purposes: [] }],
    },
  },
  {
    fact: 'a confidentiality agreement that grants',
    rule: 'agreement_confidentiality_grants_nothing',
    batch: { agreements: [{ ...sampleHospital.agreements![0]!, id: 'agr-x', systems: ['emr'] }] },
  },
  {
    fact: 'a ticket under a confidentiality agreement',
    rule: 'ticket_scope_within_agreement',
    batch: { tickets: [{ ...sampleHospital.tickets![0]!, id: 'tk-x', agreement: 'agr-nda' }] },
  },
  {
    fact: 'a ticket wider than its authorization',
    rule: 'ticket_scope_within_agreement',
    batch: { tickets: [{ ...sampleHospital.tickets![0]!, id: 'tk-x', categories: ['note'] }] },
  },
  {
    fact: 'a ticket longer than its authorization',
    rule: 'ticket_within_agreement',
    batch: { tickets: [{ ...sampleHospital.tickets![0]!, id: 'tk-x', until: t(91) }] },
  },
  {
    fact: 'two shifts of one person in one place at once',
    rule: 'roster_one_shift_at_a_time',
    batch: { rosters: [{ person: physician, department: cardiology, kind: 'on-call', from: t(21.5), until: t(23) }] },
  },
]

for (const { fact, rule, batch } of breaches) {
  test(`refused: ${fact}`, async () => {
    await assert.rejects(
      load(batch),
      (error: { code?: string; issues?: readonly { rule: string }[] }) =>
        error.code === 'invalid-input' && error.issues?.[0]?.rule === rule,
      rule,
    )
  })
}

test('people are found by name, pinyin, initials and staff number, and wildcards are letters', async () => {
  const find = async (text: string) =>
    (await searchPeople(at.database, { text }, { count: 50, at: t(10) })).rows.map((row) => row.id)
  assert.deepEqual(await find('三丰'), [physician])
  assert.deepEqual(await find('zsf'), [physician])
  assert.deepEqual(await find('Zhang San'), [physician])
  assert.deepEqual(await find('oyf'), [trainee])
  assert.deepEqual(await find('w40'), [engineer])
  assert.deepEqual(await find('%'), [])
  assert.deepEqual(await find(`' or 1=1 --`), [])
})

test('people are filtered by living post, department with its wards, population and state', async () => {
  const find = async (question: Parameters<typeof searchPeople>[1], when = t(10)) =>
    (await searchPeople(at.database, question, { count: 50, at: when })).rows.map((row) => row.id)
  assert.deepEqual(await find({ department: cardiology }), [physician, nurse, trainee])
  assert.deepEqual(await find({ department: cardiology }, t(70)), [physician, nurse])
  assert.deepEqual(await find({ role: 'nurse' }), [nurse])
  assert.deepEqual(await find({ population: 'vendor' }), [engineer])
  assert.deepEqual(await find({ active: false }), [])
})

test('pages follow one another without gap or repetition, and the total is exact', async () => {
  const seen: string[] = []
  let after: string | undefined
  for (;;) {
    const page = await searchPeople(at.database, {}, { count: 2, at: t(10), ...(after !== undefined && { after }) })
    assert.equal(page.total, 7)
    seen.push(...page.rows.map((row) => row.staffNumber))
    if (page.next === undefined) break
    after = page.next
  }
  assert.deepEqual(seen, ['1001', '2001', '5001', '6001', 'J3001', 'S7001', 'W4001'])
})
