import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cosigner, parseCosignatureKey, readCosignatures, withCosignatures } from './cosignature.ts'
import { noteSigner, openNote, parseVerifierKey, signNote, splitNote } from './signed-note.ts'
import { international } from './suite.ts'

// A checkpoint of a public log as its witness cosigned it in 2026, with the witness's published key
// (recorded in florolf/tlog-scales, checkpoint tests).
const recorded = {
  text: [
    'coachandhorses2026h1.staging.certificate.transparency.goog',
    '185550722',
    'YXAM0VmnrfvLaBCOOYSJhCaE5F10oGBOo+hkbDa1kng=',
    '',
  ].join('\n'),
  line: '— witness.navigli.sunlight.geomys.org o+AP4gAAAABqb7DzNrGFRJnQ9vrJ8xpnwZytnr/ZYczDIsvwvouiSjwOjn7a72ccxBk+lKnZ7dKqkYKER1s/KxLTaVwQD7lJZTC/CQ==',
  witness: 'witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G',
}

test('the recorded cosignature of a public witness verifies, and at no other size', () => {
  const witness = parseCosignatureKey(recorded.witness)
  const [found, ...rest] = readCosignatures(recorded.text, [recorded.line], [witness])
  assert.equal(rest.length, 0)
  assert.equal(found!.timeSeconds, 0x6a6fb0f3)
  const other = recorded.text.replace('185550722', '185550721')
  assert.throws(() => readCosignatures(other, [recorded.line], [witness]), { code: 'not-verified' })
})

const logKey = international.generatePrivateKey()
const witnessKey = international.generatePrivateKey()
const log = noteSigner('chartward.local/ledger', logKey)
const witness = cosigner('witness.example/w1', witnessKey)
const verifier = parseCosignatureKey(witness.verifierKey)
const text = `chartward.local/ledger\n7\n${Buffer.alloc(32, 7).toString('base64')}\n`

test('what is cosigned reads back with its time, and the note stays one for those who know the log only', async () => {
  const note = await signNote(text, [log])
  const line = witness.cosign(text, 1_800_000_000)
  assert.ok(line.startsWith('— witness.example/w1 ') && line.endsWith('\n'))
  const cosigned = withCosignatures(note, [line.trimEnd()])
  assert.equal(withCosignatures(cosigned, [line.trimEnd()]), cosigned)
  const [found] = readCosignatures(text, splitNote(cosigned).lines, [verifier])
  assert.deepEqual(
    { ...found },
    { name: witness.name, keyId: witness.keyId, timeSeconds: 1_800_000_000, line: line.trimEnd() },
  )
  assert.equal(openNote(cosigned, [parseVerifierKey(log.verifierKey)]).unknownSignatures, 1)
})

test('of several cosignatures by one witness the earliest counts', () => {
  const lines = [5, 3, 9].map((time) => witness.cosign(text, time).trimEnd())
  assert.deepEqual(
    readCosignatures(text, lines, [verifier]).map((each) => each.timeSeconds),
    [3],
  )
})

test('another time, another text, another key and a cut signature do not verify', () => {
  const line = witness.cosign(text, 1_800_000_000).trimEnd()
  const bytes = Buffer.from(line.split(' ')[2]!, 'base64')
  const respelled = (change: (signature: Buffer) => Buffer) =>
    `— ${witness.name} ${change(Buffer.from(bytes)).toString('base64')}`
  const wrong = [
    respelled((signature) => {
      signature.writeBigUInt64BE(1_800_000_001n, 4)
      return signature
    }),
    respelled((signature) => signature.subarray(0, -1)),
    respelled((signature) => {
      signature.writeBigUInt64BE(2n ** 63n, 4)
      return signature
    }),
    respelled((signature) => {
      signature[40]! ^= 1
      return signature
    }),
  ]
  for (const each of wrong) assert.throws(() => readCosignatures(text, [each], [verifier]), { code: 'not-verified' })
  assert.throws(() => readCosignatures(text.replace('7', '8'), [line], [verifier]), { code: 'not-verified' })
  const stranger = cosigner(witness.name, international.generatePrivateKey())
  assert.deepEqual(readCosignatures(text, [stranger.cosign(text, 1).trimEnd()], [verifier]), [])
})

test('a log key is no witness key: types are kept apart, and ids are checked', () => {
  assert.throws(() => parseCosignatureKey(noteSigner(witness.name, witnessKey).verifierKey), { code: 'malformed' })
  assert.throws(() => parseVerifierKey(witness.verifierKey), { code: 'malformed' })
  assert.throws(() => parseCosignatureKey(witness.verifierKey.replace('w1', 'w2')), { code: 'malformed' })
  assert.throws(() => parseCosignatureKey('witness.example/w1'), { code: 'malformed' })
  assert.throws(() => cosigner('two words', witnessKey), { code: 'malformed' })
})
