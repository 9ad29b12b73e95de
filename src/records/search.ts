import type { ListFilter, RecordFacts } from '../authority/index.ts'
import type { PatientId } from '../kernel/index.ts'
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
  /** Only what belongs to this patient: a compartment search or `$everything`. */
  readonly compartment?: PatientId
  /** Parameters that were not understood and left out (`Prefer: handling=lenient` only). */
  readonly ignored?: readonly string[]
}

export interface SearchParameterUse {
  readonly name: string
  readonly modifier?: string
  /** Chained parameter, e.g. `subject:Patient.name`. */
  readonly chain?: { readonly type: string; readonly parameter: SearchParameterUse }
  /** `_has:Observation:patient:code=…`: selected by what refers to it (name is `_has`, values are empty). */
  readonly has?: { readonly type: string; readonly reference: string; readonly parameter: SearchParameterUse }
  /** Each as written, still with `\,` `\|` `\$` escaped. */
  readonly values: readonly string[]
}

export interface SearchInclude {
  readonly direction: 'include' | 'revinclude'
  readonly sourceType: string
  readonly parameter: string
  readonly targetType?: string
  readonly iterate: boolean
}

/**
 * A query with the decision about its rows: what the store runs. `includeFilter` covers all other types the query
 * touches: what is included, and what a chain or `_has` looks at (so a chain never tells what may not be seen).
 */
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
  /** More was included than one page carries: the included rows are not all. */
  readonly includesAreIncomplete?: boolean
  /** Rows the filter let through and the decision refused: never above 0 unless something is wrong. */
  readonly refusedRows: number
}
