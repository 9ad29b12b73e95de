import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { decodeSignature, encodeSignature } from './signature-der.ts'
import { sm2 } from './sm2.ts'
import {
  defaultDistinguishingId,
  isSm2PublicKey,
  scalarBytes,
  sm2PublicKey,
  sm2Sign,
  sm2Verify,
  sm2Z,
} from './sm2-curve.ts'

const vectors = fileURLToPath(new URL('../../../shared/data/gm-crypto/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'chartward-sm2-'))
after(() => rmSync(folder, { recursive: true, force: true }))

// The example of GB/T 32918.5-2017 appendix A.2: signature under the default id.
const example = {
  message: Buffer.from('message digest'),
  privateKey: Buffer.from('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8', 'hex'),
  publicKey: Buffer.from(
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
    'hex',
  ),
  z: 'b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3',
  k: 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n,
  r: 0xf5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3n,
  s: 0xb1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aan,
}
const order = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n

test('the example of GB/T 32918.5 comes out as printed', () => {
  const { message, privateKey, publicKey, r, s } = example
  assert.deepEqual(sm2PublicKey(privateKey), publicKey)
  assert.equal(sm2Z(publicKey, defaultDistinguishingId).toString('hex'), example.z)
  assert.deepEqual(
    sm2Sign(message, privateKey, defaultDistinguishingId, () => example.k),
    { r, s },
  )
  assert.ok(sm2Verify(message, publicKey, { r, s }))
})

test('the id, the message and each number of the signature count', () => {
  const { message, publicKey, r, s } = example
  assert.ok(!sm2Verify(message, publicKey, { r, s }, ''))
  assert.ok(!sm2Verify(message, publicKey, { r, s }, 'ALICE123@YAHOO.COM'))
  assert.ok(!sm2Verify(Buffer.from('message digesT'), publicKey, { r, s }))
  for (const wrong of [
    { r: r + 1n, s },
    { r, s: s + 1n },
    { r: 0n, s },
    { r, s: 0n },
    { r: s, s: r },
  ]) {
    assert.ok(!sm2Verify(message, publicKey, wrong))
  }
  // Out of range is refused even where it is the same number modulo n; r + s = n has no point to look at.
  for (const wrong of [
    { r: r + order, s },
    { r, s: s + order },
    { r: -r, s },
    { r, s: order - r },
  ]) {
    assert.ok(!sm2Verify(message, publicKey, wrong))
  }
})

test('what is not a point of the curve is no public key', () => {
  const { publicKey } = example
  const off = Buffer.from(publicKey)
  off[64] = off[64]! ^ 1
  const compressed = Buffer.concat([Buffer.from([0x03]), publicKey.subarray(1, 33)])
  for (const bytes of [
    off,
    compressed,
    publicKey.subarray(1),
    Buffer.alloc(65),
    Buffer.alloc(65, 0xff),
    Buffer.alloc(0),
  ]) {
    assert.ok(!isSm2PublicKey(bytes))
    assert.ok(!sm2Verify(example.message, bytes, example))
    assert.throws(() => sm2.publicKeyFrom(bytes), { code: 'malformed' })
  }
})

test('scalars that the standard leaves out are no private keys', () => {
  for (const d of [0n, order - 1n, order, order + 5n]) assert.throws(() => sm2PublicKey(scalarBytes(d)), RangeError)
  assert.throws(() => sm2PublicKey(Buffer.alloc(31, 1)), RangeError)
})

test('what is signed verifies, and one bit more or less does not', () => {
  const key = sm2.generatePrivateKey()
  const publicKey = sm2.publicKeyFrom(sm2.publicKeyBytes(key))
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (message, at) => {
      const signature = sm2.sign(message, key)
      assert.ok(sm2.verify(message, publicKey, signature))
      signature[at % signature.length]! ^= 1 << (at % 8)
      assert.ok(!sm2.verify(message, publicKey, signature))
    }),
    { numRuns: 30 },
  )
})

test('a key survives its PEM, and other keys are refused', () => {
  const key = sm2.generatePrivateKey()
  const again = sm2.privateKeyFrom(key.export({ type: 'pkcs8', format: 'pem' }) as string)
  assert.deepEqual(sm2.publicKeyBytes(again), sm2.publicKeyBytes(key))
  for (const other of [generateKeyPairSync('ec', { namedCurve: 'prime256v1' }), generateKeyPairSync('ed25519')]) {
    const pem = other.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    assert.throws(() => sm2.privateKeyFrom(pem), { code: 'malformed' })
    assert.throws(() => sm2.publicKeyBytes(other.publicKey), { code: 'malformed' })
  }
  assert.throws(() => sm2.privateKeyFrom('no key'), { code: 'malformed' })
})

test('what Node calls a signature with such a key is not one: ECDSA, or SM2 under an empty id', () => {
  const key = sm2.generatePrivateKey()
  const imported = sm2.privateKeyFrom(key.export({ type: 'pkcs8', format: 'pem' }) as string)
  for (const each of [key, imported]) {
    assert.ok(!sm2.verify(example.message, key, sign('sm3', example.message, each)))
  }
  const empty = decodeSignature(sign('sm3', example.message, imported))!
  assert.ok(sm2Verify(example.message, sm2.publicKeyBytes(key), empty, ''))
})

const without = existsSync(vectors) ? false : 'the vectors of ../shared/data/gm-crypto are not here'

test('certificates that OpenSSL signed under the default id verify', { skip: without }, () => {
  const issuer = new X509Certificate(readFileSync(join(vectors, 'sm2-root.crt')))
  const issuerKey = sm2.publicKeyFrom(sm2.publicKeyBytes(issuer.publicKey))
  for (const name of ['sm2-root.crt', 'sm2.pem']) {
    const [toBeSigned, , signature] = elementsOf(new X509Certificate(readFileSync(join(vectors, name))).raw)
    // A BIT STRING begins with the number of its unused bits.
    const bits = signature!.subarray(2 + 1)
    assert.ok(sm2.verify(toBeSigned!, issuerKey, bits), name)
    assert.ok(!sm2.verify(toBeSigned!.subarray(1), issuerKey, bits), name)
  }
})

/** The elements of one outer SEQUENCE, each with its header. */
function elementsOf(der: Buffer): Buffer[] {
  const sizeAt = (at: number): readonly [head: number, length: number] => {
    const first = der[at + 1]!
    return first < 0x80 ? [2, first] : [2 + (first - 0x80), der.readUIntBE(at + 2, first - 0x80)]
  }
  const elements: Buffer[] = []
  for (let at = sizeAt(0)[0]; at < der.length; ) {
    const [head, length] = sizeAt(at)
    elements.push(der.subarray(at, at + head + length))
    at += head + length
  }
  return elements
}

const openssl = spawnSync('openssl', ['list', '-signature-algorithms'], { encoding: 'utf8' })
const withoutOpenssl = /SM2/i.test(openssl.stdout ?? '') ? false : 'there is no openssl with SM2 here'
const options = ['-rawin', '-digest', 'sm3', '-pkeyopt', `distid:${defaultDistinguishingId}`]

test('OpenSSL verifies what we sign, and we verify what OpenSSL signs', { skip: withoutOpenssl }, () => {
  const at = (name: string) => join(folder, name)
  execFileSync('openssl', ['genpkey', '-algorithm', 'SM2', '-out', at('theirs.pem')])
  const ours = sm2.generatePrivateKey()
  writeFileSync(at('ours.pem'), ours.export({ type: 'pkcs8', format: 'pem' }))
  for (const name of ['theirs.pem', 'ours.pem']) {
    const key = sm2.privateKeyFrom(readFileSync(at(name), 'utf8'))
    for (const length of [0, 1, 31, 1000]) {
      const message = Buffer.alloc(length, '守')
      writeFileSync(at('message'), message)
      execFileSync('openssl', [
        'pkeyutl',
        '-sign',
        '-inkey',
        at(name),
        '-in',
        at('message'),
        '-out',
        at('signature'),
        ...options,
      ])
      assert.ok(sm2.verify(message, key, readFileSync(at('signature'))), `${name}, ${length} bytes, theirs`)
      writeFileSync(at('signature'), sm2.sign(message, key))
      const answer = execFileSync(
        'openssl',
        ['pkeyutl', '-verify', '-inkey', at(name), '-in', at('message'), '-sigfile', at('signature'), ...options],
        { encoding: 'utf8' },
      )
      assert.match(answer, /Verified Successfully/, `${name}, ${length} bytes, ours`)
    }
  }
})

test('a signature has one encoding', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: order }), fc.bigInt({ min: 1n, max: order }), (r, s) => {
      assert.deepEqual(decodeSignature(encodeSignature({ r, s })), { r, s })
    }),
  )
  const good = encodeSignature({ r: 0x80n, s: 5n })
  assert.equal(good.toString('hex'), '3007020200800201' + '05')
  for (const hex of [
    '',
    '30',
    '3006020101020105ff',
    '300702020080020105ff',
    '3108020200800201' + '05',
    '30810702020080020105',
    '3007020200010201' + '05',
    '3006020180020105',
    '3004020002' + '00',
    '3006030101020105',
    '3006020105020205',
  ]) {
    assert.equal(decodeSignature(Buffer.from(hex, 'hex')), undefined, hex)
  }
})
