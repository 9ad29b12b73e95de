import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { nurse, physician } from '../directory/test-hospital.ts'
import type { Caller } from '../kernel/index.ts'
import { digestOf } from './bearer-secret.ts'
import type { PasskeyChallenge } from './passkey.ts'
import { writeTicket } from './sign-in-ticket.ts'
import { isCaller, openSampleDoor, password, terminal, told, withCookie } from './test-door.ts'

const origin = 'https://example.org'
let door: Awaited<ReturnType<typeof openSampleDoor>>
let caller: Caller
before(async () => {
  door = await openSampleDoor({ publicUrl: origin })
  const found = await door.identity.identify(withCookie((await door.signIn()).secret))
  assert.ok(isCaller(found))
  caller = found
})
after(() => door.close())

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

/** An authenticator in a few lines: ES256, no attestation (WebAuthn L3 §6.5, §8.7). */
function authenticator(id = base64url(crypto.getRandomValues(new Uint8Array(16)))) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' })
  const cose = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(jwk.x!, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(jwk.y!, 'base64url'),
  ])
  return { id, cose, privateKey, counter: 0 }
}
type Authenticator = ReturnType<typeof authenticator>

const verified = 0x05
const presentOnly = 0x01

function authData(key: Authenticator, flags: number, rpId: string): Buffer {
  const count = Buffer.alloc(4)
  count.writeUInt32BE(key.counter)
  return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count])
}

function clientData(type: string, challenge: string, from: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin: from, crossOrigin: false }))
}

function create(key: Authenticator, asked: PasskeyChallenge, flags = verified, from = origin, rpId = 'example.org') {
  const id = Buffer.from(key.id, 'base64url')
  const data = Buffer.concat([
    authData(key, flags | 0x40, rpId),
    Buffer.alloc(16),
    Buffer.from([0, id.length]),
    id,
    key.cose,
  ])
  const attestation = Buffer.concat([
    Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
    Buffer.from([data.length]),
    data,
  ])
  const response = {
    clientDataJSON: base64url(clientData('webauthn.create', asked.options.challenge, from)),
    attestationObject: base64url(attestation),
  }
  return { ticket: asked.ticket, response: credential(key.id, response) }
}

interface Use {
  flags?: number
  from?: string
  rpId?: string
  counter?: number
  userHandle?: string
  signer?: KeyObject
}

function get(key: Authenticator, asked: PasskeyChallenge, use: Use = {}) {
  key.counter = use.counter ?? key.counter + 1
  const data = authData(key, use.flags ?? verified, use.rpId ?? 'example.org')
  const client = clientData('webauthn.get', asked.options.challenge, use.from ?? origin)
  const signature = sign('sha256', Buffer.concat([data, digestOf(client.toString())]), use.signer ?? key.privateKey)
  const response = {
    clientDataJSON: base64url(client),
    authenticatorData: base64url(data),
    signature: base64url(signature),
    ...(use.userHandle !== undefined && { userHandle: use.userHandle }),
  }
  return { ticket: asked.ticket, response: credential(key.id, response), terminal }
}

const credential = (id: string, response: object) => ({
  id,
  rawId: id,
  type: 'public-key',
  response,
  clientExtensionResults: {},
})

async function registered(): Promise<Authenticator> {
  const key = authenticator()
  const offered = await door.identity.offerPasskey(caller, 'zhangsf')
  assert.equal((await door.identity.addPasskey(caller, create(key, offered))).outcome, 'added')
  return key
}

test('a passkey is added, signs in with two factors, and is traced', async () => {
  const key = await registered()
  assert.equal((await door.lastEntries(1))[0]?.kind, 'authority-change')
  const result = await door.identity.signInWithPasskey(get(key, await door.identity.askForPasskey()))
  assert.ok(result.outcome === 'signed-in')
  const found = await door.identity.identify(withCookie(result.session.secret))
  assert.ok(isCaller(found))
  assert.deepEqual([found.person, found.assurance, found.methods], [physician, 2, ['hwk', 'user', 'mfa']])
})

test('the offer asks for user verification, excludes what is there, and names nobody', async () => {
  const key = await registered()
  const { options } = await door.identity.offerPasskey(caller, 'zhangsf')
  const text = JSON.stringify(options)
  assert.ok(text.includes(key.id))
  assert.ok(text.includes('"userVerification":"required"'))
  assert.ok(!text.includes(physician))
  assert.ok(!text.includes(base64url(Buffer.from(physician))))
})

const refusedUses: readonly [string, Use][] = [
  ['without user verification', { flags: presentOnly }],
  ['for another site', { from: 'https://evil.example' }],
  ['for another relying party', { rpId: 'evil.example' }],
  ['signed by another key', { signer: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }],
  ['with the handle of another person', { userHandle: base64url(digestOf(`passkey user handle of ${nurse}`)) }],
]
for (const [fact, use] of refusedUses) {
  test(`no sign-in by a passkey ${fact}`, async () => {
    const key = await registered()
    const result = await door.identity.signInWithPasskey(get(key, await door.identity.askForPasskey(), use))
    assert.equal(told(result), 'wrong-credentials')
    assert.equal((await door.lastEntries(1))[0]?.kind, 'sign-in-failed')
  })
}

test('a counter that does not grow betrays a copy', async () => {
  const key = await registered()
  const signIn = async (counter: number) =>
    told(await door.identity.signInWithPasskey(get(key, await door.identity.askForPasskey(), { counter })))
  assert.equal(await signIn(7), 'signed-in')
  assert.equal(await signIn(7), 'wrong-credentials')
  assert.equal(await signIn(3), 'wrong-credentials')
  assert.equal(await signIn(8), 'signed-in')
})

test('a challenge is answered once, in time, and a passkey nobody added is unknown', async () => {
  const key = await registered()
  const asked = await door.identity.askForPasskey()
  assert.equal(told(await door.identity.signInWithPasskey(get(key, asked))), 'signed-in')
  assert.equal(told(await door.identity.signInWithPasskey(get(key, asked))), 'ticket-expired')
  const late = await door.identity.askForPasskey()
  door.clock.advance(300_000)
  assert.equal(told(await door.identity.signInWithPasskey(get(key, late))), 'ticket-expired')
  const unknown = get(authenticator(), await door.identity.askForPasskey())
  assert.equal(told(await door.identity.signInWithPasskey(unknown)), 'wrong-credentials')
  for (const response of [null, 'x', {}, { id: 7 }, { id: key.id }]) {
    const { ticket } = await door.identity.askForPasskey()
    assert.equal(told(await door.identity.signInWithPasskey({ ticket, response, terminal })), 'wrong-credentials')
  }
})

test('nothing is added without verification, from elsewhere, twice, or with the ticket of somebody else', async () => {
  const offer = () => door.identity.offerPasskey(caller, 'zhangsf')
  const add = async (given: { ticket: string; response: unknown }, who = caller) =>
    told((await door.identity.addPasskey(who, given)) as never)
  assert.equal(await add(create(authenticator(), await offer(), presentOnly)), 'wrong-credentials')
  assert.equal(await add(create(authenticator(), await offer(), verified, 'https://evil.example')), 'wrong-credentials')
  assert.equal(await add(create(authenticator(), await offer(), verified, origin, 'evil.example')), 'wrong-credentials')
  const key = await registered()
  assert.equal(await add(create(key, await offer())), 'wrong-credentials')
  const result = await door.identity.signInWithPassword({ username: 'lisi', password, terminal })
  assert.ok(result.outcome === 'signed-in')
  const other = await door.identity.identify(withCookie(result.session.secret))
  assert.ok(isCaller(other))
  assert.equal(await add(create(authenticator(), await offer()), other), 'ticket-expired')
})

test('stepping up takes a passkey of the same person, and a removed one is worth nothing', async () => {
  const key = await registered()
  const asked = await door.identity.askForPasskeyAgain(caller)
  assert.equal((await door.identity.stepUpWithPasskey(caller, get(key, asked))).outcome, 'stepped-up')
  const signInTicket = await door.identity.askForPasskey()
  assert.equal(told((await door.identity.stepUpWithPasskey(caller, get(key, signInTicket))) as never), 'ticket-expired')

  assert.equal(await door.identity.removePasskey({ ...caller, person: nurse }, key.id), false)
  assert.equal(await door.identity.removePasskey(caller, key.id), true)
  const gone = await door.identity.signInWithPasskey(get(key, await door.identity.askForPasskey()))
  assert.equal(told(gone), 'wrong-credentials')
})

// W3C WebAuthn Level 3, §16 "Test Vectors" (../shared/data/webauthn). Keys we ask for: ES256, RS256, EdDSA.
const vectors = fileURLToPath(new URL('../../../shared/data/webauthn/webauthn-l3-test-vectors.md', import.meta.url))
const ours = [
  'none-es256',
  'packed-self-es256',
  'none-es256-long-credential-id',
  'packed-es256',
  'packed-rs256',
  'packed-eddsa',
]
const skip = existsSync(vectors) ? false : `no test vectors at ${vectors}`
for (const name of ours) {
  test(`W3C ceremony ${name}: accepted exactly where the user was verified`, { skip }, async () => {
    const [created, got] = ceremonies(name)
    const id = created!.credential_id!
    const registration = await writeTicket(
      door.database,
      { kind: 'passkey-registration', person: physician, payload: { challenge: base64url(created!.challenge!) } },
      door.clock.now(),
    )
    const attestation = credential(base64url(id), {
      clientDataJSON: base64url(created!.clientDataJSON!),
      attestationObject: base64url(created!.attestationObject!),
    })
    const added = await door.identity.addPasskey(caller, { ticket: registration, response: attestation })
    const rpIdHash = createHash('sha256').update('example.org').digest()
    const flags = created!.attestationObject![created!.attestationObject!.indexOf(rpIdHash) + 32]!
    assert.equal(added.outcome, (flags & 4) !== 0 ? 'added' : 'refused')
    if (added.outcome === 'refused') return

    const challenge = base64url(got!.challenge!)
    const ticket = await writeTicket(door.database, { kind: 'passkey', payload: { challenge } }, door.clock.now())
    const response = credential(base64url(id), {
      clientDataJSON: base64url(got!.clientDataJSON!),
      authenticatorData: base64url(got!.authenticatorData!),
      signature: base64url(got!.signature!),
    })
    const signedIn = await door.identity.signInWithPasskey({ ticket, response, terminal })
    assert.equal(signedIn.outcome, (got!.authenticatorData![32]! & 4) !== 0 ? 'signed-in' : 'refused')
  })
}

/** The byte strings of the registration and the authentication example of one section. */
function ceremonies(name: string): readonly Record<string, Buffer>[] {
  const section = readFileSync(vectors, 'utf8')
    .split('\n## ')
    .find((text) => text.includes(`{#sctn-test-vectors-${name}}`))
  assert.ok(section, name)
  return [...section.matchAll(/<xmp[^>]*>([\s\S]*?)<\/xmp>/g)].map(([, text]) =>
    Object.fromEntries(
      [...text!.matchAll(/^(\w+) = h'([0-9a-f]*)'/gm)].map(([, field, hex]) => [field!, Buffer.from(hex!, 'hex')]),
    ),
  )
}
