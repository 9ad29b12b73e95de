import assert from 'node:assert/strict'
import { hash, randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { readPemCertificates } from './certificate-path.ts'
import { readSignedData } from './signed-data.ts'
import { makeSm2Authority } from './test-sm2-authority.ts'
import { makeTestAuthority, noAuthority, type TestAuthority } from './test-timestamp-authority.ts'
import { type ImprintAlgorithm, timestampRequest, tokenOfResponse, verifyTimestamp } from './timestamp.ts'

let made: TestAuthority | undefined
const authority = () => (made ??= makeTestAuthority('Provincial'))
after(() => made?.remove())
const roots = () => readPemCertificates(authority().rootPem)
const digest = hash('sha256', 'a checkpoint', 'buffer')
const skip = noAuthority

async function stamp(question: Partial<Parameters<typeof timestampRequest>[0]> = {}) {
  const nonce = BigInt(`0x${randomBytes(8).toString('hex')}`)
  const request = timestampRequest({ algorithm: 'sha256', digest, nonce, ...question })
  return { nonce, token: tokenOfResponse(await authority().answer(request)) }
}
const expectation = (nonce?: bigint) => ({
  algorithm: 'sha256' as const,
  digest,
  roots: roots(),
  atMs: Date.now(),
  ...(nonce !== undefined && { nonce }),
})

test('a stamp of an authority that OpenSSL plays verifies, with time, policy and names', { skip }, async () => {
  const before = Math.floor(Date.now() / 1000) * 1000
  const { nonce, token } = await stamp()
  const verdict = verifyTimestamp(token, { ...expectation(nonce), policies: ['1.2.3.4.1'] })
  assert.ok(verdict.outcome === 'valid')
  assert.ok(verdict.timestamp.timeMs >= before && verdict.timestamp.timeMs <= Date.now())
  assert.equal(verdict.timestamp.accuracyMs, 1500)
  assert.equal(verdict.timestamp.authority, 'O=Provincial, CN=tsa')
  assert.equal(verdict.timestamp.root, 'O=Provincial, CN=Provincial root')
})

test('imprints of every algorithm we ask for are stamped, SM3 among them', { skip }, async () => {
  for (const algorithm of ['sha256', 'sha384', 'sha512', 'sm3'] satisfies ImprintAlgorithm[]) {
    const other = hash(algorithm, 'a checkpoint', 'buffer')
    const { nonce, token } = await stamp({ algorithm, digest: other, policy: '1.2.3.4.5' })
    const verdict = verifyTimestamp(token, { ...expectation(nonce), algorithm, digest: other })
    assert.equal(verdict.outcome === 'valid' && verdict.timestamp.policy, '1.2.3.4.5', algorithm)
  }
})

test('what a stamp does not say is refused', { skip }, async () => {
  const { nonce, token } = await stamp()
  const stranger = makeTestAuthority('Provincial')
  const ours = expectation(nonce)
  const year = 366 * 24 * 3_600_000
  const cases = {
    'wrong-imprint': { ...ours, digest: hash('sha256', 'another', 'buffer') },
    'wrong-nonce': { ...ours, nonce: nonce + 1n },
    'wrong-policy': { ...ours, policies: ['1.2.3.4.5'] },
    'untrusted-authority': { ...ours, roots: readPemCertificates(stranger.rootPem) },
    'certificate-not-valid': { ...ours, atMs: Date.now() + 11 * year },
    'from-the-future': { ...ours, atMs: Date.now() - year },
  }
  stranger.remove()
  for (const [problem, expected] of Object.entries(cases)) {
    assert.deepEqual(verifyTimestamp(token, expected), { outcome: 'refused', problem })
  }
  assert.deepEqual(verifyTimestamp(token, { ...ours, algorithm: 'sm3' }), {
    outcome: 'refused',
    problem: 'wrong-imprint',
  })
  assert.deepEqual(verifyTimestamp(token, { ...ours, roots: [] }), {
    outcome: 'refused',
    problem: 'untrusted-authority',
  })
})

test('certificates that may not stamp, or had ended, are refused though their signature is right', {
  skip,
}, async () => {
  const { token } = await stamp()
  const { content } = readSignedData(token)
  const by = async (kind: Parameters<TestAuthority['signWith']>[0]) =>
    verifyTimestamp(await authority().signWith(kind, content), expectation())
  assert.equal((await by('tsa')).outcome, 'valid')
  assert.deepEqual(await by('server'), { outcome: 'refused', problem: 'wrong-key-usage' })
  assert.deepEqual(await by('uncritical'), { outcome: 'refused', problem: 'wrong-key-usage' })
  assert.deepEqual(await by('expired'), { outcome: 'refused', problem: 'certificate-not-valid' })
})

test('a turned bit is noticed, or stands where nothing is said', { skip }, async () => {
  const { nonce, token } = await stamp()
  const expected = expectation(nonce)
  const verdict = verifyTimestamp(token, expected)
  let unnoticed = 0
  for (let at = 0; at < token.length; at++) {
    const tampered = Buffer.from(token)
    tampered[at]! ^= 1
    const judged = verifyTimestamp(tampered, expected)
    if (judged.outcome === 'refused') continue
    // Version numbers and the list of digest algorithms stand outside the signature (RFC 5652 §5.1).
    assert.deepEqual(judged, verdict, `octet ${at}`)
    unnoticed += 1
  }
  assert.ok(unnoticed < 25, `${unnoticed} of ${token.length}`)
})

test('an authority of 国密 stamps with SM2 and SM3, under certificates signed with SM2', { skip }, async () => {
  const guomi = makeSm2Authority()
  const imprint = hash('sm3', 'a checkpoint', 'buffer')
  const token = guomi.stamp(imprint)
  const expected = {
    algorithm: 'sm3' as const,
    digest: imprint,
    roots: readPemCertificates(guomi.rootPem),
    atMs: Date.now(),
  }
  const verdict = verifyTimestamp(token, expected)
  assert.equal(verdict.outcome === 'valid' && verdict.timestamp.authority, 'CN=国密时间戳')
  const stranger = makeSm2Authority()
  const foreign = { ...expected, roots: readPemCertificates(stranger.rootPem) }
  assert.deepEqual(verifyTimestamp(token, foreign), { outcome: 'refused', problem: 'untrusted-authority' })
  const tampered = Buffer.from(token)
  tampered[tampered.length - 1]! ^= 1
  assert.deepEqual(verifyTimestamp(tampered, expected), { outcome: 'refused', problem: 'wrong-signature' })
})

test('rubbish, cut tokens and refusals are told apart', { skip }, async () => {
  const { token } = await stamp()
  for (const broken of [
    Buffer.alloc(0),
    Buffer.from('rubbish'),
    token.subarray(0, -1),
    Buffer.concat([token, token]),
  ]) {
    assert.deepEqual(verifyTimestamp(broken, expectation()), { outcome: 'refused', problem: 'malformed' })
  }
  assert.throws(() => tokenOfResponse(Buffer.from('rubbish')), { code: 'malformed' })
  const rejected = authority().answer(timestampRequest({ algorithm: 'sha256', digest, nonce: 1n, policy: '1.2.3.4.9' }))
  const answer = await rejected
  assert.throws(() => tokenOfResponse(answer), { code: 'not-verified' })
})
