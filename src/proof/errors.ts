import { Failure } from '../kernel/index.ts'

export type ProofFailureCode =
  /** The text is not an export package of a version this program knows. */
  | 'not-a-package'
  /** The text is not a `.tlog-proof` (c2sp.org/tlog-proof@v1). */
  | 'not-a-proof'
  /** A package cannot be built: the checkpoint or the tiles do not reach the entry. */
  | 'not-covered'
  /** What is to be verified cannot be read: no such file or address, or no checkpoint in it. */
  | 'evidence-unreadable'

export class ProofFailure extends Failure<ProofFailureCode> {}
