import {
  consistencyProof,
  inclusionProof,
  leafHash,
  parseCheckpoint,
  type SuiteName,
  sha256Hex,
  splitNote,
  suites,
  type TreeHashing,
} from '../crypto/index.ts'
import { ProofFailure } from './errors.ts'
import { type Answer, type ExportPackage, packageFormat } from './package.ts'
import { type TileHashes, type TileReader, tileHashes } from './tile-hashes.ts'

/** A tree as seen from outside: the checkpoint that everything is to be proved against, and its tiles. */
export interface PackageTree {
  readonly suite: SuiteName
  /** The signed note, with its cosignature lines. */
  readonly note: string
  /** RFC 3161 tokens over this checkpoint, DER. */
  readonly timestamps?: readonly Uint8Array[]
  readonly tile: TileReader
}

/** An entry to be opened (`body` is the exact text), or, without a body, one that only its hash stands for. */
export interface PackageLeaf {
  readonly sequence: number
  readonly body?: string
}

export interface PackageRequest {
  /** The SHA-256 tree first; each further one of the same size. */
  readonly trees: readonly PackageTree[]
  readonly asking?: { readonly sequence: number; readonly body: string }
  readonly entries: readonly PackageLeaf[]
  /** Earlier checkpoints of these trees, e.g. the first cosigned one that covers the entries. */
  readonly anchors?: readonly Omit<PackageTree, 'tile'>[]
  readonly keys?: ExportPackage['keys']
  readonly succession?: readonly string[]
}

/**
 * Makes a package of entries that a checkpoint covers already. Proofs come from tiles alone, each read once.
 * @throws {ProofFailure} `not-covered` for an entry at or beyond the checkpoint, or where a tile is missing.
 */
export async function buildPackage(request: PackageRequest): Promise<ExportPackage> {
  const pool = hashPool()
  const trees = request.trees.map((tree) => {
    const { size } = checkpointOf(tree.note)
    const { hashing } = suites[tree.suite]
    return { ...tree, size, hashing, hashes: tileHashes(size, tree.tile, hashing) }
  })
  const [first] = trees
  if (!first || trees.some((tree) => tree.size !== first.size)) {
    throw new ProofFailure('not-covered', 'a package needs checkpoints of one size, one for each tree')
  }
  const openings = async (sequence: number) => {
    if (!(sequence < first.size)) {
      throw new ProofFailure('not-covered', `the checkpoint covers ${first.size} entries, not entry ${sequence}`)
    }
    const paths: Record<string, number[]> = {}
    for (const tree of trees) paths[tree.suite] = pool.places(await pathOf(tree, sequence))
    return { sequence, paths }
  }

  const asking = request.asking && { ...(await openings(request.asking.sequence)), body: request.asking.body }
  const entries: ExportPackage['entries'] = []
  for (const { sequence, body } of request.entries) {
    const opening = await openings(sequence)
    if (body !== undefined) {
      entries.push({ ...opening, body })
      continue
    }
    const leafHashes: Record<string, string> = {}
    for (const { suite, hashes } of trees) {
      leafHashes[suite] = (await hashes.compute((subtree) => subtree(0, sequence))).toString('base64')
    }
    entries.push({ ...opening, leafHashes })
  }
  const anchors: ExportPackage['anchors'] = []
  for (const { suite, note, timestamps } of request.anchors ?? []) {
    const tree = trees.find((one) => one.suite === suite)
    const { size } = checkpointOf(note)
    if (!tree || size > tree.size) throw new ProofFailure('not-covered', `no tree of the package extends the anchor`)
    const proof = await tree.hashes.compute((subtree) => consistencyProof(size, tree.size, subtree, tree.hashing))
    anchors.push({ suite, note, timestamps: encoded(timestamps), consistency: pool.places(proof) })
  }
  return {
    format: packageFormat,
    trees: trees.map(({ suite, note, timestamps }) => ({ suite, note, timestamps: encoded(timestamps) })),
    anchors,
    ...(asking && { asking }),
    entries,
    hashes: pool.hashes,
    keys: [...(request.keys ?? [])],
    succession: [...(request.succession ?? [])],
  }
}

/**
 * What the entry that asks states in its `detail.answer`: with it, the ledger commits to which entries were the
 * answer, and how many, before they leave.
 */
export function answerOf(bodies: readonly string[], completeAsOf: number): Answer {
  return {
    completeAsOf,
    count: bodies.length,
    leaves: sha256Hex(Buffer.concat(bodies.map((body) => leafHash(body)))),
  }
}

function pathOf(
  { hashes, size, hashing }: { readonly hashes: TileHashes; readonly size: number; readonly hashing: TreeHashing },
  sequence: number,
): Promise<Buffer[]> {
  return hashes.compute((subtree) => inclusionProof(sequence, size, subtree, hashing))
}

const checkpointOf = (note: string) => parseCheckpoint(splitNote(note).text)

const encoded = (tokens: readonly Uint8Array[] = []) => tokens.map((token) => Buffer.from(token).toString('base64'))

/** Paths of neighbours share most of their hashes: each hash is written once, and paths name its place. */
function hashPool() {
  const hashes: string[] = []
  const known = new Map<string, number>()
  return {
    hashes,
    places: (path: readonly Uint8Array[]) =>
      path.map((hash) => {
        const text = Buffer.from(hash).toString('base64')
        const place = known.get(text) ?? hashes.length
        if (place === hashes.length) {
          hashes.push(text)
          known.set(text, place)
        }
        return place
      }),
  }
}
