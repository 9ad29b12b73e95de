import { Failure } from '../kernel/index.ts'

export type LedgerFailureCode =
  /** Too many entries wait already. Nothing was appended. */
  | 'ledger-busy'
  /** Durability could not be confirmed in time. Nothing may be released (docs/formats/ledger.md, "When the database fails"). */
  | 'ledger-unavailable'
  /** The database does not promise synchronous commit on our connection. Nothing was appended. */
  | 'ledger-not-durable'
  /** An entry is longer than 65,535 bytes (C2SP tlog-tiles entry bundles). Nothing was appended. */
  | 'entry-too-large'
  /** A draft holds something JSON cannot say. Nothing was appended. */
  | 'entry-not-canonical'
  /** A row of the journal is not an entry of a version this program knows. */
  | 'entry-unreadable'
  /** `recordWithin` was told the epoch of a decision, and it has passed. The caller's transaction must roll back. */
  | 'authority-superseded'
  /** The projection cannot be made: the journal has a hole or an unreadable entry. */
  | 'trace-broken'
  /** The stored tree, checkpoint or journal contradict each other: no checkpoint is signed. */
  | 'tree-inconsistent'
  /** There is no such tile or proof: it is not covered by a checkpoint. */
  | 'not-covered'

export class LedgerFailure extends Failure<LedgerFailureCode> {}
