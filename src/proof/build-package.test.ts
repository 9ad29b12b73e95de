import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leafHash, parseCheckpoint, sha256Hex, splitNote, verifyConsistency, verifyInclusion } from '../crypto/index.ts'
import { answerOf, buildPackage, type ExportPackage, parsePackage } from './index.ts'
import { growLog } from './test-log.ts'

const log = await growLog(Array.from({ length: 700 }, (_, i) => `{"n":${i}}`))
const rootOf = (note: string) => parseCheckpoint(splitNote(note).text)
const hashesAt = (made: ExportPackage, path: readonly number[] = []) =>
  path.map((place) => Buffer.from(made.hashes[place]!, 'base64'))

test('every entry of a package can be opened alone against its checkpoint', async () => {
  const note = await log.note(700)
  const made = await buildPackage({
    trees: [{ suite: 'international', note, tile: log.tile }],
    entries: [{ sequence: 0, body: log.bodies[0]! }, { sequence: 255 }, { sequence: 699, body: log.bodies[699]! }],
  })
  const { size, root } = rootOf(note)
  for (const entry of parsePackage(JSON.stringify(made)).entries) {
    const leaf = 'body' in entry ? leafHash(entry.body) : Buffer.from(entry.leafHashes.international ?? '', 'base64')
    const proof = hashesAt(made, entry.paths.international)
    assert.equal(verifyInclusion({ index: entry.sequence, size, leaf, proof, root }), true, String(entry.sequence))
  }
})

test('an earlier checkpoint stands in a package with its path to the later one', async () => {
  const made = await buildPackage({
    trees: [{ suite: 'international', note: await log.note(700), tile: log.tile }],
    anchors: [{ suite: 'international', note: await log.note(300), timestamps: [Buffer.from('token')] }],
    entries: [],
  })
  const [anchor] = made.anchors
  const [older, newer] = [rootOf(anchor!.note), rootOf(made.trees[0]!.note)]
  const proof = hashesAt(made, anchor!.consistency)
  assert.equal(anchor!.timestamps[0], Buffer.from('token').toString('base64'))
  assert.equal(
    verifyConsistency({ oldSize: older.size, size: newer.size, oldRoot: older.root, root: newer.root, proof }),
    true,
  )
})

test('an entry that no checkpoint covers cannot be packed', async () => {
  const trees = [{ suite: 'international', note: await log.note(300), tile: log.tile }] as const
  await assert.rejects(buildPackage({ trees, entries: [{ sequence: 300 }] }), { code: 'not-covered' })
})

test('a package cannot be made from tiles with a hole', async () => {
  const trees = [{ suite: 'international', note: await log.note(700), tile: async () => undefined }] as const
  await assert.rejects(buildPackage({ trees, entries: [{ sequence: 1 }] }), { code: 'not-covered' })
})

test('an answer commits to its entries, their order and their number', () => {
  const answer = answerOf(['{"a":1}', '{"b":2}'], 9)
  assert.deepEqual(answer, {
    completeAsOf: 9,
    count: 2,
    leaves: sha256Hex(Buffer.concat([leafHash('{"a":1}'), leafHash('{"b":2}')])),
  })
  assert.notEqual(answerOf(['{"b":2}', '{"a":1}'], 9).leaves, answer.leaves)
})

for (const text of ['', '{}', '[]', '{"format":"chartward-export/2"}']) {
  test(`${JSON.stringify(text)} is no package`, () => {
    assert.throws(() => parsePackage(text), { code: 'not-a-package' })
  })
}
