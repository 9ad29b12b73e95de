import { digestSizeBytes, hashesAtLevel, suites, tileWidth, type WitnessPolicy } from '../crypto/index.ts'
import type { EvidenceTree, FoundCheckpoint } from './evidence.ts'
import type { Finding, Findings } from './finding.ts'
import { growingTree } from './growing-tree.ts'
import type { LogKeys } from './log-keys.ts'
import { readSignedCheckpoint, type SignedCheckpoint } from './signed-checkpoint.ts'
import { openTileHasher, type TileHasher } from './tile-hasher.ts'

/** A root that the tree must have at some size, from elsewhere: what the reader holds, what a succession names. */
export interface Landmark {
  readonly size: number
  readonly root: Uint8Array
  readonly problem: 'held-differs' | 'succession-wrong'
}

export interface CheckedCheckpoint extends SignedCheckpoint {
  readonly found: FoundCheckpoint
}

export interface TreeCheckOptions {
  readonly tree: EvidenceTree
  readonly keys: LogKeys
  readonly policy: WitnessPolicy | undefined
  readonly landmarks: readonly Landmark[]
  readonly findings: Findings
  /** Told of each checkpoint whose root the entries have. */
  readonly onCheckpoint: (checked: CheckedCheckpoint) => void
}

/** One tile's worth of leaves, as computed from the entries (absent where there are only hashes). */
export interface Leaves {
  readonly first: number
  readonly count: number
  readonly computed?: Uint8Array | undefined
  /** Over all of `computed`, where the tile is full. */
  readonly root?: Uint8Array | undefined
  /** Places of entries that are not there: that is told already. */
  readonly missing?: ReadonlySet<number>
}

export interface TreeCheck {
  /** Tiles in order. */
  take(leaves: Leaves): Promise<void>
  finish(): Promise<TreeResult>
}

export interface TreeResult {
  readonly checkpoints: number
  /** Checkpoints whose signature is by a key the reader confirmed. */
  readonly confirmed: number
  readonly newest?: SignedCheckpoint
}

/**
 * Recomputes one tree: each leaf against its tile, each tile above against those below, each checkpoint's root against
 * the tree at its size, and each checkpoint's signature. Where an entry is not the one the tree was made of, it is told,
 * and the tree goes on with the leaf that was, so that one forged entry does not hide the next.
 */
export function treeCheck(options: TreeCheckOptions): TreeCheck {
  const { tree, findings, keys, policy } = options
  const { suite } = tree
  const { hashing } = suites[suite]
  const hasher = openTileHasher(suite)
  const growing = growingTree(hashing, hasher)
  const above = upperTiles(options, hasher)
  const checkpoints = tree.checkpoints()[Symbol.asyncIterator]()
  const landmarks = [...options.landmarks].sort((a, b) => a.size - b.size)
  let upcoming: FoundCheckpoint | undefined
  let previous: number | null = null
  let rootsHold = true
  let result: TreeResult = { checkpoints: 0, confirmed: 0 }
  let started = false

  const tell = (finding: Omit<Finding, 'suite'>) =>
    findings.add({ ...finding, ...(suite !== 'international' && { suite }) })

  const advance = async () => {
    const next = await checkpoints.next()
    upcoming = next.done ? undefined : next.value
  }

  /** Everything that speaks of a tree of `size` is held against the root it has. */
  const holdAgainst = async (end: number, rootAt: (size: number) => Buffer) => {
    if (!started) {
      started = true
      await advance()
    }
    while (upcoming && sizeOf(upcoming) <= end) {
      checkOne(upcoming, rootAt)
      await advance()
    }
    while (landmarks.length > 0 && landmarks[0]!.size <= end) {
      const { size, root, problem } = landmarks.shift()!
      if (!rootAt(size).equals(root)) tell({ problem, sequence: Math.max(0, size - 1) })
    }
  }

  const checkOne = (found: FoundCheckpoint, rootAt: (size: number) => Buffer) => {
    // Not before its turn: the entries below it may tell which key signs it.
    const signed = readSignedCheckpoint(found.note, keys, policy)
    const sequence = previous ?? 0
    const size = sizeOf(found)
    const fits =
      signed !== undefined &&
      !signed.signatureIsWrong &&
      signed.checkpoint.origin === tree.origin &&
      (previous === null || size > previous) &&
      (found.row === undefined || rowFits(found.row, signed, previous))
    result = {
      ...result,
      checkpoints: result.checkpoints + 1,
      confirmed: result.confirmed + (fits && signed.signedBy?.confirmed ? 1 : 0),
      ...(signed && { newest: signed }),
    }
    if (!fits || (keys.at(size).some((key) => key.confirmed) && !signed.signedBy?.confirmed)) {
      tell({ problem: 'checkpoint-invalid', sequence })
    } else if (rootsHold && !rootAt(size).equals(signed.checkpoint.root)) {
      rootsHold = false
      tell({ problem: 'root-differs', sequence })
    } else if (rootsHold) options.onCheckpoint({ ...signed, found })
    previous = size
  }

  return {
    async take({ first, count, computed, root, missing }) {
      const width = Math.max(0, Math.min(tileWidth, tree.covered - first))
      const tile = width === 0 ? undefined : await tree.tile({ level: 0, index: first / tileWidth, width })
      const known = tile && tile.length === width * digestSizeBytes ? tile : undefined
      if (width > 0 && !known) tell({ problem: 'tile-missing', sequence: first })
      const leaves =
        known && computed
          ? withTile(known, computed, { first, count }, (sequence) => {
              if (!missing?.has(sequence)) tell({ problem: 'entry-replaced', sequence })
            })
          : (known ?? computed)
      if (!leaves) return
      const rootAt = (size: number) => growing.rootWith(leaves, size - growing.size)
      await holdAgainst(first + count, rootAt)
      if (count < tileWidth || leaves.length < tileWidth * digestSizeBytes) return
      const own = root && leaves === computed ? Buffer.from(root) : Buffer.from(hasher.root(leaves))
      growing.appendTile(own)
      await above.take(own, tell)
    },
    async finish() {
      await holdAgainst(growing.size, () => growing.rootWith(new Uint8Array(), 0))
      // What is left speaks of more entries than there are.
      for (; upcoming; await advance()) {
        result = { ...result, checkpoints: result.checkpoints + 1 }
        tell({ problem: 'checkpoint-invalid', sequence: previous ?? 0 })
        previous = sizeOf(upcoming)
      }
      await above.finish(tell)
      return result
    },
  }
}

/** As its row says, or its text; 0 for what is no checkpoint, which is told at once. */
function sizeOf({ row, note }: FoundCheckpoint): number {
  if (row) return row.size
  const size = Number(note.split('\n')[1])
  return Number.isSafeInteger(size) ? size : 0
}

function rowFits(row: NonNullable<FoundCheckpoint['row']>, signed: SignedCheckpoint, previous: number | null): boolean {
  return (
    row.size === signed.checkpoint.size &&
    row.previousSize === previous &&
    Buffer.compare(row.root, signed.checkpoint.root) === 0
  )
}

/** Leaves as the tree was made of: the tile's where there is one. Tells of each entry that is another. */
function withTile(
  tile: Uint8Array,
  computed: Uint8Array,
  { first, count }: Pick<Leaves, 'first' | 'count'>,
  tellReplaced: (sequence: number) => void,
): Uint8Array {
  if (Buffer.compare(tile, computed.subarray(0, tile.length)) === 0) return computed
  const leaves = Buffer.from(computed)
  for (let i = 0; i < count && (i + 1) * digestSizeBytes <= tile.length; i++) {
    const of = tile.subarray(i * digestSizeBytes, (i + 1) * digestSizeBytes)
    if (Buffer.compare(of, leaves.subarray(i * digestSizeBytes, (i + 1) * digestSizeBytes)) === 0) continue
    tellReplaced(first + i)
    leaves.set(of, i * digestSizeBytes)
  }
  return leaves
}

/** The tiles of level 1 and above, made from the roots of those below and held against what is served. */
function upperTiles({ tree }: TreeCheckOptions, hasher: TileHasher) {
  const rows: { index: number; hashes: Buffer[] }[] = []

  const compare = async (level: number, tell: (finding: Omit<Finding, 'suite'>) => void) => {
    const { index, hashes } = rows[level - 1]!
    const width = Math.min(hashes.length, hashesAtLevel(level, tree.covered) - index * tileWidth)
    if (width <= 0) return
    const tile = await tree.tile({ level, index, width })
    const sequence = index * tileWidth ** (level + 1)
    if (tile?.length !== width * digestSizeBytes) return tell({ problem: 'tile-missing', sequence })
    const at = hashes
      .slice(0, width)
      .findIndex((hash, i) => !hash.equals(tile.subarray(i * digestSizeBytes, (i + 1) * digestSizeBytes)))
    if (at >= 0) tell({ problem: 'tile-differs', sequence: sequence + at * tileWidth ** level })
  }

  return {
    async take(root: Buffer, tell: (finding: Omit<Finding, 'suite'>) => void) {
      let hash = root
      for (let level = 1; ; level++) {
        rows[level - 1] ??= { index: 0, hashes: [] }
        const row = rows[level - 1]!
        row.hashes.push(hash)
        if (row.hashes.length < tileWidth) return
        await compare(level, tell)
        hash = Buffer.from(hasher.root(Buffer.concat(row.hashes)))
        rows[level - 1] = { index: row.index + 1, hashes: [] }
      }
    },
    async finish(tell: (finding: Omit<Finding, 'suite'>) => void) {
      for (let level = 1; level <= rows.length; level++) await compare(level, tell)
    },
  }
}
