import { loadCare, recordCare } from '../authority/index.ts'
import type { Transaction } from '../kernel/index.ts'
import { careOf } from './care.ts'
import { copyRows } from './copy-rows.ts'
import { belongingOf } from './facts.ts'
import type { FhirResource } from './fhir.ts'
import { type RecordRow, rowOf, withServerMeta } from './record-row.ts'
import { referencesOf } from './references.ts'
import { localReference } from './search-index.ts'
import { clearRows } from './store-rows.ts'
import { departmentOfEncounter, inheritDepartment } from './surroundings.ts'

/** What lasts over the batches of one file. */
export interface ImportBatch {
  readonly tx: Transaction
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Department and its name by encounter, as far as known. */
  readonly departments: Map<string, Surroundings>
}

type Surroundings = Awaited<ReturnType<typeof departmentOfEncounter>>

export interface KeptBatch {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  /** A right may have ended with it, or facts on which rights stand have moved. */
  readonly takesAway: boolean
  /** `Type/id` of every record referred to. */
  readonly references: ReadonlySet<string>
}

interface Existing {
  readonly type: string
  readonly id: string
  readonly version: number
  readonly last_updated: Date
  readonly deleted: boolean
  readonly content: string
}

export async function keepBatch(resources: readonly FhirResource[], batch: ImportBatch): Promise<KeptBatch> {
  const { tx, at } = batch
  const byKey = new Map(resources.map((resource) => [keyOf(resource.resourceType, resource.id!), resource]))
  const existing = await existingOf([...byKey.values()], tx)
  const rows: RecordRow[] = []
  const changed: RecordRow[] = []
  const references = new Set<string>()
  for (const [key, resource] of byKey) {
    for (const each of referencesOf(resource)) {
      const target = localReference(each.reference)
      if (target) references.add(keyOf(target.type, target.id))
    }
    const before = existing.get(key)
    if (before && isSame(resource, before)) continue
    const surroundings = await surroundingsOf(resource, batch)
    const row = rowOf(resource, { id: resource.id!, version: (before?.version ?? 0) + 1, at, ...surroundings })
    if (row.type === 'Encounter') batch.departments.delete(row.id)
    rows.push(row)
    if (before) changed.push(row)
  }
  await clearRows(tx, changed)
  await copyRows(tx, rows)
  const encounters = rows.filter((row) => row.type === 'Encounter').map((row) => row.id)
  const departmentMoved = await inheritDepartment(tx, encounters)
  const careEnded = await keepCare(rows, byKey, batch)
  return {
    created: rows.length - changed.length,
    updated: changed.length,
    unchanged: byKey.size - rows.length,
    // Whether a label or a patient moved is not looked into: a new version of anything may have.
    takesAway: changed.length > 0 || departmentMoved || careEnded,
    references,
  }
}

const keyOf = (type: string, id: string): string => `${type}/${id}`

async function existingOf(resources: readonly FhirResource[], tx: Transaction): Promise<ReadonlyMap<string, Existing>> {
  const found = await tx.query<Existing>(
    {
      name: 'records-existing',
      text: `select r.type, r.id, r.version, r.last_updated, r.deleted, r.content
             from unnest($1::text[], $2::text[]) k (type, id) join resource r on r.type = k.type and r.id = k.id
             for update of r`,
    },
    [resources.map((each) => each.resourceType), resources.map((each) => each.id)],
  )
  return new Map(found.map((row) => [keyOf(row.type, row.id), row]))
}

function isSame(resource: FhirResource, before: Existing): boolean {
  if (before.deleted) return false
  const same = withServerMeta(resource, before.id, before.version, before.last_updated.toISOString())
  return JSON.stringify(same) === before.content
}

/** Encounters of the same file come first (or in earlier batches): looked up once each. */
async function surroundingsOf(resource: FhirResource, batch: ImportBatch): Promise<Surroundings> {
  const { encounter, department } = belongingOf(resource)
  const key = department ?? encounter
  if (key === undefined) return {}
  const known = batch.departments.get(key)
  if (known) return known
  const found = await departmentOfEncounter(batch.tx, resource)
  // An encounter that is not there yet may still come in this file.
  if (found.department !== undefined) batch.departments.set(key, found)
  return found
}

async function keepCare(
  rows: readonly RecordRow[],
  resources: ReadonlyMap<string, FhirResource>,
  { tx, at }: ImportBatch,
): Promise<boolean> {
  const fresh = rows
    .filter((row) => row.version === 1)
    .map((row) => careOf(resources.get(keyOf(row.type, row.id))!, at))
  await loadCare(tx, {
    relations: fresh.flatMap((each) => each.relations),
    stays: fresh.flatMap((each) => each.stays),
  })
  const later = rows.filter((row) => row.version > 1)
  if (later.length === 0) return false
  const said = later.map((row) => careOf(resources.get(keyOf(row.type, row.id))!, at))
  const { takesAway } = await recordCare(tx, {
    relations: said.flatMap((each) => each.relations),
    stays: said.flatMap((each) => each.stays),
    retire: later.map((row) => keyOf(row.type, row.id)),
  })
  return takesAway
}

/** Those of the references that lead to nothing. */
export async function danglingIn(tx: Transaction, references: ReadonlySet<string>): Promise<readonly string[]> {
  if (references.size === 0) return []
  const rows = await tx.query<{ reference: string }>(
    `select k.reference from unnest($1::text[]) k (reference)
     where not exists (select 1 from resource r where r.type = split_part(k.reference, '/', 1)
       and r.id = split_part(k.reference, '/', 2) and not r.deleted)
     order by 1`,
    [[...references]],
  )
  return rows.map((row) => row.reference)
}
