import { digestSizeBytes, sha256, sm3 } from './digest.ts'

/** How a Merkle tree hashes. Both digests have 32 bytes, so tiles, proofs and checkpoints look the same. */
export interface TreeHashing {
  readonly name: 'sha256' | 'sm3'
  /** MTH of no entries. */
  readonly emptyRoot: Buffer
  /** H(0x00 || entry); a text is hashed as UTF-8. */
  leaf(entry: string | Uint8Array): Buffer
  /** H(0x01 || left || right). */
  node(left: Uint8Array, right: Uint8Array): Buffer
}

/** RFC 6962 §2.1, as C2SP tlog-tiles demands it. */
export const sha256Tree: TreeHashing = treeHashing('sha256', sha256)

/** The same tree over SM3 (GB/T 32905). No tool of the world's reads it; it stands beside the other for 密评. */
export const sm3Tree: TreeHashing = treeHashing('sm3', sm3)

function treeHashing(name: TreeHashing['name'], digest: (data: string | Uint8Array) => Buffer): TreeHashing {
  const pair = Buffer.alloc(1 + 2 * digestSizeBytes)
  pair[0] = 1
  return {
    name,
    emptyRoot: digest(''),
    leaf: (entry) => digest(typeof entry === 'string' ? `\0${entry}` : Buffer.concat([leafPrefix, entry])),
    node(left, right) {
      pair.set(left, 1)
      pair.set(right, 1 + digestSizeBytes)
      return digest(pair)
    },
  }
}

const leafPrefix = Buffer.from([0])
