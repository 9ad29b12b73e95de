import { type NoteVerifier, type SuiteName, suites, type TreeHashing } from '../crypto/index.ts'
import type { Database } from '../kernel/index.ts'
import { type ArchivedEntries, openTree, type PublishedCheckpoint, type Tree } from '../ledger/index.ts'

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
  tile: Tree['tile']
}

export interface OwnLogOptions {
  readonly database: Database
  readonly origin: string
  readonly verifiers: readonly NoteVerifier[]
  /** Where entries are that have left the journal. */
  readonly archived?: ArchivedEntries
}

/** The log that C2SP tools read (SHA-256), or the one beside it over SM3. */
export function ownLog(suite: SuiteName, { database, origin, verifiers, archived }: OwnLogOptions): OwnLog {
  const tree = openTree({ database, suite, ...(archived && { archived }) })
  return {
    origin,
    verifiers,
    hashing: suites[suite].hashing,
    newest: () => tree.checkpoint(),
    async at(size) {
      const [row] = await database.query<{ root_hash: Buffer; note: string }>(
        {
          name: `ledger_checkpoint_at_${suite}`,
          text: `select root_hash, note from ${checkpointsOf[suite]} where size = $1`,
        },
        [size],
      )
      return row && { size, root: row.root_hash, note: row.note }
    },
    tile: (address) => tree.tile(address),
    consistencyProof: (oldSize, size) => tree.consistencyProof(oldSize, size),
  }
}

const checkpointsOf: Readonly<Record<SuiteName, string>> = {
  international: 'ledger_checkpoint',
  guomi: 'ledger_guomi_checkpoint',
}
