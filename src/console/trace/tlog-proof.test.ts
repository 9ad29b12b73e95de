import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTlogProof } from '../../proof/index.ts'
import { tlogProofOf } from './tlog-proof.ts'

test('the file that the browser makes is read by the verifier as it was meant', () => {
  const path = ['11'.repeat(32), 'fe'.repeat(32)]
  const checkpoint =
    'hospital.example/ledger\n3\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n— hospital.example/ledger M9e0lg==\n'
  const text = tlogProofOf({ use: { sequence: 2 }, proof: { treeSize: 3, rootHash: '00', path, checkpoint } })
  const read = parseTlogProof(text)
  assert.deepEqual(
    read.path.map((hash) => hash.toString('hex')),
    path,
  )
  assert.deepEqual([read.index, read.checkpoint], [2, checkpoint])
})

test('an entry without a proof makes no file', () => {
  assert.equal(tlogProofOf({ use: { sequence: 2 } }), '')
})
