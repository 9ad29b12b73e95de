import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { editScript } from './sequence.ts'

const join = (edits: ReturnType<typeof editScript<string>>, kinds: readonly string[]) =>
  edits
    .filter((edit) => kinds.includes(edit.kind))
    .map((edit) => edit.item)
    .join('')

/** Length of the longest common subsequence by the textbook table: the oracle. */
function commonLength(a: string, b: string): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const left of a) {
    const next = [0]
    for (let j = 1; j <= b.length; j += 1)
      next.push(left === b[j - 1] ? row[j - 1]! + 1 : Math.max(row[j]!, next[j - 1]!))
    row = next
  }
  return row[b.length]!
}

test('the example of the paper: ABCABBA to CBABAC takes five edits', () => {
  const edits = editScript([...'ABCABBA'], [...'CBABAC'])
  assert.equal(edits.filter((edit) => edit.kind !== 'same').length, 5)
  assert.equal(join(edits, ['same', 'removed']), 'ABCABBA')
  assert.equal(join(edits, ['same', 'added']), 'CBABAC')
})

test('every script rebuilds both sides and is as short as possible', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 40 })
  fc.assert(
    fc.property(letters, letters, (before, after) => {
      const edits = editScript([...before], [...after])
      assert.equal(join(edits, ['same', 'removed']), before)
      assert.equal(join(edits, ['same', 'added']), after)
      assert.equal(edits.filter((edit) => edit.kind === 'same').length, commonLength(before, after))
    }),
    { numRuns: 500 },
  )
})

test('texts with nothing in common beyond the limit are told as replaced', () => {
  const before = Array.from({ length: 3000 }, (_, index) => `a${index}`)
  const after = Array.from({ length: 3000 }, (_, index) => `b${index}`)
  const edits = editScript(before, after)
  assert.deepEqual(
    edits.map((edit) => edit.item),
    [...before, ...after],
  )
})
