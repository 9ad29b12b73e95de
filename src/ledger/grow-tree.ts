import { setImmediate } from 'node:timers/promises'
import {
  checkpointText,
  consistencyProof,
  digestSizeBytes,
  hashesAtLevel,
  type NoteSigner,
  rangeHash,
  type SubtreeHash,
  type Suite,
  signNote,
  type TreeHashing,
  tileWidth,
  verifyConsistency,
} from '../crypto/index.ts'
import type { Clock, Transaction } from '../kernel/index.ts'
import { type LogIdentity, readSignedCheckpoint, storeCheckpoint } from './checkpoint-store.ts'
import { LedgerFailure } from './errors.ts'
import type { SignedTree } from './signed-memory.ts'
import { loadTiles, perfectRoot, type StoredTile, storeTiles, subtreesOf, tilesFor } from './tile-store.ts'

/** The log of one suite, as whoever signs it sees it. */
export interface SignedLog extends LogIdentity {
  readonly suite: Suite
  readonly signer: NoteSigner
  /** What was signed here last, whatever the database says; absent where nothing was. */
  readonly lastSigned: SignedTree | undefined
}

export interface Growth {
  /** Entries that the last checkpoint covers. */
  readonly covered: number
  readonly target: number
  /** Leaf hashes of the entries between, side by side. */
  readonly leaves: Buffer
}

/**
 * Takes leaves into the tree of one suite, and signs and stores the checkpoint over it. It builds on nothing but tiles
 * that have the root of the last checkpoint, which one of the log's keys must have signed, and signs nothing that does
 * not extend what was signed here before.
 * @throws {LedgerFailure} `tree-inconsistent`; {CryptoFailure} when the key does not sign. The transaction rolls back.
 */
export async function growLog(tx: Transaction, log: SignedLog, growth: Growth, clock: Clock): Promise<SignedTree> {
  const { suite, signer, origin } = log
  const { covered, target } = growth
  const edge = await edgeAt(tx, suite, covered)
  requireEnds(edge, covered)
  if (covered > 0) await requireSigned(tx, log, covered, edge)
  const grown = await grow(edge, growth, suite.hashing)
  const root = rangeHash(0, target, subtreesOf([...edge, ...grown], suite.hashing), suite.hashing)
  await storeTiles(tx, suite.name, grown)
  const tree = { origin, size: target, root }
  if (log.lastSigned) await requireExtends(tx, suite, log.lastSigned, tree)
  const note = await signNote(checkpointText(tree), [signer])
  await storeCheckpoint(tx, suite.name, {
    size: target,
    previousSize: covered,
    root,
    note,
    signedAt: new Date(clock.now()),
  })
  return tree
}

/**
 * Whether these leaves are the ones under a log that is already signed: from its checkpoint at `covered` they lead to
 * the root of its checkpoint at `target`.
 * @throws {LedgerFailure} `tree-inconsistent` when not.
 */
export async function requireSignedLeaves(
  tx: Transaction,
  log: Pick<SignedLog, 'suite' | keyof LogIdentity>,
  growth: Growth,
): Promise<void> {
  const { hashing } = log.suite
  const edge = await edgeAt(tx, log.suite, growth.covered)
  if (growth.covered > 0) await requireSigned(tx, log, growth.covered, edge)
  await requireSigned(tx, log, growth.target, [...edge, ...(await grow(edge, growth, hashing))])
}

/** The partial tiles at the right end of a tree of `size`, as they were then: all that its growth builds on. */
async function edgeAt(tx: Transaction, suite: Suite, size: number): Promise<readonly EdgeTile[]> {
  if (size === 0) return []
  const places = tilesFor((subtree) => rangeHash(0, size, subtree, suite.hashing))
  const edge = await loadTiles(tx, suite.name, places)
  return edge.map((tile) => {
    const width = Math.min(tile.width, widthAt(tile, size))
    return { ...tile, width, hashes: tile.hashes.subarray(0, width * digestSizeBytes), storedWidth: tile.width }
  })
}

interface EdgeTile extends StoredTile {
  /** How wide it is by now. */
  readonly storedWidth: number
}

/** Nothing may stand behind the last checkpoint: tiles and checkpoint are made in one transaction. */
function requireEnds(edge: readonly EdgeTile[], size: number): void {
  for (const tile of edge) {
    if (tile.storedWidth !== widthAt(tile, size)) {
      throw new LedgerFailure(
        'tree-inconsistent',
        `tile ${tile.level}/${tile.index} does not end where the checkpoint does`,
      )
    }
  }
}

const widthAt = ({ level, index }: StoredTile, size: number): number =>
  Math.min(tileWidth, hashesAtLevel(level, size) - index * tileWidth)

async function requireSigned(
  tx: Transaction,
  log: Pick<SignedLog, 'suite' | keyof LogIdentity>,
  size: number,
  tiles: readonly StoredTile[],
): Promise<void> {
  const { name, hashing } = log.suite
  const signed = await readSignedCheckpoint(tx, name, size, log)
  if (!rangeHash(0, size, subtreesOf(tiles, hashing), hashing).equals(signed.root)) {
    throw new LedgerFailure('tree-inconsistent', `the tiles do not have the root of checkpoint ${size} (${name})`)
  }
}

/** RFC 6962 §2.1.2, from the tiles: the tree that is to be signed holds all of the one that was. */
async function requireExtends(tx: Transaction, suite: Suite, old: SignedTree, tree: SignedTree): Promise<void> {
  const { hashing } = suite
  if (old.size <= tree.size) {
    const compute = (subtree: SubtreeHash) => consistencyProof(old.size, tree.size, subtree, hashing)
    const proof = compute(subtreesOf(await loadTiles(tx, suite.name, tilesFor(compute)), hashing))
    const claim = { oldSize: old.size, size: tree.size, oldRoot: old.root, root: tree.root, proof }
    if (verifyConsistency(claim, hashing)) return
  }
  throw new LedgerFailure('tree-inconsistent', `a tree of ${old.size} entries was signed here that this one is not of`)
}

/** So many full tiles are some milliseconds' hashing: between them this process serves others. */
const tilesAtOnce = 4

/** The tiles that change when leaves come after `covered`; a tile that fills gives one hash to the level above. */
async function grow(
  edge: readonly StoredTile[],
  { covered, leaves }: Growth,
  hashing: TreeHashing,
): Promise<StoredTile[]> {
  const grown: StoredTile[] = []
  let hashes = leaves
  for (let level = 0; hashes.length > 0; level++) {
    const first = Math.floor(hashesAtLevel(level, covered) / tileWidth)
    const partial = edge.find((tile) => tile.level === level && tile.index === first)
    const row = partial ? Buffer.concat([partial.hashes, hashes]) : hashes
    const fullRoots: Buffer[] = []
    for (let at = 0; at < row.length; at += tileWidth * digestSizeBytes) {
      const tile = row.subarray(at, at + tileWidth * digestSizeBytes)
      const width = tile.length / digestSizeBytes
      grown.push({ level, index: first + at / (tileWidth * digestSizeBytes), width, hashes: tile })
      if (width === tileWidth) fullRoots.push(perfectRoot(tile, hashing))
      if (grown.length % tilesAtOnce === 0) await setImmediate()
    }
    hashes = Buffer.concat(fullRoots)
  }
  return grown
}
