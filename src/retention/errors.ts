import { Failure } from '../kernel/index.ts'

export type RetentionFailureCode =
  /** A volume of the archive is in none of the folders it may be in: its storage is not mounted. */
  | 'volume-missing'
  /** A volume is not what was written, or does not fit the signed tree. */
  | 'volume-damaged'
  /** A partition does not fit the signed tree: it stays where it is. */
  | 'partition-damaged'
  /** Another process archives or expires. */
  | 'retention-busy'
  /** Readers held the journal too long; the partition stays, and its volume is used at the next attempt. */
  | 'journal-in-use'
  /** The clock does not agree with the ledger's own times: nothing expires. */
  | 'clock-not-trusted'

export class RetentionFailure extends Failure<RetentionFailureCode> {}
