import {
  digestSizeBytes,
  hashesAtLevel,
  type SubtreeHash,
  subtreeInTile,
  type TileAddress,
  type TreeHashing,
  tilePath,
  tileWidth,
} from '../crypto/index.ts'
import { ProofFailure } from './errors.ts'

/** Gives a tile of hashes at exactly the width asked for, or undefined where there is none. */
export type TileReader = (address: TileAddress) => Promise<Uint8Array | undefined>

/** Computes proofs from tiles as any reader of the log would: by addresses that follow from the tree's size alone. */
export interface TileHashes {
  /**
   * Runs `compute` once every subtree it asks for is at hand. It runs twice; it must ask for the same ones each time.
   * @throws {ProofFailure} `not-covered` where a tile is missing.
   */
  compute<Result>(compute: (subtree: SubtreeHash) => Result): Promise<Result>
}

export function tileHashes(size: number, read: TileReader, hashing: TreeHashing): TileHashes {
  const held = new Map<string, Uint8Array>()
  // Paths of neighbours share the inside of their tiles: each node is hashed once, until there are too many.
  const nodes = new Map<string, Buffer>()
  const subtree: SubtreeHash = (height, index) => {
    const place = subtreeInTile(height, index)
    if (place.to - place.from === 1) {
      const at = place.from * digestSizeBytes
      return Buffer.from(held.get(key(place))!.subarray(at, at + digestSizeBytes))
    }
    const name = `${height}/${index}`
    const known = nodes.get(name)
    if (known) return known
    const made = hashing.node(subtree(height - 1, 2 * index), subtree(height - 1, 2 * index + 1))
    if (nodes.size >= mostNodes) nodes.clear()
    nodes.set(name, made)
    return made
  }
  return {
    async compute(compute) {
      const wanted = new Map<string, TileAddress>()
      compute((height, index) => {
        const place = subtreeInTile(height, index)
        const width = Math.min(tileWidth, hashesAtLevel(place.level, size) - place.index * tileWidth)
        if (!held.has(key(place))) wanted.set(key(place), { level: place.level, index: place.index, width })
        return anything
      })
      for (const [place, address] of wanted) {
        const tile = address.width > 0 ? await read(address) : undefined
        if (tile?.length !== address.width * digestSizeBytes) {
          throw new ProofFailure('not-covered', `the tile ${tilePath(address)} is missing or too narrow`)
        }
        held.set(place, tile)
      }
      return compute(subtree)
    },
  }
}

const mostNodes = 200_000
const anything = Buffer.alloc(digestSizeBytes)
const key = ({ level, index }: { readonly level: number; readonly index: number }) => `${level}/${index}`
