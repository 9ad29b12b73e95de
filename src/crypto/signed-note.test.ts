import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseCheckpoint } from './checkpoint.ts'
import { emptyFrontier, leafHash } from './merkle.ts'
import { noteSigner, openNote, parseVerifierKey, signNote } from './signed-note.ts'
import { international } from './suite.ts'

const folder = join(import.meta.dirname, '../../../shared/data/tlog/tessera-log')
const absent = existsSync(folder) ? false : `no log at ${folder}`
// The key of tessera's testdata/log.
const tessera = parseVerifierKey('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx')

test('the published log of tessera: 16 checkpoints verify, and the roots are those of its entries', {
  skip: absent,
}, () => {
  const bundle = readFileSync(join(folder, 'tile/entries/000.p/15'))
  const tree = emptyFrontier()
  for (let size = 0, at = 0; size <= 15; size++) {
    const { text, verifiedBy } = openNote(readFileSync(join(folder, `checkpoint.${size}`), 'utf8'), [tessera])
    const checkpoint = parseCheckpoint(text)
    assert.deepEqual(verifiedBy, ['example.com/log/testdata'])
    assert.equal(checkpoint.origin, 'example.com/log/testdata')
    assert.equal(checkpoint.size, size)
    assert.deepEqual(checkpoint.root, tree.root())
    if (size === 15) break
    const end = at + 2 + bundle.readUInt16BE(at)
    tree.append(leafHash(bundle.subarray(at + 2, end)))
    at = end
  }
})

test('the verifier key of the C2SP signed-note text parses, and its id is checked', () => {
  const key = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
  assert.equal(parseVerifierKey(key).keyId, 0x530d903a)
  assert.throws(() => parseVerifierKey(key.replace('530d903a', '530d903b')), { code: 'malformed' })
  assert.throws(() => parseVerifierKey(key.replace('foo', 'bar')), { code: 'malformed' })
})

const signer = noteSigner('chartward.local/hospital', international.generatePrivateKey())
const other = noteSigner('witness.example', international.generatePrivateKey())
const verifier = parseVerifierKey(signer.verifierKey)
const text = '守历\nsecond line\n\nafter an empty line\n'

test('what is signed opens again, whatever unknown keys have added', async () => {
  const note = await signNote(text, [other, signer])
  assert.deepEqual(openNote(note, [verifier]), { text, verifiedBy: [signer.name], unknownSignatures: 1 })
})

test('a changed text, a wrong signature and a missing one are not verified', async () => {
  const note = await signNote(text, [signer])
  const signedByOther = await signNote(text, [other])
  assert.throws(() => openNote(note.replace('second', 'sec0nd'), [verifier]), { code: 'not-verified' })
  assert.throws(() => openNote(note, [parseVerifierKey(other.verifierKey)]), { code: 'not-verified' })
  assert.throws(() => openNote(signedByOther, [verifier]), { code: 'not-verified' })
  const forged = `${note.slice(0, note.lastIndexOf(' ') + 1)}${Buffer.alloc(68).toString('base64')}\n`
  assert.throws(() => openNote(forged, [verifier]), { code: 'not-verified' })
  // A known key whose signature is wrong spoils the note, even under another good signature.
  const id = Buffer.alloc(68)
  id.writeUInt32BE(signer.keyId)
  const spoiled = `${note}— ${signer.name} ${id.toString('base64')}\n`
  assert.throws(() => openNote(spoiled, [verifier]), { code: 'not-verified' })
})

test('notes that break the format are malformed', async () => {
  const note = await signNote('a\n', [signer])
  const line = note.slice(note.indexOf('—'))
  for (const broken of [
    '',
    'a\n',
    'a\n\n',
    note.slice(0, -1),
    `a${line}`,
    `a\tb\n\n${line}`,
    `a\u0000\n\n${line}`,
    `a\ud800\n\n${line}`,
    `a\n\n${line.replace('—', '-')}`,
    `a\n\n${line.replace(' ', '  ')}`,
    `a\n\n${line.replace(signer.name, 'a+b')}`,
    `a\n\n— ${signer.name} AAAA\n`,
    `a\n\n— ${signer.name} !!!!!!!!\n`,
    `a\n\n${line.repeat(101)}`,
  ]) {
    assert.throws(() => openNote(broken, [verifier]), { code: 'malformed' }, JSON.stringify(broken))
  }
  await assert.rejects(signNote('no newline', [signer]), { code: 'malformed' })
  assert.throws(() => noteSigner('two words', international.generatePrivateKey()), { code: 'malformed' })
})
