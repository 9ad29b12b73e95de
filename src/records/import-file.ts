import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Clock, Database, InputIssue, LedgerSequence, PersonId, Transaction } from '../kernel/index.ts'
import type { EntryDraft, Ledger } from '../ledger/index.ts'
import type { FhirResource } from './fhir.ts'
import { danglingIn, type ImportBatch, keepBatch } from './import-batch.ts'
import { type ImportEntry, isNdjson, readEntries } from './import-entries.ts'
import type { Validator } from './validator.ts'

export interface ImportDesk {
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: Clock
  /** Without one, only the structure is checked: for what another server of ours exported. */
  readonly validator: Validator
}

export interface ImportRefusal extends InputIssue {
  /** `entry[3]`, `line 17`, or nothing for a whole file. */
  readonly place: string
  /** `Type/id`, where it could be read. */
  readonly record?: string
}

export interface FileReport {
  readonly path: string
  readonly outcome: 'imported' | 'refused'
  /** Resources read from the file. */
  readonly resources: number
  readonly created: number
  readonly updated: number
  /** Already there with the same content: no new version. */
  readonly unchanged: number
  /** Why it was refused: the first of them; nothing of a refused file was kept. */
  readonly refusals: readonly ImportRefusal[]
  readonly refusalCount: number
  /** References to records that are not there, even after this file. */
  readonly danglingReferences: number
  readonly danglingExamples: readonly string[]
  readonly milliseconds: number
  readonly sequence: LedgerSequence
}

export interface FileOptions {
  /** Who imports. */
  readonly author: PersonId
  readonly onProgress?: (path: string, phase: 'validating' | 'keeping', resources: number) => void
}

const refusalsTold = 100
const judgedAtOnce = 64
const batchSize = 1000

/** One file, all or nothing: validated as a whole, then kept in one transaction together with its ledger entry. */
export async function importFile(path: string, desk: ImportDesk, options: FileOptions): Promise<FileReport> {
  const start = performance.now()
  const judged = await judgeFile(path, desk.validator, options)
  const source = await describeFile(path)
  const common = { path, resources: judged.resources, refusals: judged.refusals, refusalCount: judged.refusalCount }
  if (judged.refusalCount > 0) {
    const detail = { ...source, resources: judged.resources, refusals: judged.refusalCount }
    const [receipt] = await desk.ledger.record([importEntry(options.author, 8, detail)])
    const nothing = { created: 0, updated: 0, unchanged: 0, danglingReferences: 0, danglingExamples: [] }
    const milliseconds = Math.round(performance.now() - start)
    return { ...common, ...nothing, outcome: 'refused', milliseconds, sequence: receipt!.sequence }
  }
  const kept = await desk.database.transaction((tx) => keepFile(tx, path, source, desk, options))
  return { ...common, ...kept, outcome: 'imported', milliseconds: Math.round(performance.now() - start) }
}

interface Judged {
  readonly resources: number
  readonly refusals: readonly ImportRefusal[]
  readonly refusalCount: number
}

async function judgeFile(path: string, validator: Validator, options: FileOptions): Promise<Judged> {
  const refusals: ImportRefusal[] = []
  let refusalCount = 0
  let resources = 0
  const refuse = (place: string, issue: InputIssue, record?: string) => {
    refusalCount += 1
    if (refusals.length < refusalsTold) refusals.push({ ...issue, place, ...(record !== undefined && { record }) })
  }
  const seen = new Map<string, string>()
  const underWay = new Set<Promise<void>>()
  for await (const entry of readEntries(path)) {
    if ('issue' in entry) {
      refuse(entry.place, entry.issue)
      continue
    }
    resources += 1
    const record = `${entry.resource.resourceType}/${entry.resource.id}`
    if (contradicts(seen, record, entry.resource)) refuse(entry.place, givenTwice, record)
    const judging = validator.validate(entry.resource).then((issues) => {
      for (const issue of issues) refuse(entry.place, issue, record)
      underWay.delete(judging)
    })
    underWay.add(judging)
    if (underWay.size >= judgedAtOnce) await Promise.race(underWay)
    if (resources % batchSize === 0) options.onProgress?.(path, 'validating', resources)
  }
  await Promise.all(underWay)
  if (resources === 0 && refusalCount === 0) refuse('', nothingThere)
  return { resources, refusals: refusals.sort(byPlace), refusalCount }
}

const givenTwice: InputIssue = {
  field: 'id',
  rule: 'given-twice',
  zh: '同一文件中同一资源出现两次且内容不同',
  en: 'the same resource stands in the file twice, with different content',
}
const nothingThere: InputIssue = {
  field: '',
  rule: 'empty',
  zh: '文件中没有资源',
  en: 'there is no resource in the file',
}

function contradicts(seen: Map<string, string>, record: string, resource: FhirResource): boolean {
  const digest = createHash('sha256').update(JSON.stringify(resource)).digest('base64')
  const before = seen.get(record)
  if (before === undefined) seen.set(record, digest)
  return before !== undefined && before !== digest
}

const placeNumber = (refusal: ImportRefusal): number => Number(/\d+/.exec(refusal.place)?.[0] ?? 0)
const byPlace = (a: ImportRefusal, b: ImportRefusal): number => placeNumber(a) - placeNumber(b)

/** What the ledger says of a file: its digest. Its name may be a patient's. */
interface FileSource {
  readonly sha256: string
  readonly bytes: number
}

async function describeFile(path: string): Promise<FileSource> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { sha256: hash.digest('hex'), bytes: (await stat(path)).size }
}

function importEntry(author: PersonId, outcome: 0 | 8, detail: NonNullable<EntryDraft['detail']>): EntryDraft {
  return { kind: 'import', actor: { person: author }, channel: 'cli', outcome, detail }
}

type Kept = Pick<
  FileReport,
  'created' | 'updated' | 'unchanged' | 'danglingReferences' | 'danglingExamples' | 'sequence'
>

async function keepFile(
  tx: Transaction,
  path: string,
  source: FileSource,
  desk: ImportDesk,
  options: FileOptions,
): Promise<Kept> {
  const counts = { created: 0, updated: 0, unchanged: 0 }
  const dangling = new Set<string>()
  const batch: ImportBatch = { tx, at: desk.clock.now(), departments: new Map() }
  let takesAway = false
  let done = 0
  for await (const resources of batchesOf(path)) {
    const kept = await keepBatch(resources, batch)
    counts.created += kept.created
    counts.updated += kept.updated
    counts.unchanged += kept.unchanged
    takesAway ||= kept.takesAway
    for (const reference of kept.references) dangling.add(reference)
    done += resources.length
    options.onProgress?.(path, 'keeping', done)
  }
  const missing = await danglingIn(tx, dangling)
  // Last: from here until the commit all other appends of the institution wait.
  const detail = { ...source, ...counts, ...(missing.length > 0 && { danglingReferences: missing.length }) }
  const [receipt] = await desk.ledger.recordWithin(tx, [importEntry(options.author, 0, detail)], {
    raisesEpoch: takesAway,
  })
  return {
    ...counts,
    danglingReferences: missing.length,
    danglingExamples: missing.slice(0, 20),
    sequence: receipt!.sequence,
  }
}

/** A document is read whole and put in order: what others depend on comes first. Lines come as they stand. */
async function* batchesOf(path: string): AsyncGenerator<readonly FhirResource[]> {
  let batch: FhirResource[] = []
  for await (const entry of isNdjson(path) ? readEntries(path) : ordered(readEntries(path))) {
    if ('issue' in entry) throw new TypeError(`${path} changed while it was imported`)
    const last = batch.at(-1)
    const rankRises = last !== undefined && typeRank(entry.resource.resourceType) > typeRank(last.resourceType)
    // What depends on an encounter finds it kept already.
    if (batch.length >= batchSize || rankRises) {
      yield batch
      batch = []
    }
    batch.push(entry.resource)
  }
  if (batch.length > 0) yield batch
}

async function* ordered(entries: AsyncIterable<ImportEntry>): AsyncGenerator<ImportEntry> {
  const all: ImportEntry[] = []
  for await (const entry of entries) all.push(entry)
  const rankOf = (entry: ImportEntry) => ('resource' in entry ? typeRank(entry.resource.resourceType) : 0)
  yield* all.sort((a, b) => rankOf(a) - rankOf(b))
}

const first = ['Organization', 'Location', 'Practitioner', 'PractitionerRole', 'Patient', 'Encounter']

/** Departments before encounters, encounters before what happened in them. */
export function typeRank(type: string): number {
  const rank = first.indexOf(type)
  return rank < 0 ? first.length : rank
}
