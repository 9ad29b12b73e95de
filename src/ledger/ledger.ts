import type { AuthorityEpoch, Brand, LedgerSequence, PatientId, PersonId, Transaction } from '../kernel/index.ts'
import type { EntryDraft, EntryRecord, Receipt } from './entry.ts'

/**
 * A permit that stands in the ledger. Only {@link Ledger.recordPermit} makes one, and a record store opens only
 * for one: reading before the trace is durable is a type error.
 */
export interface RecordedPermit {
  readonly permit: Brand<'recorded permit', 'RecordedPermit'>
  readonly receipt: Receipt
  /** The authority state it was decided under. */
  readonly epoch: AuthorityEpoch
  /** What may be read under it: one record, one version, or the records that one search of `types` selects. */
  readonly scope:
    | { readonly kind: 'record'; readonly record: EntryRecord; readonly patient?: PatientId }
    | { readonly kind: 'search'; readonly types: readonly string[]; readonly person: PersonId }
}

/** A permit says under which policies and which state of authority it was given. */
export type PermitDraft = EntryDraft & { readonly decision: NonNullable<EntryDraft['decision']> }

/** The authority state moved between decision and release: decide again, and record again. */
export interface Superseded {
  readonly outcome: 'superseded'
  readonly epoch: AuthorityEpoch
}

export type Committed = { readonly outcome: 'recorded'; readonly receipt: Receipt } | Superseded

export interface RecordWithinOptions {
  /** For every change that can take a right away: no release decided before it is appended after it. */
  readonly raisesEpoch?: boolean
  /** For changes made under a permit: its epoch. If it has passed, throws `authority-superseded`. */
  readonly decidedUnder?: AuthorityEpoch
}

/**
 * The institution's ledger: one gapless sequence of entries. Every method resolves only when its entries are
 * durable (synchronous commit), and many callers share one transaction. If they cannot be made durable it throws
 * {@link LedgerFailure}, and nothing may be released.
 */
export interface Ledger {
  /** Appends entries in the order given, adjacent in the sequence. */
  record(drafts: readonly EntryDraft[]): Promise<readonly Receipt[]>
  recordPermit(draft: PermitDraft, scope: RecordedPermit['scope']): Promise<RecordedPermit>
  /**
   * Appends the release (and exposures) of a permit, if and only if the authority state it was decided under is
   * still current in the same transaction; otherwise nothing is appended and the answer is `superseded`.
   * Every draft is made to follow the permit. The receipt is the first draft's.
   */
  recordRelease(permit: RecordedPermit, drafts: readonly EntryDraft[]): Promise<Committed>
  /**
   * Appends inside the caller's transaction, so that a change and its entry stand or fall together; receipts count
   * only once that transaction has committed. From this call until then all other appends of the institution
   * wait: call it last, and commit at once.
   * @throws {LedgerFailure} `authority-superseded` under `decidedUnder`; the transaction must then roll back.
   */
  recordWithin(
    tx: Transaction,
    drafts: readonly EntryDraft[],
    options?: RecordWithinOptions,
  ): Promise<readonly Receipt[]>
  /** The epoch as of the newest commit this process has seen; cached facts are good for permits only under it. */
  currentEpoch(): AuthorityEpoch
  /** Number of entries, read from the database. */
  size(): Promise<LedgerSequence>
  /** Waits for what was accepted, then lets go of the connection. Later calls throw `ledger-unavailable`. */
  close(): Promise<void>
}
