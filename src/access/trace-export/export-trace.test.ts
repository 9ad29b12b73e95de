import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { international, noteSigner } from '../../crypto/index.ts'
import type { LedgerSequence, PatientId, PersonId } from '../../kernel/index.ts'
import { type LedgerWorkers, openTree, startLedgerWorkers } from '../../ledger/index.ts'
import { answerSchema, parsePackage, verifyPackage } from '../../proof/index.ts'
import { callerFor, openSmallHospital } from '../test-hospital.ts'
import { type ExportDesk, type ExportTraceUse, exportTrace, proofsOfTrees } from './index.ts'

let hospital: Awaited<ReturnType<typeof openSmallHospital>>
let workers: LedgerWorkers
let desk: ExportDesk
let folder: string
let verifierKey: string
const origin = 'chartward.local/ledger'

before(async () => {
  hospital = await openSmallHospital()
  const { database } = hospital
  const signer = noteSigner(origin, international.generatePrivateKey())
  verifierKey = signer.verifierKey
  workers = startLedgerWorkers({ database, origin, signer, checkpointEveryMs: 20 })
  const proofs = proofsOfTrees({ international: openTree({ database }) })
  desk = { ...hospital, proofs, origin, publicUrl: 'https://emr.example' }
  folder = await mkdtemp(join(tmpdir(), 'chartward-export-'))
  const wang = 'dr-own' as PersonId
  await hospital.ledger.record([
    {
      kind: 'permit',
      outcome: 0,
      actor: { person: wang, roles: ['physician'], departments: ['dep-card'] },
      terminal: { address: '10.0.0.7', device: '=HYPERLINK("http://x")' },
      patient: 'p-own' as PatientId,
      record: { type: 'Observation', id: 'o-own-1', version: 1 },
      action: 'view',
      purpose: 'TREAT',
      reason: { code: 'other', text: '@SUM(1), "会诊"' },
    },
    {
      kind: 'release',
      outcome: 0,
      actor: { person: wang },
      patient: 'p-own' as PatientId,
      action: 'view',
      follows: 0 as LedgerSequence,
    },
    {
      kind: 'refusal',
      outcome: 8,
      actor: { person: 'dr-other' as PersonId },
      patient: 'p-none' as PatientId,
      action: 'print',
    },
  ])
})
after(async () => {
  await workers.close()
  await hospital.close()
  await rm(folder, { recursive: true, force: true })
})

const order = (more: Partial<ExportTraceUse> = {}): ExportTraceUse => ({
  caller: callerFor('inspector'),
  channel: 'console',
  requestId: 'req-export',
  purpose: 'SUPERVISE',
  terms: { patient: 'p-own', person: 'dr-own' },
  format: 'csv',
  reason: { code: 'supervision-case', text: '2026 年第 7 号信访' },
  ...more,
})
const run = (signal = new AbortController().signal) => ({ folder, signal })

async function exported(more: Partial<ExportTraceUse>) {
  const result = await exportTrace(order(more), desk, run())
  assert.ok(result.outcome === 'exported', result.outcome)
  return result
}

test('a table leaves with its proof, its mark, and the answer that the ledger committed to before', async () => {
  const result = await exported({})
  assert.equal(result.uses, 2)
  assert.equal(result.fileName, `chartward-${result.receipt.sequence}.zip`)
  const files = unzip(await readFile(result.path))
  assert.deepEqual([...files.keys()].sort(), ['README-读我.txt', 'checkpoint.txt', 'proof.json', 'uses.csv'])

  const csv = files.get('uses.csv')!.toString()
  assert.ok(csv.startsWith('\ufeff'), 'a byte order mark, for Excel')
  const lines = csv.trimEnd().split('\r\n')
  assert.equal(lines.length, 3)
  assert.match(lines[1]!, /^0,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,/)
  assert.match(lines[1]!, /李主管（N-dr-own）/)
  assert.match(lines[1]!, /张\*丰/)
  assert.ok(lines[1]!.includes(`"'=HYPERLINK(""http://x"")"`), 'what looks like a formula is shown, not run')

  const proof = files.get('proof.json')!.toString()
  const report = verifyPackage(proof, { trust: { logs: [verifierKey], timestampRoots: [] }, atMs: Date.now() })
  assert.deepEqual(
    report.verdicts.flatMap((verdict) => (verdict.verdict === 'holds' ? [verdict.name] : [])),
    ['integrity', 'completeness'],
  )
  const made = parsePackage(proof)
  assert.deepEqual(
    made.entries.map((entry) => entry.sequence),
    [0, 1],
  )
  const asking = JSON.parse(made.asking!.body)
  assert.deepEqual(asking.detail.question, { patient: 'p-own', person: 'dr-own' })
  const answer = answerSchema.parse(asking.detail.answer)
  assert.deepEqual([answer.count, answer.completeAsOf], [2, result.receipt.sequence])
  assert.equal(asking.follows, result.receipt.sequence)

  const permit = (await hospital.trace.entryAt(result.receipt.sequence))!.entry
  assert.deepEqual([permit.kind, permit.action, permit.purpose], ['export', 'export', 'SUPERVISE'])
  assert.deepEqual(permit.reason, { code: 'supervision-case', text: '2026 年第 7 号信访' })
  assert.match(files.get('README-读我.txt')!.toString(), new RegExp(`导出回执号）：${result.receipt.sequence}`))
})

test('a proof package, FHIR events and a paper for a court say the same two uses', async () => {
  const json = await exported({ format: 'json' })
  assert.equal(parsePackage(await readFile(json.path, 'utf8')).entries.length, 2)

  const fhir = await exported({ format: 'fhir' })
  const bundle = JSON.parse(
    unzip(await readFile(fhir.path))
      .get('audit-events.fhir.json')!
      .toString(),
  )
  assert.equal(bundle.resourceType, 'Bundle')
  assert.deepEqual(
    bundle.entry.map((one: { resource: { id: string } }) => one.resource.id),
    ['0', '1'],
  )
  const tags = bundle.entry.map(
    (one: { resource: { meta: { tag: { code: string }[] } } }) => one.resource.meta.tag[0]!.code,
  )
  assert.deepEqual(tags, [String(fhir.receipt.sequence), String(fhir.receipt.sequence)])

  const pdf = await readFile((await exported({ format: 'pdf' })).path)
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  assert.match(pdf.toString('latin1'), /\/FontFile3|\/FontFile2/, 'its font is embedded')
  assert.match(pdf.toString('latin1'), /\/EmbeddedFile/, 'its proof travels inside')
})

test('a large export is committed to in parts, each of which can be verified by itself', async () => {
  const result = await exportTrace(order({ format: 'json' }), desk, { ...run(), entriesPerPart: 1 })
  assert.ok(result.outcome === 'exported' && result.uses === 2)
  const files = unzip(await readFile(result.path))
  const proofs = [...files.keys()].filter((name) => name.startsWith('proof-')).sort()
  assert.equal(proofs.length, 2)
  for (const [at, name] of proofs.entries()) {
    const made = parsePackage(files.get(name)!.toString())
    assert.deepEqual(
      made.entries.map((entry) => entry.sequence),
      [at],
    )
    assert.equal(JSON.parse(made.asking!.body).detail.part, at + 1)
    const trust = { logs: [verifierKey], timestampRoots: [] }
    const report = verifyPackage(files.get(name)!.toString(), { trust, atMs: Date.now() })
    for (const verdict of report.verdicts) assert.notEqual(verdict.verdict, 'broken', verdict.name)
  }
})

test('an export of nothing says so, and proves that it was asked', async () => {
  const result = await exported({ terms: { patient: 'p-nobody' } })
  assert.equal(result.uses, 0)
  const made = parsePackage(
    unzip(await readFile(result.path))
      .get('proof.json')!
      .toString(),
  )
  assert.equal(JSON.parse(made.asking!.body).detail.answer.count, 0)
})

test('who may not export is refused, with a trace, and no file is made', async () => {
  const before = await readdir(folder)
  for (const more of [
    { caller: callerFor('dr-own'), terms: { person: 'dr-own' } },
    { caller: callerFor('inspector', 1) },
    { purpose: 'HRESCH' as const },
  ]) {
    const refused = await exportTrace(order(more), desk, run())
    assert.equal(refused.outcome, 'refused')
    const { entry } = (await hospital.trace.entryAt(refused.receipt.sequence))!
    assert.deepEqual([entry.kind, entry.action, entry.outcome], ['refusal', 'export', 8])
  }
  assert.deepEqual(await readdir(folder), before)
})

test('a stopped export leaves no file behind, and says in the ledger that nothing left', async () => {
  const before = await readdir(folder)
  const stopping = new AbortController()
  const result = await exportTrace(order(), desk, { ...run(stopping.signal), onProgress: () => stopping.abort() })
  assert.equal(result.outcome, 'stopped')
  assert.deepEqual(await readdir(folder), before)
  const page = await hospital.trace.askTrace({ kind: 'withheld', person: 'inspector' }, { count: 1 })
  assert.equal(page.rows[0]!.entry.follows, result.receipt.sequence)
  assert.deepEqual(page.rows[0]!.entry.detail, { export: true, event: 'stopped' })
})

test('a right that ended while the file was made withdraws it', async () => {
  const before = await readdir(folder)
  const revoking: ExportDesk = {
    ...desk,
    trace: {
      ...desk.trace,
      async askTrace(question, paging) {
        const page = await desk.trace.askTrace(question, paging)
        const until = new Date(hospital.clock.now() - 1000)
        await hospital.database.transaction(async (tx) => {
          await tx.query(`update post set valid_until = $1 where person_id = 'inspector'`, [until])
          await hospital.ledger.recordWithin(tx, [{ kind: 'authority-change', outcome: 0 }], { raisesEpoch: true })
        })
        return page
      },
    },
  }
  await assert.rejects(exportTrace(order(), revoking, run()), { code: 'export-withdrawn' })
  assert.deepEqual(await readdir(folder), before)
})

/** Reads a ZIP by its central directory: enough for a test. */
function unzip(archive: Buffer): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>()
  const end = archive.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  let at = archive.readUInt32LE(end + 16)
  for (let count = archive.readUInt16LE(end + 10); count > 0; count--) {
    const [size, nameSize, extraSize, commentSize] = [20, 28, 30, 32].map((offset, i) =>
      i === 0 ? archive.readUInt32LE(at + offset) : archive.readUInt16LE(at + offset),
    ) as [number, number, number, number]
    const local = archive.readUInt32LE(at + 42)
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const content = archive.subarray(start, start + size)
    const name = archive.subarray(at + 46, at + 46 + nameSize).toString()
    files.set(name, archive.readUInt16LE(at + 10) === 8 ? inflateRawSync(content) : content)
    at += 46 + nameSize + extraSize + commentSize
  }
  return files
}
