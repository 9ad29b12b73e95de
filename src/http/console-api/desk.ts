import type { AccessDesk } from '../../access/index.ts'
import type { Directory } from '../../directory/index.ts'
import type { Identity } from '../../identity/index.ts'
import type { Trace, Tree } from '../../ledger/index.ts'

/** What the console's own API works with, beside the path by which records leave. */
export interface ConsoleDesk extends AccessDesk {
  readonly directory: Directory
  readonly identity: Identity
  readonly trace: Trace
  readonly tree: Tree
}
