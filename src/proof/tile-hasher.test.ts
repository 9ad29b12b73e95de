import assert from 'node:assert/strict'
import { hash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { bundleOf, openBundle } from './bundle.ts'
import { lanesAreSupported } from './hash-lanes.ts'
import { openTileHasher } from './tile-hasher.ts'

const suites = [
  ['international', 'sha256'],
  ['guomi', 'sm3'],
] as const
const digestOf = (algorithm: string, data: Uint8Array) => hash(algorithm, data, 'buffer')
const leafOf = (algorithm: string, entry: Uint8Array) => digestOf(algorithm, Buffer.concat([Buffer.from([0]), entry]))

test('this Node has WebAssembly SIMD, so what follows tests it', () => {
  assert.equal(lanesAreSupported(), true)
})

for (const [suite, algorithm] of suites) {
  for (const means of ['lanes', 'node'] as const) {
    const hasher = openTileHasher(suite, means)
    const leaves = (entries: readonly Uint8Array[]) => Buffer.from(hasher.leaves(bundleOf(entries))).toString('hex')
    const expected = (entries: readonly Uint8Array[]) =>
      Buffer.concat(entries.map((entry) => leafOf(algorithm, entry))).toString('hex')

    test(`${suite} by ${means}: leaves of every length from 0 to 2,100 bytes are those of node:crypto`, () => {
      for (let from = 0; from <= 2100; from += 256) {
        const entries = Array.from({ length: Math.min(256, 2101 - from) }, (_, i) => randomBytes(from + i))
        assert.equal(leaves(entries), expected(entries))
      }
    })

    test(`${suite} by ${means}: any mixture of lengths, from one entry to a whole bundle`, () => {
      const entry = fc.oneof(
        { weight: 20, arbitrary: fc.uint8Array({ maxLength: 600 }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 65_535 }).map((length) => randomBytes(length)) },
      )
      const property = fc.property(fc.array(entry, { minLength: 1, maxLength: 40 }), (entries) => {
        assert.equal(leaves(entries), expected(entries))
      })
      fc.assert(property, { numRuns: 60 })
    })

    test(`${suite} by ${means}: an entry of the longest length there is`, () => {
      const entries = [randomBytes(65_535), Buffer.alloc(0), randomBytes(65_535)]
      assert.equal(leaves(entries), expected(entries))
    })

    test(`${suite} by ${means}: roots over 1 to 256 hashes`, () => {
      for (let count = 1; count <= 256; count *= 2) {
        let row = Array.from({ length: count }, () => randomBytes(32))
        const root = Buffer.from(hasher.root(Buffer.concat(row)))
        while (row.length > 1) {
          row = Array.from({ length: row.length / 2 }, (_, i) =>
            digestOf(algorithm, Buffer.concat([Buffer.from([1]), row[2 * i]!, row[2 * i + 1]!])),
          )
        }
        assert.equal(root.toString('hex'), row[0]!.toString('hex'))
      }
    })
  }
}

test('a bundle is exactly its entries', () => {
  const { bytes } = bundleOf([Buffer.from('a'), Buffer.from(''), Buffer.from('bcd')])
  assert.deepEqual([...openBundle(bytes, 3)!.starts], [2, 5, 7, 12])
  for (const [what, broken, count] of [
    ['one byte short', bytes.subarray(0, -1), 3],
    ['one byte long', Buffer.concat([bytes, Buffer.from('x')]), 3],
    ['one entry fewer', bytes, 2],
    ['one entry more', bytes, 4],
    ['nothing', Buffer.alloc(0), 1],
  ] as const) {
    assert.equal(openBundle(broken, count), undefined, what)
  }
})
