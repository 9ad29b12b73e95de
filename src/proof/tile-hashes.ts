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
  const subtree: SubtreeHash = (height, index) => {
    const place = subtreeInTile(height, index)
    const tile = held.get(key(place))!
    return perfectRoot(tile.subarray(place.from * digestSizeBytes, place.to * digestSizeBytes), hashing)
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

const anything = Buffer.alloc(digestSizeBytes)
const key = ({ level, index }: { readonly level: number; readonly index: number }) => `${level}/${index}`

/** The root over 2^n hashes laid side by side. */
function perfectRoot(hashes: Uint8Array, hashing: TreeHashing): Buffer {
  let row: Buffer[] = Array.from({ length: hashes.length / digestSizeBytes }, (_, i) =>
    Buffer.from(hashes.subarray(i * digestSizeBytes, (i + 1) * digestSizeBytes)),
  )
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, i) => hashing.node(row[2 * i]!, row[2 * i + 1]!))
  }
  return row[0]!
}
