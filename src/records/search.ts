import type { ListFilter, RecordFacts } from '../authority/index.ts'
import type { StoredRecord } from './fhir.ts'

/**
 * A FHIR search, parsed and checked against the search parameters of its types: unknown parameters and wrong values
 * were refused before this exists (`parseSearch`), so planning cannot fail on input.
 */
export interface SearchQuery {
  readonly types: readonly string[]
  /** Each is ANDed; `values` within one are ORed. */
  readonly parameters: readonly SearchParameterUse[]
  readonly sort: readonly { readonly parameter: string; readonly descending: boolean }[]
  readonly count: number
  readonly cursor?: string
  readonly includes: readonly SearchInclude[]
  readonly total: 'none' | 'accurate'
  readonly summary: 'false' | 'true' | 'text' | 'data' | 'count'
  readonly elements?: readonly string[]
}

export interface SearchParameterUse {
  readonly name: string
  readonly modifier?: string
  /** Chained parameter, e.g. `subject:Patient.name`. */
  readonly chain?: { readonly type: string; readonly parameter: SearchParameterUse }
  readonly values: readonly string[]
}

export interface SearchInclude {
  readonly direction: 'include' | 'revinclude'
  readonly sourceType: string
  readonly parameter: string
  readonly targetType?: string
  readonly iterate: boolean
}

/** A query with the decision about its rows: what the store runs. Includes are decided by their own filters. */
export interface SearchPlan {
  readonly query: SearchQuery
  readonly filter: ListFilter
  readonly includeFilter: ListFilter
}

export interface SearchRow {
  readonly record: StoredRecord
  readonly facts: RecordFacts
  readonly mode: 'match' | 'include'
}

export interface SearchOutcome {
  readonly rows: readonly SearchRow[]
  /** Matches the person may see, over all pages; only when asked for. */
  readonly total?: number
  readonly nextCursor?: string
  /** Rows the filter let through and the decision refused: never above 0 unless something is wrong. */
  readonly refusedRows: number
}
