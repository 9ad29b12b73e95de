import type { Database, Queryable, Transaction } from '../kernel/index.ts'
import { copyRows } from './copy-rows.ts'
import type { FhirResource } from './fhir.ts'
import { newRecordId } from './record-id.ts'
import { type RecordRow, rowOf } from './record-row.ts'

export interface LoadOptions {
  readonly batchSize?: number
  readonly onProgress?: (loaded: number) => void
  /** Milliseconds since the epoch; what `meta.lastUpdated` says where the resource says nothing. */
  readonly at?: number
  /**
   * A record may come in several versions, one directly after the other, told apart by `meta.versionId` (1, 2, …).
   * Without this, every record is a first version.
   */
  readonly keepVersions?: boolean
  /** Names of departments by Organization.id that were loaded before. */
  readonly departmentNames?: ReadonlyMap<string, string>
}

export interface LoadReport {
  readonly loaded: number
}

/**
 * Fills an own store with records that are not in it yet: the generated hospital, or a first takeover. COPY in batches,
 * each in its own transaction when given a database. An encounter must come before what happened in it: its department
 * passes to them. References are not checked. A record that is there already makes its batch fail (primary key).
 * Care relations are not derived: see {@link careOf} and authority's `loadCare`.
 */
export async function loadRecords(
  target: Database | Transaction,
  resources: AsyncIterable<FhirResource> | Iterable<FhirResource>,
  options: LoadOptions = {},
): Promise<LoadReport> {
  const batchSize = options.batchSize ?? 1000
  const surroundings = new LoadSurroundings(options)
  // The database takes in earlier batches while the next is prepared; in one transaction they go one after another.
  const lanes: Promise<void>[] = 'client' in target ? [Promise.resolve()] : [Promise.resolve(), Promise.resolve()]
  let batch: RecordRow[] = []
  let loaded = 0
  let flushes = 0
  const flush = async () => {
    const rows = batch
    batch = []
    const lane = flushes++ % lanes.length
    await lanes[lane]
    lanes[lane] = ('client' in target ? copyRows(target, rows) : target.transaction((tx) => copyRows(tx, rows))).then(
      () => {
        loaded += rows.length
        options.onProgress?.(loaded)
      },
    )
    // Its failure is met where the lane is next awaited.
    lanes[lane].catch(() => {})
  }
  try {
    for await (const resource of resources) {
      const row = surroundings.rowOf(resource, options.at ?? Date.now())
      const last = batch.at(-1)
      const isNextVersion = last !== undefined && last.id === row.id && last.type === row.type
      if (batch.length >= batchSize && !isNextVersion) await flush()
      batch.push(row)
    }
    if (batch.length > 0) await flush()
  } finally {
    await Promise.allSettled(lanes)
  }
  await Promise.all(lanes)
  // In a transaction this would hold locks on the tables until its end: whoever loads in parts settles once, afterwards.
  if (!('client' in target)) await settleStatistics(target)
  return { loaded }
}

/** Searches right after a load are planned for what is there now, and do not go through a long list of pending tokens. */
export async function settleStatistics(target: Queryable): Promise<void> {
  await target.query(`select gin_clean_pending_list('resource_token')`)
  await target.query('analyze resource, resource_version, resource_string, resource_date, resource_quantity')
}

/** What earlier records of a load say about later ones. */
class LoadSurroundings {
  readonly departmentOfEncounter = new Map<string, string>()
  readonly nameOfDepartment: Map<string, string>
  readonly keepVersions: boolean

  constructor(options: LoadOptions) {
    this.nameOfDepartment = new Map(options.departmentNames)
    this.keepVersions = options.keepVersions ?? false
  }

  rowOf(resource: FhirResource, now: number): RecordRow {
    const encounter = encounterIdOf(resource)
    const department = encounter === undefined ? undefined : this.departmentOfEncounter.get(encounter)
    const departmentName = department === undefined ? undefined : this.nameOfDepartment.get(department)
    const stated = Date.parse(resource.meta?.lastUpdated ?? '')
    const row = rowOf(resource, {
      id: resource.id ?? newRecordId(),
      version: this.keepVersions ? Number(resource.meta?.versionId ?? 1) : 1,
      at: Number.isNaN(stated) ? now : stated,
      ...(department !== undefined && { department }),
      ...(departmentName !== undefined && { departmentName }),
    })
    if (row.type === 'Encounter' && row.department) this.departmentOfEncounter.set(row.id, row.department)
    if (row.type === 'Organization' && typeof resource.name === 'string') {
      this.nameOfDepartment.set(row.id, resource.name)
    }
    return row
  }
}

/** The usual places of the reference; the rest is found when the row is made. */
function encounterIdOf(resource: FhirResource): string | undefined {
  const context = resource.context as { encounter?: unknown; reference?: unknown } | undefined
  const places = [resource.encounter, context, context?.encounter].flat()
  for (const place of places) {
    const reference = (place as { reference?: unknown } | null | undefined)?.reference
    if (typeof reference === 'string' && reference.startsWith('Encounter/')) return reference.slice('Encounter/'.length)
  }
  return undefined
}
