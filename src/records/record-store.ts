import type { RecordFacts } from '../authority/index.ts'
import type { LedgerSequence, PersonId } from '../kernel/index.ts'
import type { EntryDraft, RecordedPermit } from '../ledger/index.ts'
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
  /**
   * The record the permit names. `which` is `current` unless a past version is what was asked for: then the version
   * the permit names is given as it was. `changed`: the current version is no longer the one the permit was decided
   * on; decide again on newly described facts.
   * @throws RecordsFailure `permit-mismatch` for a permit that does not name exactly one record.
   */
  read(permit: RecordedPermit, which?: 'current' | 'version'): Promise<StoredRecord | 'changed' | undefined>
  /**
   * Versions, newest first, of one record (a record permit) or of a type (a search permit); only those whose facts
   * `admit` accepts, decided one by one. A deletion is listed without content.
   */
  history(permit: RecordedPermit, page: HistoryPage, admit: (facts: RecordFacts) => boolean): Promise<HistoryResult>
  /**
   * Runs a planned search. `plan.filter` is the decision as SQL; `verify` is asked again for every row before it is
   * given out (a wrong filter can hide, never leak). Rows it refuses are counted in `refusedRows`, an alarm.
   */
  search(permit: RecordedPermit, plan: SearchPlan, verify: (facts: RecordFacts) => boolean): Promise<SearchOutcome>
  write(permit: RecordedPermit, change: RecordChange): Promise<WriteOutcome>
  /** All changes in one transaction, in the order given, or none; absent where the store has no transactions. */
  writeTogether?(writes: readonly PermittedChange[]): Promise<TogetherOutcome>
}

export interface PermittedChange {
  readonly permit: RecordedPermit
  readonly change: RecordChange
}

export type TogetherOutcome =
  | { readonly outcome: 'written'; readonly results: readonly Extract<WriteOutcome, { outcome: 'written' }>[] }
  /** Nothing was written: the change at `index` ended with `result`. */
  | {
      readonly outcome: 'rolled-back'
      readonly index: number
      readonly result: Exclude<WriteOutcome, { outcome: 'written' }>
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
  /** Facts of each of `versions`, in the same order: for exposures and redaction. */
  readonly facts: readonly RecordFacts[]
  /** Versions there are in all pages, those not admitted included. */
  readonly total: number
  /** Versions on this page that `admit` refused. */
  readonly withheld: number
  readonly nextCursor?: string
}

export type RecordChange =
  /** The id is the one the permit names: whoever asks for the permit mints it ({@link newRecordId}). */
  | ({ readonly kind: 'create'; readonly resource: FhirResource } & Authorship)
  /** Creates the record when there is none under this id, or when it was deleted. */
  | ({
      readonly kind: 'update'
      readonly resource: FhirResource
      readonly id: string
      readonly ifMatch?: number
    } & Authorship)
  | ({ readonly kind: 'delete'; readonly type: string; readonly id: string; readonly ifMatch?: number } & Authorship)

export interface Authorship {
  readonly author: PersonId
  /** What the write's ledger entry says besides who, what and which record. */
  readonly trace?: Pick<EntryDraft, 'actor' | 'terminal' | 'channel' | 'purpose' | 'requestId'>
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
