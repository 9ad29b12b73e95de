import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  blockWriter,
  bucketOf,
  decodePlaces,
  encodeBlocks,
  type Level,
  pairOf,
  readTerms,
  segmentLevel,
  stretchLevel,
} from './trace-block.ts'
import { intersection, piecesOf, union } from './trace-places.ts'
import { hashOfTerm } from './trace-term.ts'

const hash = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const placesOf = (level: Level) =>
  fc.oneof(
    fc.uniqueArray(fc.integer({ min: 0, max: level.unitSize - 1 }), { minLength: 1, maxLength: 40 }),
    // So many that they are written as a bitmap.
    fc.constant(Array.from({ length: level.unitSize / 2 }, (_, at) => 2 * at)),
  )
const ascending = (places: readonly number[]) => places.toSorted((one, other) => one - other)

for (const level of [stretchLevel, segmentLevel]) {
  test(`terms of level ${level.level} come back from their blocks with their places`, () => {
    const unit = fc.array(fc.tuple(hash, placesOf(level)), { maxLength: 5 })
    fc.assert(
      fc.property(unit, (terms) => {
        const expected = new Map(terms)
        const pairs = [...expected].flatMap(([term, places]) => places.map((place) => pairOf(term, place)))
        const blocks = encodeBlocks(Float64Array.from([...pairs, ...pairs.slice(0, 3)]), level)
        const found = new Map<number, readonly number[]>()
        for (const { bucket, terms: bytes } of blocks) {
          readTerms(bytes, (term, encoded) => {
            assert.equal(bucketOf(term, level), bucket)
            const whole = { from: 0, below: level.unitSize }
            found.set(term, [...piecesOf(decodePlaces(encoded, level), whole, 'up')].flat())
            const down = [...piecesOf(decodePlaces(encoded, level), whole, 'down')].flat()
            assert.deepEqual(down, found.get(term)!.toReversed())
          })
        }
        assert.deepEqual(found, new Map([...expected].map(([term, places]) => [term, ascending(places)])))
      }),
      { numRuns: level === stretchLevel ? 40 : 4 },
    )
  })
}

test('what both hold, and what either holds, is the same however it is written', () => {
  const level = stretchLevel
  const decoded = (places: readonly number[]) => {
    const writer = blockWriter(level)
    writer.term(7, Uint32Array.from(ascending(places)))
    let found = decodePlaces(new Uint8Array(0), level)
    readTerms(writer.done()[0]!.terms, (_, encoded) => {
      found = decodePlaces(encoded, level)
    })
    return found
  }
  const within = fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 400, max: 1024 }))
  fc.assert(
    fc.property(placesOf(level), placesOf(level), within, (one, other, [from, below]) => {
      const listed = (places: ReturnType<typeof decoded>) => [...piecesOf(places, { from, below }, 'up')].flat()
      const inRange = (place: number) => place >= from && place < below
      const both = ascending(one.filter((place) => other.includes(place) && inRange(place)))
      assert.deepEqual(listed(intersection(decoded(one), decoded(other))), both)
      const either = ascending([...new Set([...one, ...other])].filter(inRange))
      assert.deepEqual(listed(union([decoded(one), decoded(other)], level.unitSize)), either)
    }),
    { numRuns: 60 },
  )
})

test('a hash on disk stays what it was', () => {
  assert.deepEqual(
    [
      hashOfTerm('patient', 'p-1'),
      hashOfTerm('person', 'p-1'),
      hashOfTerm('kind', 'permit'),
      hashOfTerm('department', '心内科'),
    ],
    [3700985515, 2622606867, 867540230, 1134007540],
  )
})

test('a block that was cut short in the database is read to its end, not for ever', () => {
  const places = Array.from({ length: 40 }, (_, at) => 300 * at)
  const [block] = encodeBlocks(Float64Array.from(places.map((place) => pairOf(7, place))), segmentLevel)
  for (let size = 0; size < block!.terms.length; size++) {
    readTerms(block!.terms.subarray(0, size), (_, encoded) => {
      assert.ok([...piecesOf(decodePlaces(encoded, segmentLevel), { from: 0, below: segmentLevel.unitSize }, 'up')])
    })
  }
})
