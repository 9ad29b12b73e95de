import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ecdsaP256 } from './ecdsa-p256.ts'
import { ed25519 } from './ed25519.ts'
import { parseKeyAddress } from './key-address.ts'
import { openSigningKey } from './open-signing-key.ts'
import { loadPkcs11, pkcs11 } from './pkcs11-module.ts'
import { openNote, parseVerifierKey, signNote } from './signed-note.ts'
import { keyNoteSigner } from './signing-key.ts'
import type { SuiteName } from './suite.ts'

const module = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/libsofthsm2.so'].find((path) => existsSync(path))
const reason = whyNot()
function whyNot(): string | false {
  if (!module || !existsSync('/usr/bin/softhsm2-util')) return 'SoftHSM (Debian package softhsm2) is not here'
  try {
    createRequire(import.meta.url)('pkcs11js')
    return false
  } catch {
    return 'the optional package pkcs11js was not built here'
  }
}

const pin = '4711'
const oids = { ed25519: Buffer.from('06032b6570', 'hex'), p256: Buffer.from('06082a8648ce3d030107', 'hex') }
let folder: string

before(async () => {
  if (reason) return
  folder = await mkdtemp(join(tmpdir(), 'chartward-hsm-'))
  await mkdir(join(folder, 'tokens'))
  await writeFile(join(folder, 'conf'), `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`)
  await writeFile(join(folder, 'pin'), `${pin}\n`)
  process.env.SOFTHSM2_CONF = join(folder, 'conf')
  execFileSync('/usr/bin/softhsm2-util', [
    '--init-token',
    '--free',
    '--label',
    'chartward',
    '--pin',
    pin,
    '--so-pin',
    pin,
  ])
  await makeKeys()
})
after(async () => {
  if (folder) await rm(folder, { recursive: true, force: true })
})

/** Keys as an administrator would make them: they never leave the token. */
async function makeKeys(): Promise<void> {
  interface Maker {
    C_GenerateKeyPair(session: Buffer, mechanism: object, publicKey: object[], privateKey: object[]): unknown
  }
  const cryptoki = await loadPkcs11(module!)
  const slot = cryptoki.C_GetSlotList(true).find((each) => cryptoki.C_GetTokenInfo(each).label.trim() === 'chartward')!
  const [readWrite, token, sensitive, sign, verify, extractable] = [2, 0x001, 0x103, 0x108, 0x10a, 0x162]
  const session = cryptoki.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION | readWrite)
  cryptoki.C_Login(session, pkcs11.CKU_USER, pin)
  const pairs = [
    ['ledger', 1, 0x1055, oids.ed25519],
    ['ledger-p256', 2, 0x1040, oids.p256],
    ['twice', 3, 0x1055, oids.ed25519],
    ['twice', 4, 0x1055, oids.ed25519],
    // As OpenSC's pkcs11-tool names the curve.
    ['named', 6, 0x1055, Buffer.from('130c656477617264733235353139', 'hex')],
    ['p384', 5, 0x1040, Buffer.from('06052b81040022', 'hex')],
  ] as const
  for (const [label, id, mechanism, curve] of pairs) {
    const named = [
      { type: pkcs11.CKA_LABEL, value: label },
      { type: pkcs11.CKA_ID, value: Buffer.from([id]) },
      { type: token, value: true },
    ]
    ;(cryptoki as unknown as Maker).C_GenerateKeyPair(
      session,
      { mechanism },
      [...named, { type: verify, value: true }, { type: pkcs11.CKA_EC_PARAMS, value: curve }],
      [...named, { type: sign, value: true }, { type: sensitive, value: true }, { type: extractable, value: false }],
    )
  }
  cryptoki.C_CloseSession(session)
}

const open = (path: string, more = '', suite: SuiteName = 'international') =>
  openSigningKey(
    parseKeyAddress('LEDGER_KEY', `pkcs11:${path}?module-path=${module}&pin-source=file:${join(folder, 'pin')}${more}`),
    suite,
  )
const name = 'chartward.local/hospital'
const text = `${name}\n7\nroot\n`

for (const [path, scheme] of [
  ['token=chartward;object=ledger', ed25519],
  ['token=chartward;id=%01;type=private', ed25519],
  ['token=chartward;object=named', ed25519],
  ['object=ledger-p256;id=%02', ecdsaP256],
] as const) {
  test(`a module signs notes with ${scheme.algorithm}, named by ${path}`, { skip: reason }, async () => {
    const key = await open(path)
    assert.equal(key.scheme.algorithm, scheme.algorithm)
    assert.doesNotMatch(key.description, new RegExp(pin))
    const signer = keyNoteSigner(name, key)
    const notes = await Promise.all(Array.from({ length: 8 }, () => signNote(text, [signer])))
    for (const note of notes) assert.equal(openNote(note, [parseVerifierKey(signer.verifierKey)]).text, text)
    await key.close()
  })
}

test('what names no key, several, or one that cannot sign here is refused', { skip: reason }, async () => {
  await assert.rejects(open('token=chartward;object=nothing'), { code: 'key-not-found' })
  await assert.rejects(open('token=chartward;object=twice'), { code: 'key-not-found' })
  await assert.rejects(open('token=chartward;object=p384'), { code: 'key-not-found' })
  await assert.rejects(open('token=elsewhere;object=ledger'), { code: 'key-unavailable' })
  await assert.rejects(open('slot-id=99;object=ledger'), { code: 'key-unavailable' })
  await (await open('token=chartward;object=twice;id=%04')).close()
})

test('a module has no SM2: the setting is refused with the way out', { skip: reason }, async () => {
  await assert.rejects(open('token=chartward;object=ledger', '', 'guomi'), { code: 'malformed' })
})

test('without the driver, the setting is refused with what to install', async () => {
  await assert.rejects(loadPkcs11('/usr/lib/any.so', 'pkcs11js-is-not-here'), {
    code: 'key-module-missing',
    message: /npm install pkcs11js/,
  })
})

test('a module that is not there is told', { skip: reason }, async () => {
  const address = parseKeyAddress('LEDGER_KEY', 'pkcs11:object=a?module-path=/nowhere.so&pin-source=/nowhere')
  await assert.rejects(openSigningKey(address, 'international'), { code: 'key-module-missing' })
})

test('while the token is away nothing is signed, the program may start, and it signs when it is back', {
  skip: reason,
}, async () => {
  const there = await open('token=chartward;object=ledger')
  const publicKey = join(folder, 'ledger.pub')
  await writeFile(publicKey, there.scheme.publicKeyFrom(there.publicKey).export({ type: 'spki', format: 'pem' }))
  await there.close()
  await rename(join(folder, 'pin'), join(folder, 'pin-away'))
  await assert.rejects(open('token=chartward;object=ledger'), { code: 'key-unavailable' })
  const key = await open('token=chartward;object=ledger', `&public-key=${publicKey}`)
  const signer = keyNoteSigner(name, key)
  await assert.rejects(signer.sign(text), { code: 'key-unavailable' })
  await rename(join(folder, 'pin-away'), join(folder, 'pin'))
  const note = await signNote(text, [signer])
  assert.equal(openNote(note, [parseVerifierKey(signer.verifierKey)]).text, text)

  // A session that breaks is given up, and the next signature opens another.
  const cryptoki = await loadPkcs11(module!)
  const closeAll = cryptoki as unknown as { C_CloseAllSessions(slot: Buffer): void }
  for (const slot of cryptoki.C_GetSlotList(true)) closeAll.C_CloseAllSessions(slot)
  await assert.rejects(signer.sign(text), { code: 'key-unavailable' })
  await signer.sign(text)
  await key.close()
})

test('a token whose key is another than the one that is expected is not used', { skip: reason }, async () => {
  const publicKey = join(folder, 'other.pub')
  await writeFile(publicKey, ed25519.generatePrivateKey().export({ type: 'pkcs8', format: 'pem' }))
  const other = ed25519.publicKeyFrom(ed25519.publicKeyBytes(ed25519.generatePrivateKey()))
  await writeFile(publicKey, other.export({ type: 'spki', format: 'pem' }))
  const signer = keyNoteSigner(name, await open('token=chartward;object=ledger', `&public-key=${publicKey}`))
  await assert.rejects(signer.sign(text), { code: 'key-answer-wrong' })
})
