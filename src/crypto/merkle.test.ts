import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sha256 } from './digest.ts'
import {
  consistencyProof,
  emptyFrontier,
  emptyRoot,
  inclusionProof,
  leafHash,
  leafHashHex,
  rangeHash,
  type SubtreeHash,
} from './merkle.ts'
import { verifyConsistency, verifyInclusion } from './merkle-verify.ts'
import { suites } from './suite.ts'

// transparency-dev/merkle testonly/constants.go: eight leaves and the root after each.
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

test('roots of the eight published trees', () => {
  const tree = emptyFrontier()
  assert.equal(tree.root().toString('hex'), roots[0])
  for (const [i, leaf] of leaves.entries()) {
    tree.append(leafHash(Buffer.from(leaf, 'hex')))
    assert.equal(tree.root().toString('hex'), roots[i + 1])
  }
  assert.equal(tree.size, 8)
  assert.equal(emptyRoot.toString('hex'), roots[0])
})

test('a text and its UTF-8 bytes have the same leaf hash', () => {
  const text = '守历 ledger 😀'
  assert.equal(leafHash(text).toString('hex'), leafHash(Buffer.from(text)).toString('hex'))
  assert.equal(leafHash(text).toString('hex'), leafHashHex(text))
})

/** Straight from the definition in RFC 6962 §2.1, to hold the quick one against. */
function slowRoot(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 1) return hashes[0]!
  let k = 1
  while (2 * k < hashes.length) k *= 2
  const both = Buffer.concat([Buffer.from([1]), slowRoot(hashes.slice(0, k)), slowRoot(hashes.slice(k))])
  return sha256(both)
}

const many = Array.from({ length: 70 }, (_, i) => leafHash(`entry ${i}`))
const subtree: SubtreeHash = (height, index) => slowRoot(many.slice(index * 2 ** height, (index + 1) * 2 ** height))

test('every leaf of every tree up to 70 has an inclusion proof that verifies, and no other leaf takes it', () => {
  for (let size = 1; size <= many.length; size++) {
    const root = slowRoot(many.slice(0, size))
    assert.equal(rangeHash(0, size, subtree).compare(root), 0)
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(index, size, subtree)
      assert.ok(verifyInclusion({ index, size, leaf: many[index]!, proof, root }))
      assert.ok(size === 1 || !verifyInclusion({ index, size, leaf: many[(index + 1) % size]!, proof, root }))
    }
  }
})

test('every pair of trees up to 70 has a consistency proof that verifies, and no other root takes it', () => {
  for (let size = 1; size <= many.length; size++) {
    const root = slowRoot(many.slice(0, size))
    for (let oldSize = 1; oldSize <= size; oldSize++) {
      const oldRoot = slowRoot(many.slice(0, oldSize))
      const proof = consistencyProof(oldSize, size, subtree)
      assert.ok(verifyConsistency({ oldSize, size, oldRoot, root, proof }))
      assert.ok(!verifyConsistency({ oldSize, size, oldRoot: leafHash('forged'), root, proof }))
    }
  }
})

test('there is no proof for what is not in the tree', () => {
  assert.throws(() => inclusionProof(5, 5, subtree), RangeError)
  assert.throws(() => inclusionProof(-1, 5, subtree), RangeError)
  assert.throws(() => consistencyProof(6, 5, subtree), RangeError)
  assert.deepEqual(consistencyProof(0, 5, subtree), [])
})

for (const { name, digest, hashing } of Object.values(suites)) {
  /** RFC 6962 §2.1 once more, over this suite's digest and from the bytes of the entries. */
  const naiveRoot = (entries: readonly Uint8Array[]): Buffer => {
    if (entries.length === 0) return digest('')
    if (entries.length === 1) return digest(Buffer.concat([Buffer.from([0]), entries[0]!]))
    let k = 1
    while (2 * k < entries.length) k *= 2
    return digest(Buffer.concat([Buffer.from([1]), naiveRoot(entries.slice(0, k)), naiveRoot(entries.slice(k))]))
  }

  test(`${name}: whatever is appended, the root is that of the definition, and proofs verify under it alone`, () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(entries, fc.nat(), fc.nat(), (all, someIndex, someSize) => {
        const size = all.length
        const tree = emptyFrontier(hashing)
        for (const entry of all) tree.append(hashing.leaf(entry))
        const root = naiveRoot(all)
        assert.deepEqual(tree.root(), root)

        const subtreeOf: SubtreeHash = (height, at) => naiveRoot(all.slice(at * 2 ** height, (at + 1) * 2 ** height))
        const index = someIndex % size
        const claim = { index, size, leaf: hashing.leaf(all[index]!), root }
        const proof = inclusionProof(index, size, subtreeOf, hashing)
        assert.ok(verifyInclusion({ ...claim, proof }, hashing))
        const other = name === 'guomi' ? suites.international : suites.guomi
        assert.ok(proof.length === 0 || !verifyInclusion({ ...claim, proof }, other.hashing))

        const oldSize = 1 + (someSize % size)
        const oldRoot = naiveRoot(all.slice(0, oldSize))
        const consistency = consistencyProof(oldSize, size, subtreeOf, hashing)
        assert.ok(verifyConsistency({ oldSize, size, oldRoot, root, proof: consistency }, hashing))
        const forged = Buffer.from(oldRoot)
        forged[0]! ^= 1
        assert.ok(!verifyConsistency({ oldSize, size, oldRoot: forged, root, proof: consistency }, hashing))
      }),
      { numRuns: 60 },
    )
  })
}
