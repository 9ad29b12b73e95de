import {
  consistencyProof,
  digestSizeBytes,
  inclusionProof,
  type SubtreeHash,
  type SuiteName,
  suites,
  type TileAddress,
  tileWidth,
} from '../crypto/index.ts'
import type { Database, LedgerSequence } from '../kernel/index.ts'
import type { ArchivedEntries } from './archived-entries.ts'
import { checkpointTable } from './checkpoint-store.ts'
import { LedgerFailure } from './errors.ts'
import { loadTiles, subtreesOf, tilesFor } from './tile-store.ts'

export interface PublishedCheckpoint {
  readonly size: number
  readonly root: Buffer
  /** The signed note (C2SP tlog-checkpoint), as it is served. */
  readonly note: string
}

export interface InclusionProof {
  readonly sequence: LedgerSequence
  readonly leafHash: Buffer
  /** Of the entry under {@link checkpoint}, in the suite of the tree. RFC 6962 §2.1.1. */
  readonly path: readonly Buffer[]
  readonly checkpoint: PublishedCheckpoint
}

/**
 * What others need to check the ledger without trusting this program, in one suite. Everything here is covered by a
 * checkpoint of that suite.
 */
export interface Tree {
  /** The newest; undefined before the first entry is integrated. */
  checkpoint(): Promise<PublishedCheckpoint | undefined>
  /**
   * A tile of hashes, or a bundle of entries (each after its length as uint16, big-endian).
   * @returns undefined for what no checkpoint covers, and for partial tiles wider than they have grown.
   */
  tile(address: TileAddress): Promise<Buffer | undefined>
  /** Against the newest checkpoint. @throws {LedgerFailure} `not-covered` when that does not reach the entry yet. */
  inclusionProof(sequence: number): Promise<InclusionProof>
  /** RFC 6962 §2.1.2 between two sizes. @throws {LedgerFailure} `not-covered`. */
  consistencyProof(oldSize: number, size: number): Promise<readonly Buffer[]>
}

/**
 * @param options `suite`: whose tree; the one over SHA-256 unless it says 国密. `archived`: where entries are that have left
 * the database.
 */
export function openTree(options: {
  readonly database: Database
  readonly suite?: SuiteName
  readonly archived?: ArchivedEntries
}): Tree {
  const { database, suite = 'international', archived } = options
  const { hashing } = suites[suite]

  const checkpoint = async (): Promise<PublishedCheckpoint | undefined> => {
    const [row] = await database.query<{ size: number; root_hash: Buffer; note: string }>({
      name: `ledger_newest_checkpoint_${suite}`,
      text: `select size, root_hash, note from ${checkpointTable[suite]} order by size desc limit 1`,
    })
    return row && { size: row.size, root: row.root_hash, note: row.note }
  }

  /** Tiles only grow, so those read now still hold everything that an earlier size was made of. */
  const withTiles = async <Result>(compute: (subtree: SubtreeHash) => Result): Promise<Result> =>
    compute(subtreesOf(await loadTiles(database, suite, tilesFor(compute)), hashing))

  const covering = async (size: number): Promise<PublishedCheckpoint> => {
    const newest = await checkpoint()
    if (!newest || newest.size < size) {
      throw new LedgerFailure('not-covered', `the newest checkpoint covers ${newest?.size ?? 0} entries, not ${size}`)
    }
    return newest
  }

  return {
    checkpoint,
    async tile(address) {
      if (address.level === 'entries') return entryBundle({ database, suite, archived }, address)
      const [tile] = await loadTiles(database, suite, [{ level: address.level, index: address.index }])
      return tile && tile.width >= address.width ? tile.hashes.subarray(0, address.width * digestSizeBytes) : undefined
    },
    async inclusionProof(sequence) {
      const newest = await covering(sequence + 1)
      const [leafHash, path] = await withTiles((subtree) => [
        subtree(0, sequence),
        inclusionProof(sequence, newest.size, subtree, hashing),
      ])
      return { sequence: sequence as LedgerSequence, leafHash, path, checkpoint: newest }
    },
    async consistencyProof(oldSize, size) {
      await covering(size)
      return await withTiles((subtree) => consistencyProof(oldSize, size, subtree, hashing))
    },
  }
}

interface BundleSources {
  readonly database: Database
  readonly suite: SuiteName
  readonly archived: ArchivedEntries | undefined
}

/** There is no bundle without all its entries: one that expired leaves only hashes. */
async function entryBundle(
  { database, suite, archived }: BundleSources,
  { index, width }: { readonly index: number; readonly width: number },
): Promise<Buffer | undefined> {
  const from = index * tileWidth
  const [newest] = await database.query<{ covered: number }>(
    `select coalesce(max(size), 0) as covered from ${checkpointTable[suite]}`,
  )
  if (newest!.covered < from + width) return undefined
  const rows = await database.query<{ body: string }>(
    'select body from ledger_entry where sequence >= $1 and sequence < $2 order by sequence',
    [from, from + width],
  )
  const entries =
    rows.length > 0 ? rows : ((await archived?.at(Array.from({ length: width }, (_, i) => from + i))) ?? [])
  const bodies = entries.flatMap(({ body }) => (body === undefined ? [] : [body]))
  if (bodies.length < width) return undefined
  return Buffer.concat(
    bodies.flatMap((body) => {
      const bytes = Buffer.from(body)
      const length = Buffer.alloc(2)
      length.writeUInt16BE(bytes.length)
      return [length, bytes]
    }),
  )
}
