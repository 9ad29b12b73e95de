import type { Decision, Denied, RecordFacts } from '../authority/index.ts'
import type { Caller, Channel, PatientId, PurposeOfUse } from '../kernel/index.ts'
import type { Receipt } from '../ledger/index.ts'
import type { SearchQuery, WriteOutcome } from '../records/index.ts'

/** What every use carries, whatever it does. */
export interface UseContext {
  readonly caller: Caller
  readonly channel: Channel
  /** As stated by the person; absent, it is derived from the care relation. */
  readonly purpose?: PurposeOfUse
  readonly requestId: string
}

/** One record (or one version of it) as it may leave: redacted, marked, its release durable. */
export interface ReleasedRecord {
  readonly type: string
  readonly id: string
  readonly version: number
  readonly lastUpdated: string
  /** JSON text, ready to send. */
  readonly content: string
  /** Names of the parts that were withheld; told to the caller as `suppressed`. */
  readonly withheld: readonly string[]
}

/** Nobody is told more than this about what is refused. */
export interface RefusedUse {
  readonly outcome: 'refused'
  readonly decision: Denied
  readonly facts?: RecordFacts
  readonly receipt: Receipt
}

export interface AbsentRecord {
  readonly outcome: 'not-found' | 'gone'
  readonly receipt: Receipt
}

export type OpenedRecord =
  | {
      readonly outcome: 'released'
      readonly record: ReleasedRecord
      readonly decision: Decision
      readonly receipt: Receipt
    }
  | RefusedUse
  | AbsentRecord

export interface FoundRecords {
  readonly outcome: 'released'
  readonly rows: readonly { readonly record: ReleasedRecord; readonly mode: 'match' | 'include' }[]
  readonly total?: number
  readonly nextCursor?: string
  /** True when some rows carry less than the store holds. */
  readonly anythingWithheld: boolean
  readonly receipt: Receipt
}

export type SearchedRecords = FoundRecords | RefusedUse

export type WrittenRecord =
  | {
      readonly outcome: 'written'
      readonly record: ReleasedRecord
      readonly created: boolean
      readonly receipt: Receipt
    }
  | { readonly outcome: 'matched'; readonly record: ReleasedRecord; readonly receipt: Receipt }
  | { readonly outcome: 'deleted'; readonly version: number; readonly receipt: Receipt }
  | { readonly outcome: 'several-matches'; readonly receipt: Receipt }
  | (Extract<WriteOutcome, { outcome: 'version-conflict' }> & { readonly receipt: Receipt })
  | RefusedUse
  | AbsentRecord

export interface SearchUse extends UseContext {
  readonly query: SearchQuery
  /** The compartment or `$everything` this search belongs to. */
  readonly compartment?: PatientId
}
