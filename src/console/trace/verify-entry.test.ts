import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { verifyEntry } from './verify-entry.ts'

/** A tree of five leaves, computed the long way (RFC 6962 §2.1), and the path of its third. */
const entries = ['{"a":1}', '{"b":2}', '{"c":"查阅"}', '{"d":4}', '{"e":5}']
const leaves = entries.map((entry) => hash(0, Buffer.from(entry)))
const [a, b, c, d, e] = leaves as [Buffer, Buffer, Buffer, Buffer, Buffer]
const root = hash(1, hash(1, hash(1, a, b), hash(1, c, d)), e)
const path = [d, hash(1, a, b), e].map(hex)
const checkpoint = `hospital.example/ledger\n5\n${root.toString('base64')}\n\n— hospital.example/ledger AAAA\n`
const proof = {
  use: { sequence: 2 },
  entry: entries[2] ?? '',
  leafHash: hex(c),
  proof: { treeSize: 5, rootHash: hex(root), path, checkpoint },
}

test('an entry under the checkpoint is found to stand there', async () => {
  assert.equal(await verifyEntry(proof), 'holds')
})

test('an entry that no checkpoint covers yet waits', async () => {
  assert.equal(await verifyEntry({ ...proof, proof: undefined }), 'waiting')
})

test('whatever is altered breaks the proof', async () => {
  const inner = proof.proof
  for (const altered of [
    { ...proof, entry: '{"c":"查询"}' },
    { ...proof, use: { sequence: 3 } },
    { ...proof, use: { sequence: 5 } },
    { ...proof, proof: { ...inner, path: path.slice(1) } },
    { ...proof, proof: { ...inner, path: [...path, path[0] ?? ''] } },
    { ...proof, proof: { ...inner, rootHash: hex(e) } },
    { ...proof, proof: { ...inner, treeSize: 6 } },
    { ...proof, proof: { ...inner, checkpoint: checkpoint.replace('\n5\n', '\n6\n') } },
  ]) {
    assert.equal(await verifyEntry(altered), 'broken')
  }
})

function hash(prefix: number, ...parts: readonly Buffer[]): Buffer {
  return createHash('sha256')
    .update(Buffer.concat([Buffer.from([prefix]), ...parts]))
    .digest()
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex')
}
