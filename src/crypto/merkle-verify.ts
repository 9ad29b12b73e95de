import { digestSizeBytes } from './digest.ts'
import { sha256Tree, type TreeHashing } from './tree-hashing.ts'

/**
 * What a verifier runs. Everything passed in is controlled by whoever sent the proof; only `root` (from a checkpoint
 * whose signature was verified) is trusted. Each function answers true or false and never throws for bad input.
 */
export interface InclusionClaim {
  readonly index: number
  readonly size: number
  readonly leaf: Uint8Array
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** RFC 9162 §2.1.3.2. */
export function verifyInclusion(claim: InclusionClaim, hashing: TreeHashing = sha256Tree): boolean {
  const { index, size } = claim
  if (!isIndex(index) || !isIndex(size) || index >= size) return false
  if (!areHashes([claim.leaf, claim.root, ...claim.proof])) return false
  let first = index
  let last = size - 1
  let hash = claim.leaf
  for (const sibling of claim.proof) {
    if (last === 0) return false
    if (first % 2 === 1 || first === last) {
      hash = hashing.node(sibling, hash)
      while (first % 2 === 0 && first !== 0) [first, last] = [half(first), half(last)]
    } else {
      hash = hashing.node(hash, sibling)
    }
    ;[first, last] = [half(first), half(last)]
  }
  return last === 0 && equal(hash, claim.root)
}

/** Inclusion in the subtree over leaves [start, end), which must be one that consistency proofs can speak of. */
export function verifySubtreeInclusion(
  claim: Omit<InclusionClaim, 'size'> & { readonly start: number; readonly end: number },
  hashing: TreeHashing = sha256Tree,
): boolean {
  const { start, end, index } = claim
  if (!isSubtree(start, end) || !isIndex(index) || index < start) return false
  return verifyInclusion({ ...claim, index: index - start, size: end - start }, hashing)
}

export interface ConsistencyClaim {
  readonly oldSize: number
  readonly size: number
  readonly oldRoot: Uint8Array
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/**
 * RFC 9162 §2.1.4.2. An empty old tree is refused, because a proof from it says nothing; a witness that accepts
 * first contact (C2SP tlog-witness) decides that for itself.
 */
export function verifyConsistency(claim: ConsistencyClaim, hashing: TreeHashing = sha256Tree): boolean {
  const { oldSize, size, oldRoot, root, proof } = claim
  if (oldSize === 0) return false
  return verifySubtreeConsistency({ start: 0, end: oldSize, size, subtreeRoot: oldRoot, root, proof }, hashing)
}

/**
 * Consistency of the subtree over [start, end) with the tree of `size` (draft-ietf-plants-merkle-tree-certs §4.4.3).
 * The empty subtree is consistent with everything: its proof says nothing.
 */
export function verifySubtreeConsistency(
  claim: {
    readonly start: number
    readonly end: number
    readonly size: number
    readonly subtreeRoot: Uint8Array
    readonly root: Uint8Array
    readonly proof: readonly Uint8Array[]
  },
  hashing: TreeHashing = sha256Tree,
): boolean {
  const { start, end, size } = claim
  if (!isSubtree(start, end) || !isIndex(size) || end > size) return false
  if (!areHashes(claim.proof) || (claim.proof.length > 0 && !areHashes([claim.subtreeRoot]))) return false
  if (start === end) return claim.proof.length === 0 && equal(claim.subtreeRoot, hashing.emptyRoot)

  let first = start
  let last = end - 1
  let lastOfTree = size - 1
  const up = () => {
    ;[first, last, lastOfTree] = [half(first), half(last), half(lastOfTree)]
  }
  if (last === lastOfTree) while (first !== last) up()
  else while (first !== last && last % 2 === 1) up()

  const rest = [...claim.proof]
  const seed = first === last ? claim.subtreeRoot : rest.shift()
  if (!seed) return false
  let ofSubtree = seed
  let ofTree = seed
  for (const hash of rest) {
    if (lastOfTree === 0) return false
    if (last % 2 === 1 || last === lastOfTree) {
      if (first < last) ofSubtree = hashing.node(hash, ofSubtree)
      ofTree = hashing.node(hash, ofTree)
      while (last % 2 === 0 && last !== 0) up()
    } else {
      ofTree = hashing.node(ofTree, hash)
    }
    up()
  }
  return lastOfTree === 0 && equal(ofSubtree, claim.subtreeRoot) && equal(ofTree, claim.root)
}

/** A range that is one subtree of every tree it lies in: `start` is a multiple of its length rounded up to a power of 2. */
function isSubtree(start: number, end: number): boolean {
  if (!isIndex(start) || !isIndex(end) || start > end) return false
  let span = 1
  while (span < end - start) span *= 2
  return start % span === 0
}

const half = (value: number) => Math.floor(value / 2)
const isIndex = (value: number) => Number.isSafeInteger(value) && value >= 0
const areHashes = (values: readonly Uint8Array[]) => values.every((value) => value.length === digestSizeBytes)
const equal = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
