import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { author, openTestStore, type TestStore } from './test-store.ts'

let at: TestStore
before(async () => {
  at = await openTestStore()
})
after(() => at.close())

const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, ...more })

test('a record is read as the bytes that were written, with id and meta of the server in front', async () => {
  const written = await at.put(
    patient('p1', { name: [{ text: '张三' }], meta: { versionId: '99', tag: [{ code: 't' }] } }),
  )
  assert.equal(written.created, true)
  assert.match(
    written.record.content,
    /^\{"resourceType":"Patient","id":"p1","meta":\{"versionId":"1","tag":\[\{"code":"t"\}\],"lastUpdated":"2026-03-01T00:00:00.000Z"\},/,
  )
  const facts = await at.store.describe('Patient', 'p1')
  assert.deepEqual(facts, {
    type: 'Patient',
    id: 'p1',
    version: 1,
    patient: 'p1',
    author,
    label: { category: 'identity', sensitivity: 2, kinds: [] },
  })
  const read = await at.store.read(await at.recordPermit('Patient', 'p1', 1))
  assert.deepEqual(read, written.record)
})

test('a permit for another record, for a search, or without a version opens nothing', async () => {
  await at.put(patient('p2'))
  const mismatch = { code: 'permit-mismatch' }
  await assert.rejects(at.store.read(await at.searchPermit('Patient')), mismatch)
  await assert.rejects(at.store.read(await at.recordPermit('Patient', 'p2'), 'version'), mismatch)
  const change = { kind: 'update', resource: patient('p2'), id: 'p2', author } as const
  await assert.rejects(at.store.write(await at.recordPermit('Patient', 'p1'), change), mismatch)
  await assert.rejects(at.store.write(await at.recordPermit('Encounter', 'p2'), change), mismatch)
  await assert.rejects(at.store.write(await at.searchPermit('Patient'), change), mismatch)
  const page = { type: 'Patient', id: 'p2', count: 10 }
  await assert.rejects(
    at.store.history(await at.recordPermit('Patient', 'p1'), page, () => true),
    mismatch,
  )
  await assert.rejects(
    at.store.history(await at.searchPermit('Encounter'), { type: 'Patient', count: 1 }, () => true),
    mismatch,
  )
})

test('each write is a version and an entry that follows its permit; all versions can be read as they were', async () => {
  await at.put(patient('p3', { gender: 'male' }))
  const permit = await at.recordPermit('Patient', 'p3')
  const second = await at.store.write(permit, {
    kind: 'update',
    resource: patient('p3', { gender: 'female' }),
    id: 'p3',
    author,
    ifMatch: 1,
    trace: { channel: 'fhir', requestId: 'q-1' },
  })
  assert.equal(second.outcome, 'written')
  if (second.outcome !== 'written') return
  assert.equal(second.created, false)
  const [row] = await at.database.query<{ body: string }>('select body from ledger_entry where sequence = $1', [
    second.sequence,
  ])
  const entry = JSON.parse(row!.body)
  assert.equal(entry.kind, 'write')
  assert.equal(entry.follows, permit.receipt.sequence)
  assert.deepEqual(entry.record, { type: 'Patient', id: 'p3', version: 2 })
  assert.equal(entry.requestId, 'q-1')
  assert.ok(!row!.body.includes('female'))

  const old = await at.store.read(await at.recordPermit('Patient', 'p3', 1), 'version')
  assert.ok(old && old !== 'changed' && old.content.includes('"gender":"male"'))
  const page = await at.store.history(permit, { type: 'Patient', id: 'p3', count: 10 }, () => true)
  assert.deepEqual(
    page.versions.map((version) => version.version),
    [2, 1],
  )
  assert.equal(page.total, 2)
  const first = await at.store.history(permit, { type: 'Patient', id: 'p3', count: 1 }, () => true)
  const next = await at.store.history(
    permit,
    { type: 'Patient', id: 'p3', count: 1, cursor: first.nextCursor! },
    () => true,
  )
  assert.deepEqual([first.versions[0]!.version, next.versions[0]!.version, next.nextCursor], [2, 1, undefined])
  const refused = await at.store.history(
    permit,
    { type: 'Patient', id: 'p3', count: 10 },
    (facts) => facts.version !== 1,
  )
  assert.deepEqual([refused.versions.length, refused.withheld], [1, 1])
})

test('a record that changed since it was described is told as changed, by the version the permit names', async () => {
  await at.put(patient('p4'))
  await at.store.describe('Patient', 'p4')
  await at.put(patient('p4', { active: true }))
  assert.equal(await at.store.read(await at.recordPermit('Patient', 'p4', 1)), 'changed')
  const facts = await at.store.describe('Patient', 'p4')
  assert.ok(facts && facts !== 'deleted' && facts.version === 2)
})

test('what another process wrote without raising the epoch is noticed when it is read', async () => {
  await at.put(patient('p5'))
  await at.store.describe('Patient', 'p5')
  await at.database.query(`update resource set version = 7 where type = 'Patient' and id = 'p5'`)
  const cached = await at.store.describe('Patient', 'p5')
  assert.ok(cached && cached !== 'deleted' && cached.version === 1)
  assert.equal(await at.store.read(await at.recordPermit('Patient', 'p5', 1)), 'changed')
  const fresh = await at.store.describe('Patient', 'p5')
  assert.ok(fresh && fresh !== 'deleted' && fresh.version === 7)
})

test('a change of label, patient or department raises the epoch; other changes do not', async () => {
  await at.put(patient('p6'))
  const epoch = await at.settledEpoch()
  await at.put(patient('p6', { active: true }))
  assert.equal(await at.settledEpoch(), epoch)
  await at.put(
    patient('p6', {
      meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }] },
    }),
  )
  assert.ok((await at.settledEpoch()) > epoch)
})

test('a past version is guarded by the label it has now, where that is the stricter', async () => {
  const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
  await at.put(patient('p6b'))
  await at.put(patient('p6b', { meta: { security: [{ system: confidentiality, code: 'V' }] } }))
  const facts = await at.store.describe('Patient', 'p6b', 1)
  assert.ok(facts && facts !== 'deleted' && facts.version === 1 && facts.label.sensitivity === 5)
  const page = await at.store.history(
    await at.recordPermit('Patient', 'p6b'),
    { type: 'Patient', id: 'p6b', count: 9 },
    (each) => each.label.sensitivity < 5,
  )
  assert.deepEqual([page.versions.length, page.withheld], [0, 2])
})

test('a deleted record is gone, keeps its history, is found no more, and can come back', async () => {
  await at.put(patient('p7', { name: [{ text: '李四' }] }))
  const permit = await at.recordPermit('Patient', 'p7')
  const outcome = await at.store.write(permit, { kind: 'delete', type: 'Patient', id: 'p7', author })
  assert.equal(outcome.outcome, 'written')
  assert.equal(await at.store.describe('Patient', 'p7'), 'deleted')
  assert.deepEqual(await at.find('Patient?name=李四'), [])
  const again = await at.store.write(await at.recordPermit('Patient', 'p7'), {
    kind: 'delete',
    type: 'Patient',
    id: 'p7',
    author,
  })
  assert.deepEqual(again, { outcome: 'gone' })
  const back = await at.put(patient('p7', { name: [{ text: '李四' }] }))
  assert.deepEqual([back.created, back.record.version], [true, 3])
  assert.deepEqual(await at.find('Patient?name=李四'), ['p7'])
  const page = await at.store.history(
    await at.recordPermit('Patient', 'p7'),
    { type: 'Patient', id: 'p7', count: 9 },
    () => true,
  )
  assert.deepEqual(
    page.versions.map((version) => [version.version, version.deleted]),
    [
      [3, false],
      [2, true],
      [1, false],
    ],
  )
})

test('writes that meet another state are refused with the version that is current', async () => {
  await at.put(patient('p8'))
  const write = async (change: object) =>
    at.store.write(await at.recordPermit('Patient', 'p8'), { author, ...change } as never)
  const resource = patient('p8')
  assert.deepEqual(await write({ kind: 'create', resource }), { outcome: 'version-conflict', currentVersion: 1 })
  assert.deepEqual(await write({ kind: 'update', resource, id: 'p8', ifMatch: 3 }), {
    outcome: 'version-conflict',
    currentVersion: 1,
  })
  assert.deepEqual(await write({ kind: 'delete', type: 'Patient', id: 'p8', ifMatch: 3 }), {
    outcome: 'version-conflict',
    currentVersion: 1,
  })
  const absent = await at.store.write(await at.recordPermit('Patient', 'nobody'), {
    kind: 'delete',
    type: 'Patient',
    id: 'nobody',
    author,
  })
  assert.deepEqual(absent, { outcome: 'not-found' })
})

test('of many first writes of one record at once, one creates it and the others add versions in turn', async () => {
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => at.put(patient('p9'))))
  assert.deepEqual(outcomes.map((outcome) => outcome.record.version).sort(), [1, 2, 3, 4, 5, 6])
  assert.equal(outcomes.filter((outcome) => outcome.created).length, 1)
})

test('several changes stand together and may refer to each other; one that cannot be made takes all back', async () => {
  const strict = await openTestStore({})
  try {
    const create = async (resource: { resourceType: string; id: string; [element: string]: unknown }) => ({
      permit: await strict.recordPermit(resource.resourceType, resource.id),
      change: { kind: 'create' as const, resource, author },
    })
    const encounter = { resourceType: 'Encounter', id: 'e', subject: { reference: 'Patient/p' } }
    const both = [await create(encounter), await create(patient('p'))]
    const done = await strict.store.writeTogether!(both)
    assert.equal(done.outcome, 'written')
    const again = await strict.store.writeTogether!([await create(patient('q')), await create(patient('p'))])
    assert.deepEqual(again, {
      outcome: 'rolled-back',
      index: 1,
      result: { outcome: 'version-conflict', currentVersion: 1 },
    })
    assert.equal(await strict.store.describe('Patient', 'q'), undefined)
  } finally {
    await strict.close()
  }
})

test('versions cannot be changed or removed behind the store', async () => {
  await assert.rejects(at.database.query('delete from resource_version'), { code: '23001' })
  await assert.rejects(at.database.query(`update resource_version set content = ''`), { code: '23001' })
})

test('a reference to nowhere is refused with its place, and nothing is written', async () => {
  const strict = await openTestStore({})
  try {
    const resource = {
      resourceType: 'Observation',
      id: 'o1',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/none' },
      performer: [
        { reference: 'Practitioner/none' },
        { reference: '#inside' },
        { reference: 'https://else.where/Patient/1' },
      ],
    }
    await assert.rejects(strict.put(resource), (error: { code: string; issues: { field: string; rule: string }[] }) => {
      assert.equal(error.code, 'invalid-input')
      assert.deepEqual(
        error.issues.map((issue) => [issue.field, issue.rule]),
        [
          ['Observation.subject.reference', 'reference-to-nowhere'],
          ['Observation.performer[0].reference', 'reference-to-nowhere'],
        ],
      )
      return true
    })
    assert.equal(await strict.store.describe('Observation', 'o1'), undefined)
    await strict.put(patient('none'))
    await strict.put({ resourceType: 'Practitioner', id: 'none' })
    assert.equal((await strict.put(resource)).created, true)
  } finally {
    await strict.close()
  }
})

test('a write decided under rights that have moved since is not made', async () => {
  const permit = await at.recordPermit('Patient', 'p10')
  await at.database.transaction((tx) =>
    at.ledger.recordWithin(tx, [{ kind: 'authority-change', outcome: 0 }], { raisesEpoch: true }),
  )
  const change = { kind: 'create', resource: patient('p10'), author } as const
  await assert.rejects(at.store.write(permit, change), { code: 'authority-superseded' })
  assert.equal(await at.store.describe('Patient', 'p10'), undefined)
})

test('what belongs to an encounter follows it to another department', async () => {
  const encounter = (department: string) => ({
    resourceType: 'Encounter',
    id: 'e1',
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: 'Patient/p1' },
    serviceProvider: { reference: `Organization/${department}` },
  })
  await at.put(encounter('dep-1'))
  await at.put({
    resourceType: 'Observation',
    id: 'o9',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/p1' },
    encounter: { reference: 'Encounter/e1' },
  })
  const departmentOf = async () => {
    const facts = await at.store.describe('Observation', 'o9')
    return facts && facts !== 'deleted' && [facts.patient, facts.department]
  }
  assert.deepEqual(await departmentOf(), ['p1', 'dep-1'])
  const epoch = await at.settledEpoch()
  await at.put(encounter('dep-2'))
  assert.ok((await at.settledEpoch()) > epoch)
  assert.deepEqual(await departmentOf(), ['p1', 'dep-2'])
})

test('an encounter writes who treats whom, and its end takes the right away with the epoch', async () => {
  const encounter = (more: object) => ({
    resourceType: 'Encounter',
    id: 'e2',
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: 'Patient/p1' },
    period: { start: '2026-02-20T08:00:00+08:00' },
    participant: [{ type: [{ coding: [{ code: 'ATND' }] }], individual: { reference: 'Practitioner/dr-7' } }],
    location: [
      { location: { reference: 'Location/ward-3' }, physicalType: { coding: [{ code: 'wa' }] } },
      { location: { reference: 'Location/bed-9' }, physicalType: { coding: [{ code: 'bd' }] } },
    ],
    ...more,
  })
  await at.put(encounter({}))
  const relations = () =>
    at.database.query(`select person_id, kind, valid_until from care_relation where source = 'Encounter/e2'`)
  assert.deepEqual(await relations(), [{ person_id: 'dr-7', kind: 'attending', valid_until: null }])
  const stays = await at.database.query(`select department_id from patient_stay where encounter_id = 'Encounter/e2'`)
  assert.deepEqual(stays, [{ department_id: 'ward-3' }])
  const epoch = await at.settledEpoch()
  await at.put(
    encounter({ status: 'finished', period: { start: '2026-02-20T08:00:00+08:00', end: '2026-02-28T08:00:00+08:00' } }),
  )
  assert.ok((await at.settledEpoch()) > epoch)
  assert.deepEqual(await relations(), [
    { person_id: 'dr-7', kind: 'attending', valid_until: new Date('2026-02-28T00:00:00Z') },
  ])
})
