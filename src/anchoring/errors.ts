import { Failure } from '../kernel/index.ts'

export type AnchoringFailureCode =
  /** Another process serves this witness folder. */
  | 'witness-folder-locked'
  /** What stands in the witness folder is not what this program wrote. Nothing is cosigned. */
  | 'witness-folder-broken'
  /** A file of the configuration breaks its format; the message names the line. */
  | 'anchoring-misconfigured'
  /** A witness or time-stamp authority did not answer, or not as its protocol says. */
  | 'anchor-unreachable'
  /** A time-stamp does not say what was asked; nothing was stored. */
  | 'timestamp-refused'
  /** Entries that a checkpoint covers are not in the journal: nothing is stamped over what is left. */
  | 'ledger-incomplete'
  /** A key may not be changed now, or not to this one; nothing was signed. */
  | 'rotation-refused'
  /** The configured key is not the one that reigns over the log: a succession was made since. */
  | 'key-does-not-reign'

export class AnchoringFailure extends Failure<AnchoringFailureCode> {}
