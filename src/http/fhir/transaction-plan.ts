import type { ReleasedRecord, RequestedChange, WrittenRecord } from '../../access/index.ts'
import type { Receipt } from '../../ledger/index.ts'
import { type FhirResource, newRecordId, type SearchQuery } from '../../records/index.ts'
import { type BundleEntry, within } from './bundle-entry.ts'
import { conditionalReferencesOf, type Destinations, rewriteReferences } from './bundle-references.ts'
import { fault } from './errors.ts'
import type { JsonObject } from './json-text.ts'

/** An entry whose request is a change, with the change it asks for. */
export interface ChangeEntry {
  readonly entry: BundleEntry
  readonly change: RequestedChange
}

/** Finds what a transaction names by condition instead of by id: at most two records, and the receipt of the search. */
export type Finder = (
  condition: SearchQuery,
) => Promise<{ readonly records: readonly ReleasedRecord[]; readonly receipt: Receipt }>

export interface PlannedChange extends ChangeEntry {
  /** What a conditional create would have created, and found. */
  readonly matched?: Extract<WrittenRecord, { outcome: 'matched' }>
  /** Set where a conditional delete found nothing to delete. */
  readonly nothingToDo?: true
}

/**
 * Settles where each entry leads before anything is written (FHIR R4 http.html#trules): conditions become ids,
 * creates get theirs, two changes of one record are refused, references between entries are rewritten.
 * @param resolve `Type?query` → ids, for conditional references.
 * @throws {FhirFault} `bundle-invalid`, `several-matches`, each with the entry as its place.
 */
export async function planTransaction(
  entries: readonly ChangeEntry[],
  others: readonly BundleEntry[],
  find: Finder,
  resolve: (reference: string) => Promise<readonly string[]>,
): Promise<readonly PlannedChange[]> {
  refuseSameCondition(entries)
  refuseSameFullUrl([...entries.map(({ entry }) => entry), ...others])
  const settled: PlannedChange[] = []
  for (const one of entries) settled.push(await settle(one, find))
  refuseSameRecord(settled)

  const destinations = destinationsOf(settled)
  const conditions = await resolveConditions(settled, resolve)
  return settled.map((planned) => withReferences(planned, destinations, conditions))
}

async function settle({ entry, change }: ChangeEntry, find: Finder): Promise<PlannedChange> {
  const condition = change.ifNoneExist ?? change.condition
  if (!condition) return { entry, change: change.kind === 'create' ? created(change) : change }

  const { records, receipt } = await find(condition)
  if (records.length > 1) {
    throw placedFault(entry, 'several-matches', 'condition', '条件匹配到多条记录。', 'The condition matches several.')
  }
  const [record] = records
  if (change.kind === 'create') {
    if (!record) return { entry, change: created(change) }
    return { entry, change: { ...change, id: record.id }, matched: { outcome: 'matched', record, receipt } }
  }
  if (record) return { entry, change: withId(change, record.id) }
  return change.kind === 'delete' ? { entry, change, nothingToDo: true } : { entry, change: created(change) }
}

/** A create whose id is chosen now, because the other entries refer to it. */
function created(change: RequestedChange): RequestedChange {
  const { ifNoneExist: _answered, ifMatch: _ofNothing, ...rest } = withId(change, newRecordId())
  return { ...rest, kind: 'create' }
}

function withId(change: RequestedChange, id: string): RequestedChange {
  const { condition: _answered, ...rest } = change
  return { ...rest, id, ...(change.resource && { resource: { ...change.resource, id } }) }
}

/** The record an entry leads to, where there is one. */
function recordOf({ change }: PlannedChange): string | undefined {
  return change.id === undefined ? undefined : `${change.type}/${change.id}`
}

/** Two entries with one condition would both find nothing and both create. */
function refuseSameCondition(entries: readonly ChangeEntry[]): void {
  const seen = new Set<string>()
  for (const { entry, change } of entries) {
    const condition = change.ifNoneExist ?? change.condition
    if (!condition) continue
    const key = JSON.stringify([condition.types, condition.parameters])
    if (seen.has(key)) {
      throw placedFault(
        entry,
        'bundle-invalid',
        'duplicate',
        '同一事务中两个条目使用相同条件。',
        'Two entries of one transaction have the same condition.',
      )
    }
    seen.add(key)
  }
}

function refuseSameFullUrl(entries: readonly BundleEntry[]): void {
  const seen = new Set<string>()
  for (const entry of entries) {
    if (entry.fullUrl === undefined) continue
    if (seen.has(entry.fullUrl)) {
      throw placedFault(entry, 'bundle-invalid', 'duplicate', 'fullUrl 重复。', 'The fullUrl appears twice.', 'fullUrl')
    }
    seen.add(entry.fullUrl)
  }
}

function refuseSameRecord(planned: readonly PlannedChange[]): void {
  const seen = new Set<string>()
  for (const one of planned) {
    const record = recordOf(one)
    if (record === undefined) continue
    if (seen.has(record)) {
      throw placedFault(
        one.entry,
        'bundle-invalid',
        'duplicate',
        '同一事务中两次更改同一条记录。',
        'Two entries of one transaction change the same record.',
        'request.url',
      )
    }
    seen.add(record)
  }
}

function destinationsOf(planned: readonly PlannedChange[]): Destinations {
  return new Map(
    planned.flatMap((one) => {
      const record = recordOf(one)
      const { fullUrl } = one.entry
      return fullUrl !== undefined && record !== undefined && one.change.kind !== 'delete'
        ? [[fullUrl, record] as const]
        : []
    }),
  )
}

async function resolveConditions(
  planned: readonly PlannedChange[],
  resolve: (reference: string) => Promise<readonly string[]>,
): Promise<Destinations> {
  const resolved = new Map<string, string>()
  for (const { entry, change, matched } of planned) {
    if (!change.resource || matched) continue
    for (const reference of conditionalReferencesOf(change.resource as unknown as JsonObject)) {
      if (resolved.has(reference)) continue
      const ids = await resolve(reference)
      const [id] = ids
      if (id === undefined) {
        throw placedFault(
          entry,
          'bundle-invalid',
          'reference-unresolved',
          '条件引用没有匹配到记录。',
          'A conditional reference matches nothing.',
        )
      }
      if (ids.length > 1) {
        throw placedFault(
          entry,
          'several-matches',
          'reference',
          '条件引用匹配到多条记录。',
          'A conditional reference matches several records.',
        )
      }
      resolved.set(reference, `${reference.slice(0, reference.indexOf('?'))}/${id}`)
    }
  }
  return resolved
}

function withReferences(planned: PlannedChange, destinations: Destinations, conditions: Destinations): PlannedChange {
  const { entry, change, matched } = planned
  if (!change.resource || matched) return planned
  const rewritten = within(placeOf(entry), () =>
    rewriteReferences(change.resource as unknown as JsonObject, {
      ...(entry.fullUrl !== undefined && { fullUrl: entry.fullUrl }),
      destinations,
      conditions,
    }),
  )
  return { ...planned, change: { ...change, resource: rewritten as unknown as FhirResource } }
}

export const placeOf = (entry: BundleEntry): string => `Bundle.entry[${entry.index}]`

function placedFault(
  entry: BundleEntry,
  code: 'bundle-invalid' | 'several-matches',
  rule: string,
  zh: string,
  en: string,
  below?: string,
) {
  return fault(code, rule, zh, en, below === undefined ? placeOf(entry) : `${placeOf(entry)}.${below}`)
}
