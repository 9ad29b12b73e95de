import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sha256, sm3 } from './digest.ts'
import { ecdsaP256 } from './ecdsa-p256.ts'
import { noteSigner, openNote, parseVerifierKey, signNote } from './signed-note.ts'
import { guomi, international, suites } from './suite.ts'

const oscca = fileURLToPath(new URL('../../../shared/data/gm-crypto/sm3-oscca.txt', import.meta.url))
const openssl = fileURLToPath(new URL('../../../shared/data/gm-crypto/evpmd_sm3.txt', import.meta.url))
const without = existsSync(oscca) ? false : 'the vectors of ../shared/data/gm-crypto are not here'

test('SM3 has the values that OSCCA and OpenSSL publish', { skip: without }, () => {
  const ofOscca = [...readFileSync(oscca, 'utf8').matchAll(/Len = (\d+)\nMsg = ([0-9a-f]+)\nMD = ([0-9a-f]+)/g)]
  assert.ok(ofOscca.length >= 6)
  for (const [, bits, message, digest] of ofOscca) {
    assert.equal(sm3(Buffer.from(message!, 'hex').subarray(0, Number(bits) / 8)).toString('hex'), digest)
  }
  const ofOpenssl = [...readFileSync(openssl, 'utf8').matchAll(/Input = ([0-9A-F]+)\nOutput = ([0-9A-Fa-f]+)/g)]
  assert.ok(ofOpenssl.length >= 4)
  for (const [, message, digest] of ofOpenssl) {
    assert.equal(sm3(Buffer.from(message!, 'hex')).toString('hex'), digest!.toLowerCase())
  }
})

test('each suite hashes with its own digest', () => {
  assert.deepEqual(international.digest('守历'), sha256('守历'))
  assert.deepEqual(guomi.digest('守历'), sm3('守历'))
  for (const { hashing, digest } of Object.values(suites)) {
    assert.deepEqual(hashing.emptyRoot, digest(''))
    assert.deepEqual(hashing.leaf('守历'), digest('\0守历'))
    assert.deepEqual(hashing.leaf(Buffer.from('守历')), digest('\0守历'))
    const [left, right] = [digest('left'), digest('right')]
    assert.deepEqual(hashing.node(left, right), digest(Buffer.concat([Buffer.from([1]), left, right])))
  }
})

const text = 'chartward.local/hospital/sm3\n7\nabc\n'

for (const scheme of [international, guomi, ecdsaP256]) {
  test(`a note under ${scheme.algorithm} opens with its verifier key and with no other`, async () => {
    const signer = noteSigner('chartward.local/hospital', scheme.generatePrivateKey(), scheme)
    const stranger = noteSigner('chartward.local/hospital', scheme.generatePrivateKey(), scheme)
    const note = await signNote(text, [signer])
    const verifier = parseVerifierKey(signer.verifierKey)
    assert.equal(openNote(note, [verifier]).text, text)
    assert.throws(() => openNote(note, [parseVerifierKey(stranger.verifierKey)]), { code: 'not-verified' })
    assert.throws(() => openNote(note.replace('\n7\n', '\n8\n'), [verifier]), { code: 'not-verified' })
    for (const signature of [
      Buffer.alloc(0),
      Buffer.alloc(64),
      Buffer.alloc(71, 0x30),
      Buffer.from('3006020101020101', 'hex'),
    ]) {
      assert.ok(!verifier.verify(text, signature))
    }
  })

  test(`a broken verifier key of ${scheme.algorithm} is malformed`, () => {
    const { verifierKey } = noteSigner('a.example', scheme.generatePrivateKey(), scheme)
    const [name, id, key] = verifierKey.split('+', 2).concat(verifierKey.split('+').slice(2).join('+')) as [
      string,
      string,
      string,
    ]
    const bytes = Buffer.from(key, 'base64')
    const flipped = Buffer.from(bytes)
    flipped[bytes.length - 1]! ^= 1
    for (const broken of [
      `${name}+${id}+${bytes.subarray(0, -1).toString('base64')}`,
      `${name}+${id}+${Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64')}`,
      `${name}+${id}+${flipped.toString('base64')}`,
      `${name}+00000000+${key}`,
      `${name}+${id}+${Buffer.concat([Buffer.from([0x03]), bytes.subarray(1)]).toString('base64')}`,
      `${name}+${id}+`,
    ]) {
      assert.throws(() => parseVerifierKey(broken), { code: 'malformed' }, broken)
    }
  })
}

test('no scheme takes the key of another', () => {
  const schemes = [international, ecdsaP256, guomi]
  for (const scheme of schemes) {
    for (const other of schemes.filter((each) => each !== scheme)) {
      const key = other.generatePrivateKey()
      assert.throws(() => scheme.publicKeyBytes(key), { code: 'malformed' })
      assert.throws(() => scheme.publicKeyFrom(other.publicKeyBytes(key)), { code: 'malformed' })
      const pem = key.export({ type: 'pkcs8', format: 'pem' }) as string
      assert.throws(() => scheme.privateKeyFrom(pem), { code: 'malformed' })
    }
  }
})

test('an Ed25519 and an SM2 signature stand under one note, and either opens it', async () => {
  const signers = [international, guomi].map((suite) =>
    noteSigner('chartward.local/hospital', suite.generatePrivateKey(), suite),
  )
  const note = await signNote(text, signers)
  for (const { verifierKey } of signers) {
    assert.equal(openNote(note, [parseVerifierKey(verifierKey)]).unknownSignatures, 1)
  }
  assert.equal(
    openNote(
      note,
      signers.map(({ verifierKey }) => parseVerifierKey(verifierKey)),
    ).unknownSignatures,
    0,
  )
})

test('the example of docs/formats/ledger.md is what it says', () => {
  const page = readFileSync(new URL('../../docs/formats/ledger.md', import.meta.url), 'utf8')
  const [, verifierKey, checkpoint] = /```\n(\S+\/sm3\+\S+)\n```\n\n```\n([\s\S]+?\n)```/.exec(page)!
  const leaf = guomi.hashing.leaf('abc')
  const note = openNote(checkpoint!, [parseVerifierKey(verifierKey!)])
  assert.equal(note.text, `chartward.local/ledger/sm3\n1\n${leaf.toString('base64')}\n`)

  // GB/T 32918.5-2017 appendix A.2: private scalar and public point, in the PKCS #8 that every tool reads.
  const scalar = '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8'
  const point =
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13'
  const head = '308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420'
  const der = Buffer.from(`${head}${scalar}a144034200${point}`, 'hex').toString('base64')
  const key = guomi.privateKeyFrom(`-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`)
  assert.equal(noteSigner('chartward.local/ledger/sm3', key, guomi).verifierKey, verifierKey)
  const type = 'ff06082a811ccf55018375'
  assert.equal(Buffer.from(verifierKey!.split('+').slice(2).join('+'), 'base64').toString('hex'), type + point)
})
