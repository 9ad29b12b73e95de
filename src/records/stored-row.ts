import type { RecordCategory, RecordFacts, RecordLabel, SensitiveKind } from '../authority/index.ts'
import type { DepartmentId, PatientId, PersonId } from '../kernel/index.ts'
import type { StoredRecord } from './fhir.ts'

/** Columns of `resource` and `resource_version` from which facts are made; `r` is the row. */
export const factColumns =
  'r.type, r.id, r.version, r.patient_id, r.department_id, r.author_id, r.category, r.sensitivity, r.kinds, r.deleted'
export const recordColumns = `${factColumns}, r.last_updated, r.has_parts, r.content`

/**
 * The same of a past version, which is `resource_version r` beside its `resource c`: a version is guarded by its own
 * label and by the current one, whichever is the stricter. What became sensitive was not harmless before.
 */
export const versionFactColumns = factColumns
  .replace('r.sensitivity', 'greatest(r.sensitivity, c.sensitivity) as sensitivity')
  .replace('r.kinds', 'array(select distinct k from unnest(r.kinds || c.kinds) k order by k) as kinds')
export const versionColumns = `${versionFactColumns}, r.last_updated, r.has_parts, r.content`
export const versionTables = 'resource_version r join resource c on c.type = r.type and c.id = r.id'

export interface FactRow {
  readonly type: string
  readonly id: string
  readonly version: number
  readonly patient_id: string | null
  readonly department_id: string | null
  readonly author_id: string | null
  readonly category: RecordCategory
  readonly sensitivity: RecordLabel['sensitivity']
  readonly kinds: readonly SensitiveKind[]
  readonly deleted: boolean
}

export interface ContentRow {
  readonly type: string
  readonly id: string
  readonly version: number
  readonly last_updated: Date
  readonly has_parts: boolean
  readonly deleted: boolean
  readonly content: string
}

export function factsOf(row: FactRow): RecordFacts {
  return {
    type: row.type,
    id: row.id,
    version: row.version,
    ...(row.patient_id !== null && { patient: row.patient_id as PatientId }),
    ...(row.department_id !== null && { department: row.department_id as DepartmentId }),
    ...(row.author_id !== null && { author: row.author_id as PersonId }),
    label: { category: row.category, sensitivity: row.sensitivity, kinds: row.kinds },
  }
}

export function recordOf(row: ContentRow): StoredRecord {
  return {
    type: row.type,
    id: row.id,
    version: row.version,
    lastUpdated: row.last_updated.toISOString(),
    content: row.content,
    deleted: row.deleted,
    hasLabelledParts: row.has_parts,
  }
}
