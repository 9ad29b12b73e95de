import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { FileReport, ImportDesk } from './import-file.ts'
import { importFiles } from './import-files.ts'
import { author, openTestStore, type TestStore } from './test-store.ts'
import { openValidator } from './validator.ts'

let at: TestStore
let desk: ImportDesk
let folder: string
const validator = openValidator()
before(async () => {
  at = await openTestStore()
  desk = { database: at.database, ledger: at.ledger, clock: at.clock, validator }
  folder = await mkdtemp(join(tmpdir(), 'chartward-import-'))
})
after(async () => {
  await validator.close()
  await at.close()
  await rm(folder, { recursive: true, force: true })
})

async function importText(name: string, text: string | Buffer): Promise<FileReport> {
  const path = join(folder, name)
  await writeFile(path, text)
  const report = await importFiles([path], desk, { author })
  await rm(path)
  return report.files[0]!
}

const contentOf = async (type: string, id: string) => {
  const read = await at.store.read(await at.recordPermit(type, id))
  return read && read !== 'changed' ? JSON.parse(read.content) : undefined
}
const counts = (report: FileReport) => [report.resources, report.created, report.updated, report.unchanged]

const patientUuid = '11111111-2222-4333-8444-555555555555'
const transaction = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      fullUrl: 'urn:uuid:e0000000-0000-4000-8000-000000000000',
      resource: {
        resourceType: 'Encounter',
        status: 'in-progress',
        class: { code: 'IMP' },
        subject: { reference: `urn:uuid:${patientUuid}` },
        serviceProvider: { reference: 'http://old.server/fhir/Organization/psy' },
        participant: [{ type: [{ coding: [{ code: 'ATND' }] }], individual: { reference: 'Practitioner/dr-9' } }],
        period: { start: '2026-02-01T08:00:00+08:00' },
      },
      request: { method: 'POST', url: 'Encounter' },
    },
    {
      fullUrl: 'http://old.server/fhir/Organization/psy',
      resource: { resourceType: 'Organization', id: 'psy', name: '精神科' },
      request: { method: 'PUT', url: 'Organization/psy' },
    },
    {
      fullUrl: 'urn:uuid:c0000000-0000-4000-8000-000000000000',
      resource: {
        resourceType: 'ClinicalImpression',
        status: 'completed',
        subject: { reference: `urn:uuid:${patientUuid}` },
        encounter: { reference: 'urn:uuid:e0000000-0000-4000-8000-000000000000' },
      },
      request: { method: 'POST', url: 'ClinicalImpression' },
    },
    {
      fullUrl: `urn:uuid:${patientUuid}`,
      resource: { resourceType: 'Patient', name: [{ text: '张三' }] },
      request: { method: 'POST', url: 'Patient' },
    },
  ],
}

test('references within a transaction are rewritten, departments and care follow, and all of it is in the ledger', async () => {
  const report = await importText('bundle.json', `\uFEFF${JSON.stringify(transaction)}`)
  assert.deepEqual([report.outcome, ...counts(report)], ['imported', 4, 4, 0, 0])
  assert.deepEqual(report.danglingExamples, ['Practitioner/dr-9'])
  const encounter = 'e0000000-0000-4000-8000-000000000000'
  const impression = await contentOf('ClinicalImpression', 'c0000000-0000-4000-8000-000000000000')
  assert.equal(impression.subject.reference, `Patient/${patientUuid}`)
  assert.equal(impression.encounter.reference, `Encounter/${encounter}`)
  const facts = await at.store.describe('ClinicalImpression', impression.id)
  assert.ok(facts && facts !== 'deleted')
  assert.deepEqual([facts.patient, facts.department], [patientUuid, 'psy'])
  // Labelled by where it was written: 精神科.
  assert.deepEqual(facts.label.kinds, ['PSY'])
  const care = await at.database.query('select person_id, kind, source from care_relation')
  assert.deepEqual(care, [{ person_id: 'dr-9', kind: 'attending', source: `Encounter/${encounter}` }])

  const [row] = await at.database.query<{ body: string }>('select body from ledger_entry where sequence = $1', [
    report.sequence,
  ])
  const entry = JSON.parse(row!.body)
  assert.equal(entry.kind, 'import')
  assert.equal(entry.detail.created, 4)
  assert.match(entry.detail.sha256, /^[0-9a-f]{64}$/)
  assert.ok(!row!.body.includes('bundle.json') && !row!.body.includes('张三'))
})

test('importing again adds no version; what changed gets one and raises the epoch', async () => {
  const epoch = await at.settledEpoch()
  const again = await importText('bundle.json', JSON.stringify(transaction))
  assert.deepEqual(counts(again), [4, 0, 0, 4])
  assert.equal(await at.settledEpoch(), epoch)

  const closed = structuredClone(transaction)
  const [encounter] = closed.entry
  encounter!.resource.status = 'finished'
  const changed = await importText('bundle.json', JSON.stringify(closed))
  assert.deepEqual(counts(changed), [4, 0, 1, 3])
  assert.ok((await at.settledEpoch()) > epoch)
  const [ended] = await at.database.query('select valid_until from care_relation')
  assert.notEqual(ended!.valid_until, null)
})

test('one bad resource refuses its whole file, with place, rule and both languages; nothing of it is kept', async () => {
  const lines = [
    { resourceType: 'Patient', id: 'good' },
    { resourceType: 'Patient', id: 'bad', birthDate: '1.1.1970', name: 'x' },
    'not json',
    { resourceType: 'Chart', id: 'x' },
    { resourceType: 'Patient', id: 'good', active: true },
    { id: 'nameless' },
  ]
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\r\n')
  const report = await importText('mixed.ndjson', text)
  assert.deepEqual([report.outcome, ...counts(report)], ['refused', 4, 0, 0, 0])
  assert.deepEqual(
    report.refusals.map((refusal) => [refusal.place, refusal.record, refusal.field, refusal.rule]),
    [
      ['line 2', 'Patient/bad', 'Patient.name', 'list-expected'],
      ['line 2', 'Patient/bad', 'Patient.birthDate', 'format'],
      ['line 3', undefined, '', 'json'],
      ['line 4', 'Chart/x', 'resourceType', 'resource-type'],
      ['line 5', 'Patient/good', 'id', 'given-twice'],
      ['line 6', undefined, 'resourceType', 'resource-type'],
    ],
  )
  for (const refusal of report.refusals) assert.ok(refusal.zh !== '' && refusal.en !== '')
  assert.equal(await at.store.describe('Patient', 'good'), undefined)
  const [row] = await at.database.query<{ body: string }>('select body from ledger_entry where sequence = $1', [
    report.sequence,
  ])
  const entry = JSON.parse(row!.body)
  assert.deepEqual([entry.kind, entry.outcome, entry.detail.refusals], ['import', 8, 6])
})

const refused: readonly (readonly [name: string, file: string, text: string | Buffer, rule: string])[] = [
  ['half a document', 'a.json', '{"resourceType":"Patient"', 'json'],
  ['another encoding', 'a.json', Buffer.from([0x7b, 0xc4, 0xe3, 0x7d]), 'encoding'],
  ['no resource at all', 'a.ndjson', '\n\n', 'empty'],
  ['an empty bundle', 'a.json', '{"resourceType":"Bundle","type":"collection","entry":[]}', 'empty'],
  [
    'a deletion',
    'a.json',
    JSON.stringify({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ request: { method: 'DELETE', url: 'Patient/x' } }],
    }),
    'method',
  ],
]
for (const [name, file, text, rule] of refused) {
  test(`${name} is refused: ${rule}`, async () => {
    const report = await importText(file, text)
    assert.deepEqual([report.outcome, report.refusals.map((refusal) => refusal.rule)], ['refused', [rule]])
  })
}

test('a document bundle stays one record, of the patient it is about', async () => {
  const document = {
    resourceType: 'Bundle',
    id: 'doc',
    type: 'document',
    identifier: { system: 'urn:x', value: '1' },
    timestamp: '2026-01-01T00:00:00Z',
    entry: [
      {
        fullUrl: 'http://x/Composition/1',
        resource: {
          resourceType: 'Composition',
          id: '1',
          status: 'final',
          type: { text: '出院记录' },
          date: '2026-01-01',
          title: '出院记录',
          author: [{ display: 'x' }],
          subject: { reference: 'Patient/of-doc' },
        },
      },
    ],
  }
  assert.equal((await importText('doc.json', JSON.stringify(document))).outcome, 'imported')
  const facts = await at.store.describe('Bundle', 'doc')
  assert.ok(facts && facts !== 'deleted' && facts.patient === 'of-doc')
})

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const skip = !existsSync(data) && 'shared/data is not here'

test('Synthea bundles: every resource arrives, nothing dangles, and again changes nothing', { skip }, async () => {
  const paths = [join(data, 'synthea', 'Sofia_Koepp_bfdb7857-8339-498a-a86d-07a06d5eb443.json')]
  const report = await importFiles(paths, desk, { author })
  assert.deepEqual([report.imported, report.created, report.updated], [1, 165, 0])
  assert.equal(report.files[0]!.danglingReferences, 0)
  const again = await importFiles(paths, desk, { author })
  assert.deepEqual([again.created, again.updated, again.unchanged], [0, 0, report.created])
})

test('a bulk export: lines arrive, its log is refused by line', { skip }, async () => {
  const paths = ['Patient.000', 'Organization.000', 'log'].map((name) => join(data, 'synthea-ndjson', `${name}.ndjson`))
  const report = await importFiles(paths, desk, { author })
  assert.deepEqual(
    report.files.map((file) => [file.path.split('/').at(-1), file.outcome, file.created, file.refusalCount]),
    [
      ['Organization.000.ndjson', 'imported', 43, 0],
      ['Patient.000.ndjson', 'imported', 13, 0],
      ['log.ndjson', 'refused', 0, 4],
    ],
  )
  assert.deepEqual(
    report.files.at(-1)!.refusals.map((refusal) => [refusal.place, refusal.rule]),
    [1, 2, 3, 4].map((line) => [`line ${line}`, 'resource-type']),
  )
})

test('official examples: each file by itself, refused ones with their reason', { skip }, async () => {
  const names = [
    'Patient-example',
    'Observation-f001',
    'Bundle-bundle-transaction',
    'Questionnaire-qs1',
    'Bundle-bundle-references',
  ]
  const report = await importFiles(
    names.map((name) => join(data, 'fhir-r4-examples', `${name}.json`)),
    desk,
    { author },
  )
  assert.deepEqual(
    report.files.map((file) => [file.path.split('/').at(-1), file.outcome, file.refusals[0]?.rule]).sort(),
    [
      ['Bundle-bundle-references.json', 'refused', 'given-twice'],
      ['Bundle-bundle-transaction.json', 'refused', 'method'],
      ['Observation-f001.json', 'imported', undefined],
      ['Patient-example.json', 'imported', undefined],
      ['Questionnaire-qs1.json', 'refused', 'required'],
    ],
  )
})
