import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { fixedClock, silentLog } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Entry, type Ledger, openLedger, openTrace, parseEntry } from '../ledger/index.ts'
import type { AuditSource } from './audit-source.ts'
import type { ForeignEvent } from './foreign-event.ts'
import { foreignFacts } from './foreign-facts.ts'
import { readFhirEvent } from './read-fhir-event.ts'
import { type AuditIntake, openAuditIntake, type ReceivedMessage } from './receive.ts'
import { auditEventsIn, balpFolder, balpIsHere, examplesFolder } from './test-profile.ts'

const theirs: AuditSource = {
  id: 'pacs',
  name: '影像归档',
  authenticates: { by: 'file' },
  people: 'theirs',
  patients: 'theirs',
}
const ours: AuditSource = {
  id: 'his',
  name: '医院信息系统',
  authenticates: { by: 'file' },
  people: 'ours',
  patients: 'ours',
}

const event: ForeignEvent = {
  occurred: '2026-03-01T08:00:00+08:00',
  type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110103' },
  subtypes: [],
  action: 'R',
  outcome: 0,
  person: { id: 'wu', name: '吴医生' },
  roles: [],
  address: '10.0.0.7',
  patients: ['4711'],
  records: [{ type: 'ImagingStudy', id: 's-1' }],
  isQuery: false,
}

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let intake: AuditIntake
const clock = fixedClock(Date.parse('2026-03-01T00:00:00Z'))
const desk = () => ({
  database: at.database,
  ledger,
  clock,
  log: silentLog,
  sources: { sources: [theirs, ours], listen: {} },
})

before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database, clock })
  intake = openAuditIntake({ ...desk(), refusalsToldEachMinute: 3 })
})
beforeEach(() => clock.advance(120_000))
after(async () => {
  await intake.close()
  await ledger.close()
  await at.drop()
})

const message = (changes: Partial<ForeignEvent> = {}, source = theirs): ReceivedMessage => {
  const whole = { ...event, ...changes }
  return {
    source,
    format: 'dicom',
    transport: 'tls',
    address: '10.9.9.9',
    original: JSON.stringify([source.id, whole]),
    read: { outcome: 'read', event: whole },
  }
}
const entriesFrom = async (sequence: number): Promise<readonly Entry[]> => {
  const rows = await at.database.query<{ body: string }>(
    'select body from ledger_entry where sequence >= $1 order by sequence',
    [sequence],
  )
  return rows.map(({ body }) => parseEntry(body))
}

test('an event is recorded with its source, digest and claimed time, and found by person and by patient', async () => {
  const [taken] = await intake.receive([message({ eventId: 'e-1' })])
  assert.equal(taken?.outcome, 'recorded')
  const trace = openTrace(at)
  const { rows } = await trace.askTrace({ person: 'pacs:wu', patient: 'pacs:4711' }, { count: 5 })
  assert.equal(rows.length, 1)
  const { entry } = rows[0]!
  assert.equal(entry.kind, 'foreign')
  assert.equal(entry.action, 'view')
  assert.equal(entry.terminal?.address, '10.0.0.7')
  assert.match(entry.digest!, /^[0-9a-f]{64}$/)
  assert.deepEqual(entry.record, { type: 'ImagingStudy', id: 's-1' })
  assert.equal(foreignFacts(entry).occurred, '2026-03-01T08:00:00+08:00')
  assert.equal(foreignFacts(entry).source, 'pacs')
})

test("ids of a source that shares this hospital's people and patients stand as they are", async () => {
  await intake.receive([message({ eventId: 'e-2' }, ours)])
  const { rows } = await openTrace(at).askTrace({ person: 'wu', patient: '4711' }, { count: 5 })
  assert.equal(rows.length, 1)
})

test('an event about several patients is found by each of them', async () => {
  await intake.receive([message({ eventId: 'e-3', patients: ['a', 'b'] })])
  for (const patient of ['pacs:a', 'pacs:b']) {
    assert.equal((await openTrace(at).askTrace({ patient }, { count: 5 })).rows.length, 1)
  }
})

test('what is sent again is recorded once, and told where it stands', async () => {
  const size = await ledger.size()
  const [first] = await intake.receive([message({ eventId: 'e-4' })])
  const again = await intake.receive([message({ eventId: 'e-4' }), message({ eventId: 'e-4' })])
  assert.equal(first?.outcome, 'recorded')
  const sequence = first.outcome === 'recorded' && first.receipt.sequence
  assert.deepEqual(again, [
    { outcome: 'duplicate', sequence },
    { outcome: 'duplicate', sequence },
  ])
  assert.equal(await ledger.size(), size + 1)
})

test('twice in one delivery is once, and without an id the bytes are the id', async () => {
  const size = await ledger.size()
  const both = await intake.receive([message({ roles: ['x'] }), message({ roles: ['x'] })])
  assert.deepEqual(
    both.map(({ outcome }) => outcome),
    ['recorded', 'duplicate'],
  )
  assert.equal(await ledger.size(), size + 1)
})

test('the same id from another source is another event', async () => {
  const [taken] = await intake.receive([message({ eventId: 'e-4' }, ours)])
  assert.equal(taken?.outcome, 'recorded')
})

test('an id used again for something else is refused, and the refusal stands in the ledger', async () => {
  const size = await ledger.size()
  const [taken] = await intake.receive([message({ eventId: 'e-4', outcome: 8 })])
  assert.equal(taken?.outcome, 'refused')
  assert.deepEqual(taken.outcome === 'refused' && taken.issues.map(({ rule }) => rule), ['id-reused'])
  const [entry] = await entriesFrom(size)
  assert.equal(entry?.kind, 'refusal')
  assert.equal(entry?.detail?.source, 'pacs')
  assert.deepEqual(entry?.detail?.issues, ['event.id id-reused'])
})

test('several processes with the same events record each once', async () => {
  const size = await ledger.size()
  const messages = Array.from({ length: 20 }, (_, i) => message({ eventId: `race-${i}` }))
  const turned = messages.toReversed()
  const results = await Promise.all([messages, turned, messages, turned].map((some) => intake.receive(some)))
  const recorded = results.flat().filter(({ outcome }) => outcome === 'recorded')
  assert.equal(recorded.length, 20)
  assert.equal(await ledger.size(), size + 20)
})

test('refusals beyond the limit are counted and told, not dropped', async () => {
  const size = await ledger.size()
  const refused: ReceivedMessage = {
    ...message(),
    read: { outcome: 'refused', issues: [{ field: 'AuditMessage', rule: 'xml', zh: '', en: '' }] },
  }
  await intake.receive(Array.from({ length: 10 }, () => refused))
  await intake.tellRefused()
  const entries = await entriesFrom(size)
  assert.deepEqual(
    entries.map((entry) => entry.detail?.messages),
    [1, 1, 1, 7],
  )
})

test('every AuditEvent of IHE and of HL7 is taken in', {
  skip: balpIsHere ? false : 'no examples in ../shared/data',
}, async () => {
  const examples = [...auditEventsIn(balpFolder), ...auditEventsIn(examplesFolder)]
  assert.equal(examples.length, 55)
  const results = await intake.receive(
    examples.map(([name, resource]) => ({
      ...message(),
      format: 'fhir',
      transport: 'http',
      original: `${name}${JSON.stringify(resource)}`,
      read: readFhirEvent(resource),
    })),
  )
  assert.deepEqual(
    results.flatMap((one, i) => (one.outcome === 'recorded' ? [] : [[examples[i]![0], one]])),
    [],
  )
})

const table: readonly (readonly [string, string, Partial<ForeignEvent>])[] = [
  [
    'IHE reads by John Smith',
    'AuditEvent-ex-auditBasicReadServer.json',
    {
      person: { name: 'John Smith' },
      patients: ['ex-patient'],
      action: 'R',
      address: '2001:0db8:85a3:0000:0000:8a2e:0370:7334',
    },
  ],
  ['IHE queries', 'AuditEvent-ex-auditBasicQueryGetServer.json', { isQuery: true, patients: ['ex-patient'] }],
  [
    'a refused authorization',
    'AuditEvent-ex-auditAuthZconsent-deny.json',
    { person: { id: 'ex-practitioner' }, outcome: 8, purpose: 'PATRQT' },
  ],
]
for (const [name, file, expected] of table) {
  test(`${name}: who, whom and what are read`, { skip: balpIsHere ? false : 'no examples in ../shared/data' }, () => {
    const resource = auditEventsIn(balpFolder).find(([one]) => one === file)![1]
    const read = readFhirEvent(resource)
    assert.equal(read.outcome, 'read')
    const found = read.outcome === 'read' ? read.event : undefined
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(found?.[key as keyof ForeignEvent], value)
  })
}
