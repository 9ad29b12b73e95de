import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTlogProof, writeTlogProof } from './index.ts'

const checkpoint = 'example.com/log\n2\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— example.com/log AAAAAAA=\n'
const path = [Buffer.alloc(32, 7), Buffer.alloc(32, 9)]

test('a proof is read as it was written', () => {
  const text = writeTlogProof({ index: 1, path, checkpoint })
  assert.equal(text.split('\n')[1], 'index 1')
  assert.deepEqual(parseTlogProof(text), { index: 1, path, checkpoint })
  const more = { index: 0, path: [], checkpoint, extra: Buffer.from('hint') }
  assert.deepEqual(parseTlogProof(writeTlogProof(more)), more)
})

const written = writeTlogProof({ index: 1, path, checkpoint })
const malformed: readonly (readonly [string, string])[] = [
  ['another version', written.replace('@v1', '@v2')],
  ['no index', written.replace('index 1\n', '')],
  ['an index with a leading zero', written.replace('index 1', 'index 01')],
  ['an index beyond 2^53', written.replace('index 1', 'index 9007199254740993')],
  ['a hash of 31 bytes', written.replace(path[0]!.toString('base64'), Buffer.alloc(31).toString('base64'))],
  ['base64 in another spelling', written.replace('Bwc=', 'Bwd=')],
  ['no checkpoint', written.slice(0, written.indexOf('\n\n'))],
  ['an end without newline', written.trimEnd()],
]
for (const [what, text] of malformed) {
  test(`a proof with ${what} is refused`, () => {
    assert.notEqual(text, written)
    assert.throws(() => parseTlogProof(text), { code: 'not-a-proof' })
  })
}
