import { digestSizeBytes, type TreeHashing, tileWidth } from '../crypto/index.ts'
import type { TileHasher } from './tile-hasher.ts'

/**
 * A Merkle tree (RFC 6962 §2.1) that grows by whole tiles and can be asked for its root in the middle of the next one.
 * Keeps the hashes of its perfect subtrees, nothing else.
 */
export interface GrowingTree {
  readonly size: number
  /** The root over what is in the tree and the first `count` of these leaves. */
  rootWith(leaves: Uint8Array, count: number): Buffer
  /** @param root over the 256 leaves of the next tile. */
  appendTile(root: Buffer): void
}

export function growingTree(hashing: TreeHashing, hasher: TileHasher): GrowingTree {
  const perfect: Buffer[] = []
  let tiles = 0
  return {
    get size() {
      return tiles * tileWidth
    },
    rootWith(leaves, count) {
      const parts = [...perfect]
      for (let at = 0; at < count; ) {
        let span = 1
        while (span * 2 <= count - at) span *= 2
        parts.push(Buffer.from(hasher.root(leaves.subarray(at * digestSizeBytes, (at + span) * digestSizeBytes))))
        at += span
      }
      return parts.length === 0 ? hashing.emptyRoot : parts.reduceRight((right, left) => hashing.node(left, right))
    },
    appendTile(root) {
      let hash = root
      for (let rest = tiles; rest % 2 === 1; rest = Math.floor(rest / 2)) hash = hashing.node(perfect.pop()!, hash)
      perfect.push(hash)
      tiles += 1
    },
  }
}
