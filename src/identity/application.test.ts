import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { nurse, physician, systemAdmin } from '../directory/test-hospital.ts'
import type { ApplicationId, PersonId } from '../kernel/index.ts'
import type { TokenResult } from './application-token.ts'
import { isCaller, openSampleDoor, publicUrl, terminal, told, withBearer } from './test-door.ts'

let door: Awaited<ReturnType<typeof openSampleDoor>>
let es384: { privateKey: CryptoKey; jwk: JWK }
let rs384: { privateKey: CryptoKey; jwk: JWK }
let stranger: CryptoKey
/** The registered RSA key, bound to a hash that SMART does not take. */
let rs256: CryptoKey
const app = 'lis-reader' as ApplicationId
const order = { channel: 'cli' } as const
const scopes = ['system/Observation.rs', 'system/DiagnosticReport.rs?category=LAB']

before(async () => {
  door = await openSampleDoor()
  es384 = await keyPair('ES384', 'ec-1')
  rs384 = await keyPair('RS384', 'rsa-1')
  stranger = (await generateKeyPair('ES384')).privateKey
  const hash = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const rsa = { ...(await exportJWK(rs384.privateKey)), alg: 'RS256' }
  rs256 = await crypto.subtle.importKey('jwk', rsa as never, hash, false, ['sign'])
  const keys = { jwks: { keys: [es384.jwk, rs384.jwk] } }
  await door.identity.registerApplication(order, { id: app, name: '检验系统', owner: systemAdmin, keys, scopes })
})
after(() => door.close())
beforeEach(() => door.clock.advance(60_000))

async function keyPair(algorithm: string, kid: string) {
  const pair = await generateKeyPair(algorithm, { extractable: true })
  return { privateKey: pair.privateKey, jwk: { ...(await exportJWK(pair.publicKey)), kid } }
}

interface Statement {
  algorithm?: string
  kid?: string | undefined
  key?: CryptoKey | Uint8Array
  audience?: string
  issuer?: string
  subject?: string
  lifeSeconds?: number
  jti?: string | undefined
  claims?: Record<string, unknown>
}

async function assertion(statement: Statement = {}): Promise<string> {
  const s = {
    algorithm: 'ES384',
    kid: 'ec-1',
    key: es384.privateKey,
    audience: `${publicUrl}/oauth/token`,
    issuer: app,
    subject: app,
    lifeSeconds: 300,
    jti: randomUUID() as string,
    ...statement,
  }
  const jwt = new SignJWT({ ...s.claims, ...(s.jti !== undefined && { jti: s.jti }) })
    .setProtectedHeader({ alg: s.algorithm, typ: 'JWT', ...(s.kid !== undefined && { kid: s.kid }) })
    .setIssuer(s.issuer)
    .setSubject(s.subject)
    .setAudience(s.audience)
    .setExpirationTime(Math.floor(door.clock.now() / 1000) + s.lifeSeconds)
  return jwt.sign(s.key)
}

async function request(statement: Statement = {}, more: Record<string, string> = {}): Promise<TokenResult> {
  return send(await assertion(statement), more)
}

function send(client_assertion: string, more: Record<string, string | undefined> = {}): Promise<TokenResult> {
  return door.identity.issueApplicationToken({
    terminal,
    parameters: {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
      scope: 'system/Observation.rs',
      on_behalf_of: '1001',
      ...more,
    },
  })
}

const errorOf = (result: TokenResult) => (result.outcome === 'refused' ? result.error : result.outcome)
const whyOf = (result: TokenResult) => (result.outcome === 'refused' ? result.description : result.outcome)

test('ES384 and RS384 give a token of five minutes that acts for the person named', async () => {
  for (const [algorithm, kid, key] of [
    ['ES384', 'ec-1', es384.privateKey],
    ['RS384', 'rsa-1', rs384.privateKey],
  ] as const) {
    const issued = await request({ algorithm, kid, key })
    assert.ok(issued.outcome === 'issued')
    assert.equal(issued.expiresInSeconds, 300)
    const caller = await door.identity.identify(withBearer(issued.accessToken))
    assert.ok(isCaller(caller))
    assert.deepEqual(
      [caller.person, caller.application, caller.scopes, caller.methods],
      [physician, app, ['system/Observation.rs'], ['private_key_jwt']],
    )
    const [entry] = await door.lastEntries(1)
    assert.equal(entry?.kind, 'sign-in')
    assert.equal((entry?.actor as { application: string }).application, app)
    assert.equal((entry?.actor as { person: string }).person, physician)
  }
})

const refusals: readonly [string, string, () => Promise<TokenResult>][] = [
  ['RS256 instead of RS384', 'assertion-invalid', () => request({ algorithm: 'RS256', kid: 'rsa-1', key: rs256 })],
  ['an unsigned statement', 'assertion-invalid', async () => send(await unsigned())],
  ['a shared secret: the public key as HMAC key', 'assertion-invalid', () => hmacWithPublicKey()],
  ['a key that was not registered', 'assertion-invalid', () => request({ key: stranger })],
  ['a key id that was not registered', 'assertion-invalid', () => request({ kid: 'other' })],
  ['no key id', 'assertion-invalid', () => request({ kid: undefined })],
  ['an audience that is not us', 'assertion-invalid', () => request({ audience: 'https://other.example/oauth/token' })],
  ['an issuer that is not the subject', 'assertion-invalid', () => request({ subject: 'somebody' })],
  ['an application nobody registered', 'unknown-application', () => request({ issuer: 'nobody', subject: 'nobody' })],
  ['a statement that has expired', 'assertion-invalid', () => request({ lifeSeconds: -60 })],
  ['a statement of an hour', 'assertion-too-long', () => request({ lifeSeconds: 3600 })],
  ['no statement id', 'assertion-invalid', () => request({ jti: undefined })],
  ['nonsense', 'unknown-application', () => send('a.b.c')],
  ['nothing', 'assertion-missing', () => send('')],
  ['another client id beside it', 'client-differs', () => request({}, { client_id: 'other' })],
]
for (const [fact, why, attempt] of refusals) {
  test(`invalid_client: ${fact}`, async () => {
    const result = await attempt()
    assert.equal(errorOf(result), 'invalid_client')
    assert.equal(whyOf(result), why)
    assert.equal((await door.lastEntries(1))[0]?.kind, 'sign-in-failed')
  })
}

test('a statement is used once', async () => {
  const once = await assertion()
  assert.equal(errorOf(await send(once)), 'issued')
  assert.equal(whyOf(await send(once)), 'assertion-replayed')
  const jti = randomUUID()
  const results = await Promise.all([request({ jti }), request({ jti }), request({ jti })])
  assert.deepEqual(results.map(errorOf).sort(), ['invalid_client', 'invalid_client', 'issued'])
})

test('no application acts for itself, for nobody, or for two', async () => {
  assert.equal(errorOf(await request({}, { on_behalf_of: undefined as never })), 'invalid_request')
  assert.equal(errorOf(await request({}, { on_behalf_of: 'nobody' })), 'invalid_grant')
  assert.equal(errorOf(await request({ claims: { on_behalf_of: nurse } })), 'invalid_request')
  assert.equal(
    errorOf(await request({ claims: { on_behalf_of: 7 } }, { on_behalf_of: undefined as never })),
    'invalid_request',
  )
  const signed = await request({ claims: { on_behalf_of: nurse } }, { on_behalf_of: undefined as never })
  assert.ok(signed.outcome === 'issued' && signed.person === nurse)
})

test('scopes are an upper bound: more is not given, and nothing is refused', async () => {
  const narrowed = await request({}, { scope: 'system/Observation.r system/Observation.cruds system/Patient.rs' })
  assert.ok(narrowed.outcome === 'issued')
  assert.deepEqual(narrowed.scopes, ['system/Observation.r'])
  for (const scope of ['', 'system/Patient.rs', 'system/DiagnosticReport.rs', 'system/Observation.sr', 'openid']) {
    assert.equal(errorOf(await request({}, { scope })), 'invalid_scope')
  }
})

test('a token ends after five minutes, with its person, with its application, and with the owner of it', async () => {
  const works = async (token: string) => isCaller(await door.identity.identify(withBearer(token)))
  const issue = async () => {
    const issued = await request()
    assert.ok(issued.outcome === 'issued')
    assert.ok(await works(issued.accessToken))
    return issued.accessToken
  }
  const epochMoves = async (change: () => Promise<unknown>) => {
    const epoch = door.ledger.currentEpoch()
    await change()
    while (door.ledger.currentEpoch() === epoch) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const expired = await issue()
  door.clock.advance(300_000)
  assert.ok(!(await works(expired)))

  const ofStopped = await issue()
  await epochMoves(() => door.directory.stopPerson(order, { person: physician, reason: '离职' }))
  assert.ok(!(await works(ofStopped)))
  assert.equal(errorOf(await request()), 'invalid_grant')
  await door.directory.reinstatePerson(order, physician)

  const ofOwner = await issue()
  await epochMoves(() => door.directory.stopPerson(order, { person: systemAdmin, reason: '离职' }))
  assert.equal(errorOf(await request()), 'invalid_client')
  assert.ok(!(await works(ofOwner)))
  await door.directory.reinstatePerson(order, systemAdmin)

  const ofApplication = await issue()
  await epochMoves(() => door.identity.stopApplication(order, app))
  assert.ok(!(await works(ofApplication)))
  assert.equal(errorOf(await request()), 'invalid_client')
  await door.database.query('update application set stopped_at = null')
})

test('introspection tells an application of its own tokens, and nobody else of any', async () => {
  const issued = await request()
  assert.ok(issued.outcome === 'issued')
  const introspect = async (token: string, statement: Statement = {}) =>
    door.identity.introspectToken({
      terminal,
      parameters: {
        token,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion({ audience: `${publicUrl}/oauth/introspect`, ...statement }),
      },
    })
  const known = await introspect(issued.accessToken)
  assert.ok(known.outcome === 'answered')
  assert.deepEqual(
    [known.body.active, known.body.client_id, known.body.sub, known.body.scope, known.body.aud],
    [true, app, physician, 'system/Observation.rs', publicUrl],
  )
  const browser = await door.signIn()
  for (const token of ['x', browser.secret]) {
    const other = await introspect(token)
    assert.deepEqual(other.outcome === 'answered' && other.body, { active: false })
  }
  assert.equal(told((await introspect(issued.accessToken, { key: stranger })) as never), 'refused')
})

test('keys may be fetched from the address registered, and only from there', async (context) => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [es384.jwk] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  context.after(() => server.close())
  const { port } = server.address() as { port: number }
  const id = 'remote-keys' as ApplicationId
  const jwksUrl = `http://127.0.0.1:${port}/jwks.json`
  const registered = await door.identity.registerApplication(order, {
    id,
    name: '远程',
    owner: systemAdmin,
    keys: { jwksUrl },
    scopes,
  })
  assert.equal(told(registered as never), 'changed')
  assert.equal(errorOf(await request({ issuer: id, subject: id })), 'issued')
  assert.equal(whyOf(await request({ issuer: id, subject: id, key: stranger })), 'assertion-invalid')
})

const registrations: readonly [string, object][] = [
  [
    'a private key',
    () => exportJWK(es384.privateKey).then((key) => ({ keys: { jwks: { keys: [{ ...key, kid: 'x' }] } } })),
  ],
  ['a key without an id', () => ({ keys: { jwks: { keys: [{ ...es384.jwk, kid: undefined }] } } })],
  ['a curve below P-384', () => keyPair('ES256', 'x').then(({ jwk }) => ({ keys: { jwks: { keys: [jwk] } } }))],
  ['no key', () => ({ keys: { jwks: { keys: [] } } })],
  ['keys over plain HTTP', () => ({ keys: { jwksUrl: 'http://keys.example/jwks.json' } })],
  ['a file as address of keys', () => ({ keys: { jwksUrl: 'file:///etc/passwd' } })],
  ['a scope of SMART v1', () => ({ scopes: ['system/Observation.read'] })],
  ['a scope of a user', () => ({ scopes: ['user/Observation.rs'] })],
  ['no scope', () => ({ scopes: [] })],
]
for (const [fact, given] of registrations as readonly [string, () => object | Promise<object>][]) {
  test(`registration refused: ${fact}`, async () => {
    const sound = {
      id: 'x' as ApplicationId,
      name: 'x',
      owner: systemAdmin,
      keys: { jwks: { keys: [es384.jwk] } },
      scopes,
    }
    await assert.rejects(door.identity.registerApplication(order, { ...sound, ...(await given()) }), {
      code: 'invalid-input',
    })
  })
}

test('an application has an owner who is there, and one registration', async () => {
  const sound = { id: app, name: 'x', owner: systemAdmin, keys: { jwks: { keys: [es384.jwk] } }, scopes }
  assert.equal(told((await door.identity.registerApplication(order, sound)) as never), 'conflict')
  const nobody = { ...sound, id: 'y' as ApplicationId, owner: 'nobody' as PersonId }
  assert.equal(told((await door.identity.registerApplication(order, nobody)) as never), 'unknown-person')
})

async function unsigned(): Promise<string> {
  const [, payload] = (await assertion()).split('.')
  return `${Buffer.from('{"alg":"none","kid":"ec-1"}').toString('base64url')}.${payload}.`
}

async function hmacWithPublicKey(): Promise<TokenResult> {
  return request({ algorithm: 'HS384', key: new TextEncoder().encode(JSON.stringify(es384.jwk)) })
}
