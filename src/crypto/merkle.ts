import { sha256Hex } from './digest.ts'
import { sha256Tree, type TreeHashing } from './tree-hashing.ts'

/**
 * The Merkle tree of RFC 6962 §2.1, over SHA-256 unless another hashing is given, and nothing beside it: a hash chain
 * next to the tree is what broke immudb ("linear fake"). Indices are numbers up to 2^53-1; proof verification refuses
 * anything beyond.
 */
export const emptyRoot: Buffer = sha256Tree.emptyRoot

/** MTH of one entry: SHA-256(0x00 || entry). */
export const leafHash: TreeHashing['leaf'] = sha256Tree.leaf

/** The same in hex, for text entries on the hot path. */
export function leafHashHex(entry: string): string {
  return sha256Hex(`\0${entry}`)
}

/** SHA-256(0x01 || left || right). */
export const nodeHash: TreeHashing['node'] = sha256Tree.node

/** Gives the hash of the perfect subtree over leaves [index * 2^height, (index + 1) * 2^height). */
export type SubtreeHash = (height: number, index: number) => Buffer

/** Grows a tree leaf by leaf, keeping only the hashes of its perfect subtrees, largest first. */
export interface Frontier {
  readonly size: number
  append(leaf: Buffer): void
  root(): Buffer
}

export function emptyFrontier(hashing: TreeHashing = sha256Tree): Frontier {
  const perfect: Buffer[] = []
  let size = 0
  return {
    get size() {
      return size
    },
    append(leaf) {
      let hash = leaf
      for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) hash = hashing.node(perfect.pop()!, hash)
      perfect.push(hash)
      size += 1
    },
    root: () => foldRight(perfect, hashing),
  }
}

/** MTH(D[start:end]); `start` is a multiple of the largest power of two that fits, as every range of a proof is. */
export function rangeHash(start: number, end: number, subtree: SubtreeHash, hashing = sha256Tree): Buffer {
  const perfect: Buffer[] = []
  for (let at = start; at < end; ) {
    const height = floorLog2(end - at)
    perfect.push(subtree(height, at / 2 ** height))
    at += 2 ** height
  }
  return foldRight(perfect, hashing)
}

/** PATH(index, D[size]) of RFC 6962 §2.1.1. */
export function inclusionProof(index: number, size: number, subtree: SubtreeHash, hashing = sha256Tree): Buffer[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`no leaf ${index} in a tree of ${size}`)
  const path = (start: number, end: number): Buffer[] => {
    if (end - start === 1) return []
    const middle = start + largestPowerBelow(end - start)
    return index < middle
      ? [...path(start, middle), rangeHash(middle, end, subtree, hashing)]
      : [...path(middle, end), rangeHash(start, middle, subtree, hashing)]
  }
  return path(0, size)
}

/** PROOF(oldSize, D[size]) of RFC 6962 §2.1.2; empty when the sizes are equal or the old tree is empty. */
export function consistencyProof(oldSize: number, size: number, subtree: SubtreeHash, hashing = sha256Tree): Buffer[] {
  if (!(oldSize >= 0 && oldSize <= size)) throw new RangeError(`no tree of ${oldSize} inside one of ${size}`)
  if (oldSize === 0) return []
  const proof = (start: number, end: number, oldIsWhole: boolean): Buffer[] => {
    if (oldSize === end) return oldIsWhole ? [] : [rangeHash(start, end, subtree, hashing)]
    const middle = start + largestPowerBelow(end - start)
    return oldSize <= middle
      ? [...proof(start, middle, oldIsWhole), rangeHash(middle, end, subtree, hashing)]
      : [...proof(middle, end, false), rangeHash(start, middle, subtree, hashing)]
  }
  return proof(0, size, true)
}

function foldRight(perfect: readonly Buffer[], hashing: TreeHashing): Buffer {
  let root: Buffer | undefined
  for (let i = perfect.length - 1; i >= 0; i--) root = root ? hashing.node(perfect[i]!, root) : perfect[i]!
  return root ?? hashing.emptyRoot
}

/** Exact for every safe integer, unlike Math.log2. */
function floorLog2(value: number): number {
  let height = 0
  while (2 ** (height + 1) <= value) height += 1
  return height
}

/** The largest power of two smaller than `count`, for `count` > 1. */
function largestPowerBelow(count: number): number {
  return 2 ** floorLog2(count - 1)
}
