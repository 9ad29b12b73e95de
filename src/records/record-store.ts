import type { RecordFacts } from '../authority/index.ts'
import type { LedgerSequence, PersonId } from '../kernel/index.ts'
import type { RecordedPermit } from '../ledger/index.ts'
import type { FhirResource, StoredRecord } from './fhir.ts'
import type { SearchOutcome, SearchPlan } from './search.ts'

/**
 * Where records are kept: the own PostgreSQL store or a FHIR R4 upstream, behind one interface.
 * `describe` gives the facts a decision needs and no content; everything that yields content asks for a permit.
 */
export interface RecordStore {
  readonly kind: 'own' | 'upstream'
  /** Facts about the current (or one) version; undefined when there is none, `deleted` when it is gone (410). */
  describe(type: string, id: string, version?: number): Promise<RecordFacts | 'deleted' | undefined>
  read(permit: RecordedPermit): Promise<StoredRecord | undefined>
  /** All versions, newest first; content only of those whose facts `admit` accepts, decided one by one. */
  history(permit: RecordedPermit, page: HistoryPage): Promise<HistoryResult>
  /**
   * Runs a planned search. `plan.filter` is the decision as SQL; `verify` is asked again for every row before it is
   * given out (a wrong filter can hide, never leak). Rows it refuses are counted in `refusedRows`, an alarm.
   */
  search(permit: RecordedPermit, plan: SearchPlan, verify: (facts: RecordFacts) => boolean): Promise<SearchOutcome>
  write(permit: RecordedPermit, change: RecordChange): Promise<WriteOutcome>
}

export interface HistoryPage {
  readonly type: string
  readonly id?: string
  readonly count: number
  readonly cursor?: string
  readonly since?: string
}

export interface HistoryResult {
  readonly versions: readonly StoredRecord[]
  readonly total: number
  readonly nextCursor?: string
}

export type RecordChange =
  | { readonly kind: 'create'; readonly resource: FhirResource; readonly author: PersonId }
  | {
      readonly kind: 'update'
      readonly resource: FhirResource
      readonly id: string
      readonly author: PersonId
      readonly ifMatch?: number
    }
  | {
      readonly kind: 'delete'
      readonly type: string
      readonly id: string
      readonly author: PersonId
      readonly ifMatch?: number
    }

export type WriteOutcome =
  | {
      readonly outcome: 'written'
      readonly record: StoredRecord
      readonly created: boolean
      readonly sequence: LedgerSequence
    }
  | { readonly outcome: 'version-conflict'; readonly currentVersion: number }
  | { readonly outcome: 'not-found' }
  | { readonly outcome: 'gone' }
