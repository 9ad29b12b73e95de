import { type NoteVerifier, sha256Tree, type TreeHashing } from '../crypto/index.ts'
import type { Database } from '../kernel/index.ts'
import type { PublishedCheckpoint, Tree } from '../ledger/index.ts'

/** One of the institution's logs, as those outside see it. */
export interface OwnLog {
  readonly origin: string
  readonly hashing: TreeHashing
  /** Every key that has signed it. */
  readonly verifiers: readonly NoteVerifier[]
  newest(): Promise<PublishedCheckpoint | undefined>
  /** The checkpoint of exactly this size, where one was signed and is kept. */
  at(size: number): Promise<PublishedCheckpoint | undefined>
  consistencyProof(oldSize: number, size: number): Promise<readonly Buffer[]>
}

/** The log that C2SP tools read: SHA-256, at the ledger's own origin. */
export function internationalLog(options: {
  readonly database: Database
  readonly tree: Tree
  readonly origin: string
  readonly verifiers: readonly NoteVerifier[]
}): OwnLog {
  const { database, tree, origin, verifiers } = options
  return {
    origin,
    verifiers,
    hashing: sha256Tree,
    newest: () => tree.checkpoint(),
    async at(size) {
      const [row] = await database.query<{ root_hash: Buffer; note: string }>(
        { name: 'ledger_checkpoint_at', text: 'select root_hash, note from ledger_checkpoint where size = $1' },
        [size],
      )
      return row && { size, root: row.root_hash, note: row.note }
    },
    consistencyProof: (oldSize, size) => tree.consistencyProof(oldSize, size),
  }
}
