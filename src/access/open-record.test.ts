import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sha256Hex } from '../crypto/index.ts'
import type { PatientId } from '../kernel/index.ts'
import { parseSearch } from '../records/index.ts'
import { listPatients } from './list-patients.ts'
import { openRecord } from './open-record.ts'
import { readHistory } from './read-history.ts'
import { readTrace } from './read-trace.ts'
import { searchRecords } from './search-records.ts'
import { callerFor, openSmallHospital } from './test-hospital.ts'
import { writeRecord, writeTogether } from './write-record.ts'

let hospital: Awaited<ReturnType<typeof openSmallHospital>>
before(async () => {
  hospital = await openSmallHospital()
})
after(() => hospital.close())

const use = (person: string) => ({ caller: callerFor(person), channel: 'fhir' as const, requestId: 'test' })
const newest = async (count: number) => {
  const page = await hospital.trace.askTrace({}, { count })
  return page.rows.map((row) => ({ sequence: row.sequence, ...row.entry }))
}
const search = (person: string, type: string, query: string) =>
  searchRecords({ ...use(person), query: parseSearch(type, new URLSearchParams(query), { strict: true }) }, hospital)

test('a permit is durable before the record is read, and the release before it is returned', async () => {
  const opened = await openRecord({ ...use('dr-own'), type: 'Observation', id: 'o-own-1' }, hospital)
  assert.equal(opened.outcome, 'released')
  if (opened.outcome !== 'released') return
  const [release, permit] = await newest(2)
  assert.equal(permit?.kind, 'permit')
  assert.equal(permit?.sequence, opened.receipt.sequence)
  assert.equal(permit?.purpose, 'TREAT')
  assert.equal(permit?.patient, 'p-own')
  assert.equal(release?.kind, 'release')
  assert.equal(release?.follows, permit?.sequence)
  assert.equal(release?.digest, sha256Hex(opened.record.content))
})

test('what leaves carries its receipt and its label', async () => {
  const opened = await openRecord({ ...use('dr-own'), type: 'Observation', id: 'o-own-1' }, hospital)
  assert.ok(opened.outcome === 'released')
  const resource = JSON.parse(opened.record.content)
  assert.equal(resource.meta.tag[0].code, String(opened.receipt.sequence))
  assert.ok(resource.meta.security.length > 0)
  assert.equal(resource.valueQuantity.value, 3.4)
})

test('a denial is recorded and nothing is read', async () => {
  const before = await hospital.ledger.size()
  const opened = await openRecord({ ...use('dr-other'), type: 'Observation', id: 'o-none-1' }, hospital)
  assert.equal(opened.outcome, 'refused')
  const entries = await newest((await hospital.ledger.size()) - before)
  assert.deepEqual(
    entries.map((entry) => entry.kind),
    ['refusal'],
  )
  assert.equal(entries[0]?.decision?.code, 'no-care-relation')
})

test('no administrator reads content', async () => {
  const opened = await openRecord({ ...use('admin'), type: 'Observation', id: 'o-own-1', purpose: 'HOPERAT' }, hospital)
  assert.equal(opened.outcome, 'refused')
})

test('that nothing is there is traced as well', async () => {
  const opened = await openRecord({ ...use('dr-own'), type: 'Observation', id: 'nowhere' }, hospital)
  assert.equal(opened.outcome, 'not-found')
  const [entry] = await newest(1)
  assert.equal(entry?.kind, 'withheld')
  assert.equal(entry?.record?.id, 'nowhere')
})

test('a right that ends between the permit and the release keeps the record in', async () => {
  const { ledger, records, directory } = hospital
  let raised = false
  const racing = {
    ...hospital,
    records: {
      ...records,
      async read(...parameters: Parameters<typeof records.read>) {
        const record = await records.read(...parameters)
        if (!raised) {
          raised = true
          const stopped = await directory.stopPerson({ channel: 'cli' }, { person: 'dr-own' as never, reason: '离职' })
          assert.ok(stopped)
        }
        return record
      },
    },
  }
  const opened = await openRecord({ ...use('dr-own'), type: 'Observation', id: 'o-own-2' }, racing)
  assert.equal(opened.outcome, 'refused')
  const kinds = (await newest(3)).map((entry) => entry.kind)
  assert.deepEqual(kinds, ['refusal', 'authority-change', 'permit'])
  await directory.reinstatePerson({ channel: 'cli' }, 'dr-own' as never)
  assert.ok(ledger.currentEpoch() > 0)
})

test('a search shows only what each row allows, and leaves one exposure for each patient', async () => {
  const found = await search('dr-own', 'Observation', 'code=2823-3&_total=accurate')
  assert.ok(found.outcome === 'released')
  assert.deepEqual(found.rows.map((row) => row.record.id).sort(), ['o-own-1', 'o-own-2'])
  assert.equal(found.total, 2)
  const [exposure, release, searched] = await newest(3)
  assert.deepEqual([searched?.kind, release?.kind, exposure?.kind], ['search', 'release', 'exposure'])
  assert.equal(exposure?.patient, 'p-own')
  assert.deepEqual([...((exposure?.detail?.records as string[]) ?? [])].sort(), [
    'Observation/o-own-1',
    'Observation/o-own-2',
  ])
  assert.ok(JSON.stringify(searched?.detail).includes('2823-3'))
})

test('a search by one who may see none of it exposes nobody', async () => {
  const before = await hospital.ledger.size()
  const found = await search('dr-other', 'Observation', 'code=2823-3')
  if (found.outcome === 'released') assert.equal(found.rows.length, 0)
  const entries = await newest((await hospital.ledger.size()) - before)
  assert.ok(entries.every((entry) => entry.kind !== 'exposure'))
})

test('a patient one does not treat is found by a masked row only', async () => {
  const query = parseSearch(
    'Patient',
    [
      ['name', '李四光'],
      ['_total', 'accurate'],
    ],
    { strict: true },
  )
  const listed = await listPatients(
    { ...use('dr-own'), purpose: 'TREAT', query, standings: new Map(), terms: { q: '李四光' } },
    hospital,
  )
  assert.ok(listed.outcome === 'released')
  assert.equal(listed.rows.length, 1)
  assert.equal(listed.rows[0]?.name, '李*光')
  assert.ok(listed.rows[0]?.nameIsMasked)
  assert.ok(!JSON.stringify(listed.rows).includes('MR0000p-none'))
})

test('a new version is written with its entry, and every version stays readable', async () => {
  const purpose = { purpose: 'TREAT' as const }
  const resource = {
    resourceType: 'Observation',
    id: 'o-own-1',
    status: 'amended',
    code: { text: '血钾' },
    subject: { reference: 'Patient/p-own' },
    valueQuantity: { value: 3.5, unit: 'mmol/L' },
  }
  const opened = await openRecord({ ...use('dr-own'), type: 'Observation', id: 'o-own-1' }, hospital)
  assert.ok(opened.outcome === 'released')
  const written = await writeRecord(
    {
      ...use('dr-own'),
      ...purpose,
      change: { kind: 'update', type: 'Observation', id: 'o-own-1', resource, ifMatch: opened.record.version },
    },
    hospital,
  )
  assert.equal(written.outcome, 'written')
  const old = await openRecord(
    { ...use('dr-own'), type: 'Observation', id: 'o-own-1', version: opened.record.version },
    hospital,
  )
  assert.ok(old.outcome === 'released')
  assert.equal(JSON.parse(old.record.content).valueQuantity.value, 3.4)
  const history = await readHistory({ ...use('dr-own'), type: 'Observation', id: 'o-own-1', count: 10 }, hospital)
  assert.ok(history.outcome === 'released')
  assert.deepEqual(
    history.versions.map((version) => version.version),
    [opened.record.version + 1, opened.record.version],
  )

  const late = await writeRecord(
    {
      ...use('dr-own'),
      ...purpose,
      change: { kind: 'update', type: 'Observation', id: 'o-own-1', resource, ifMatch: opened.record.version },
    },
    hospital,
  )
  assert.equal(late.outcome, 'version-conflict')
})

test('a record cannot be taken over by rewriting whose it is', async () => {
  const resource = {
    resourceType: 'Observation',
    id: 'o-none-1',
    status: 'final',
    code: { text: '血钾' },
    subject: { reference: 'Patient/p-own' },
  }
  const written = await writeRecord(
    { ...use('dr-own'), purpose: 'TREAT', change: { kind: 'update', type: 'Observation', id: 'o-none-1', resource } },
    hospital,
  )
  assert.equal(written.outcome, 'refused')
})

test('several records are written together or not at all', async () => {
  const observation = (id: string, patient: string) => ({
    kind: 'create' as const,
    type: 'Observation',
    id,
    resource: {
      resourceType: 'Observation',
      id,
      status: 'final',
      code: { text: '血钠' },
      subject: { reference: `Patient/${patient}` },
    },
  })
  const refused = await writeTogether(
    { ...use('dr-own'), purpose: 'TREAT', changes: [observation('t-1', 'p-own'), observation('t-2', 'p-none')] },
    hospital,
  )
  assert.equal(refused.outcome, 'rolled-back')
  assert.equal(await hospital.records.describe('Observation', 't-1'), undefined)
  const written = await writeTogether(
    { ...use('dr-own'), purpose: 'TREAT', changes: [observation('t-3', 'p-own'), observation('t-4', 'p-own')] },
    hospital,
  )
  assert.equal(written.outcome, 'written')
  assert.notEqual(await hospital.records.describe('Observation', 't-4'), undefined)
})

test('the trace is read by those who may, each reading in the trace itself', async () => {
  const question = { patient: 'p-own' as PatientId, count: 50 }
  const refused = await readTrace({ ...use('dr-other'), question }, hospital, hospital.trace)
  assert.equal(refused.outcome, 'refused')
  const read = await readTrace({ ...use('inspector'), purpose: 'SUPERVISE', question }, hospital, hospital.trace)
  assert.ok(read.outcome === 'read')
  assert.ok(read.rows.length > 5)
  assert.equal(read.patientNames.get('p-own' as PatientId), '张*丰')
  const [reading] = await newest(1)
  assert.equal(reading?.kind, 'trace-reading')
  assert.equal(reading?.actor?.person, 'inspector')
  const own = await readTrace(
    { ...use('dr-other'), question: { person: 'dr-other', count: 50 } },
    hospital,
    hospital.trace,
  )
  assert.ok(own.outcome === 'read')
  assert.ok(own.rows.every((row) => row.entry.actor?.person === 'dr-other'))
})
