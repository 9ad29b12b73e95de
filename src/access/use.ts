import type { Decision, Denied, RecordFacts } from '../authority/index.ts'
import type { Caller, Channel, PatientId, PurposeOfUse } from '../kernel/index.ts'
import type { Receipt } from '../ledger/index.ts'
import type { FhirResource, SearchQuery, WriteOutcome } from '../records/index.ts'

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
  /** True when more records are included by reference than one page takes. */
  readonly includesAreIncomplete?: boolean
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

export interface HistoryUse extends UseContext {
  readonly type: string
  /** Absent: the history of the whole type. */
  readonly id?: string
  readonly count: number
  readonly cursor?: string
  /** RFC 3339: only versions made at or after this instant. */
  readonly since?: string
}

/** One version as it may leave; of a deletion only that it happened. */
export type HistoryVersion =
  | ({ readonly deleted: false } & ReleasedRecord)
  | ({ readonly deleted: true } & Pick<ReleasedRecord, 'type' | 'id' | 'version' | 'lastUpdated'>)

export type ReadHistory =
  | {
      readonly outcome: 'released'
      readonly versions: readonly HistoryVersion[]
      /** Versions this reader may see, as far as this page can tell. */
      readonly total: number
      readonly anythingWithheld: boolean
      readonly nextCursor?: string
      readonly receipt: Receipt
    }
  | RefusedUse
  | AbsentRecord

/** A change as asked for. The id of a create is one the server chose beforehand (transactions). */
export interface RequestedChange {
  readonly kind: 'create' | 'update' | 'delete'
  readonly type: string
  readonly id?: string
  readonly resource?: FhirResource
  readonly ifMatch?: number
  /** Create only where this finds nothing. */
  readonly ifNoneExist?: SearchQuery
  /** Stands for the id of an update or delete. */
  readonly condition?: SearchQuery
}

export interface WriteUse extends UseContext {
  readonly change: RequestedChange
}

export interface WriteTogetherUse extends UseContext {
  readonly changes: readonly RequestedChange[]
}

export type WrittenTogether =
  | { readonly outcome: 'written'; readonly results: readonly WrittenRecord[] }
  /** Nothing was written: the change at `index` ended with `result`. */
  | { readonly outcome: 'rolled-back'; readonly index: number; readonly result: WrittenRecord }
