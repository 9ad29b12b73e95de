import {
  checkpointText,
  digestSizeBytes,
  hashesAtLevel,
  type NoteSigner,
  parseCheckpoint,
  rangeHash,
  signNote,
  tileWidth,
} from '../crypto/index.ts'
import type { Clock, Database, Queryable } from '../kernel/index.ts'
import { LedgerFailure } from './errors.ts'
import { loadTiles, perfectRoot, type StoredTile, storeTiles, subtreesOf, tilesFor } from './tile-store.ts'

export interface IntegrationOptions {
  readonly database: Database
  /** The log's name, the first line of its checkpoints, e.g. `chartward.local/renmin-hospital`. */
  readonly origin: string
  readonly signer: NoteSigner
  readonly clock: Clock
}

export interface Integrated {
  /** Entries covered by the newest checkpoint, and entries there are. */
  readonly covered: number
  readonly size: number
}

/** One transaction takes at most this many entries; a longer backlog takes several, each with its checkpoint. */
const maxStep = 65_536
const integrationLock = 0x43_57_4c_54

/**
 * Takes new entries into the Merkle tree and signs a checkpoint over it, in one transaction: tiles and checkpoint
 * are durable before anyone can read them. Deterministic: tiles are a function of the journal, whoever makes them.
 * Trusted for: never signing a tree that does not extend the last one signed. It checks the tiles it builds on
 * against that checkpoint first, and the database lets each checkpoint have one successor only.
 * @throws {LedgerFailure} `tree-inconsistent`: nothing is signed until someone has looked.
 */
export async function integrateOnce(options: IntegrationOptions): Promise<Integrated> {
  const { database } = options
  const before = await newest(database)
  if (before.covered === before.size) return before
  return await database.transaction(async (tx) => {
    const [turn] = await tx.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [integrationLock])
    if (!turn!.mine) return before
    const { covered, size } = await newest(tx)
    if (covered === size) return { covered, size }
    if (size < covered) {
      throw new LedgerFailure('tree-inconsistent', `a checkpoint covers ${covered} entries, the journal has ${size}`)
    }
    const target = Math.min(size, covered + maxStep)
    const edge = await rightEdge(tx, covered)
    await requireLastCheckpoint(tx, options.origin, covered, edge)
    const grown = grow(edge, covered, await leavesBetween(tx, covered, target))
    await storeTiles(tx, grown)
    await signCheckpoint(tx, options, { covered, target, tiles: [...edge, ...grown] })
    return { covered: target, size }
  })
}

async function newest(from: Queryable): Promise<Integrated> {
  const [row] = await from.query<Integrated & object>({
    name: 'ledger_integrated',
    text: 'select coalesce((select max(size) from ledger_checkpoint), 0) as covered, h.size from ledger_head h',
  })
  return row!
}

/** The partial tiles at the right end of a tree of `size`: all that its growth builds on. */
async function rightEdge(tx: Queryable, size: number): Promise<readonly StoredTile[]> {
  if (size === 0) return []
  const edge = await loadTiles(
    tx,
    tilesFor((subtree) => rangeHash(0, size, subtree)),
  )
  for (const { level, index, width } of edge) {
    if (width !== hashesAtLevel(level, size) - index * tileWidth) {
      throw new LedgerFailure('tree-inconsistent', `tile ${level}/${index} does not end where the checkpoint does`)
    }
  }
  return edge
}

async function requireLastCheckpoint(
  tx: Queryable,
  origin: string,
  covered: number,
  edge: readonly StoredTile[],
): Promise<void> {
  if (covered === 0) return
  const [row] = await tx.query<{ note: string; root_hash: Buffer }>(
    'select note, root_hash from ledger_checkpoint where size = $1',
    [covered],
  )
  const last = parseCheckpoint(row!.note.slice(0, row!.note.lastIndexOf('\n\n') + 1))
  const root = rangeHash(0, covered, subtreesOf(edge))
  if (last.origin !== origin) {
    throw new LedgerFailure('tree-inconsistent', `the last checkpoint is of ${last.origin}, not of ${origin}`)
  }
  if (last.size !== covered || !last.root.equals(root) || !row!.root_hash.equals(root)) {
    throw new LedgerFailure('tree-inconsistent', `the tiles do not have the root of checkpoint ${covered}`)
  }
}

async function leavesBetween(tx: Queryable, from: number, to: number): Promise<Buffer> {
  const [row] = await tx.query<{ leaves: Buffer | null }>(
    `select string_agg(leaf_hash, ''::bytea order by sequence) as leaves
     from ledger_entry where sequence >= $1 and sequence < $2`,
    [from, to],
  )
  const leaves = row!.leaves ?? Buffer.alloc(0)
  if (leaves.length !== (to - from) * digestSizeBytes) {
    throw new LedgerFailure('tree-inconsistent', `the journal has a gap between ${from} and ${to}`)
  }
  return leaves
}

/** The tiles that change when `leaves` come after `size` entries; a tile that fills gives one hash to the level above. */
function grow(edge: readonly StoredTile[], size: number, leaves: Buffer): StoredTile[] {
  const grown: StoredTile[] = []
  let hashes = leaves
  for (let level = 0; hashes.length > 0; level++) {
    const first = Math.floor(hashesAtLevel(level, size) / tileWidth)
    const partial = edge.find((tile) => tile.level === level && tile.index === first)
    const row = partial ? Buffer.concat([partial.hashes, hashes]) : hashes
    const fullRoots: Buffer[] = []
    for (let at = 0; at < row.length; at += tileWidth * digestSizeBytes) {
      const tile = row.subarray(at, at + tileWidth * digestSizeBytes)
      const width = tile.length / digestSizeBytes
      grown.push({ level, index: first + at / (tileWidth * digestSizeBytes), width, hashes: tile })
      if (width === tileWidth) fullRoots.push(perfectRoot(tile))
    }
    hashes = Buffer.concat(fullRoots)
  }
  return grown
}

async function signCheckpoint(
  tx: Queryable,
  { origin, signer, clock }: IntegrationOptions,
  step: { readonly covered: number; readonly target: number; readonly tiles: readonly StoredTile[] },
): Promise<void> {
  const root = rangeHash(0, step.target, subtreesOf(step.tiles))
  const note = await signNote(checkpointText({ origin, size: step.target, root }), [signer])
  await tx.query(
    `insert into ledger_checkpoint (size, previous_size, root_hash, note, signed_at) values ($1, $2, $3, $4, $5)`,
    [step.target, step.covered === 0 ? null : step.covered, root, note, new Date(clock.now())],
  )
}
