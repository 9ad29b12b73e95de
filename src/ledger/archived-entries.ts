import type { Queryable } from '../kernel/index.ts'

/** An entry that has left the database for a volume of the archive. */
export interface ArchivedEntry {
  readonly sequence: number
  /** As the volume's tile of hashes has it. */
  readonly leafHash: Buffer
  /** Absent once it was expired: then only its hashes are left. */
  readonly body?: string
  /** Of an expired one: its leaf hash over SM3, for a second tree that is made up later. */
  readonly sm3LeafHash?: Buffer
}

/**
 * Where entries are read that are no longer in the database: the one seam between the ledger, which asks, and retention,
 * which keeps the volumes. Every reader of entries looks in the journal first, and here for what it did not find.
 */
export interface ArchivedEntries {
  /**
   * Those of these sequences that a volume holds, in the order asked for; what no volume holds is left out.
   * @throws a failure `volume-missing` naming the volume that cannot be reached, `volume-damaged` where it is not what
   * was written.
   * @param through the transaction of whoever asks, so that a volume is seen exactly when its partition is not.
   */
  at(sequences: readonly number[], through?: Queryable): Promise<readonly ArchivedEntry[]>
}
