import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { openCounters } from '../../completeness/index.ts'
import {
  problemSchema,
  roleSchema,
  sessionSchema,
  signInOptionsSchema,
  signInStateSchema,
} from '../../contract/index.ts'
import { roles } from '../../directory/index.ts'
import { openSampleDoor, password, publicUrl } from '../../identity/test-door.ts'
import { silentLog } from '../../kernel/index.ts'
import { openMetrics } from '../operations/metrics.ts'
import { openServer } from '../server.ts'
import { registerIdentityRoutes } from './index.ts'

let door: Awaited<ReturnType<typeof openSampleDoor>>
let app: FastifyInstance
before(async () => {
  door = await openSampleDoor()
  app = await openServer({
    log: silentLog,
    metrics: openMetrics(),
    counters: openCounters(),
    maxBodyBytes: 1_000_000,
    secure: true,
  })
  const { identity, directory, clock } = door
  await registerIdentityRoutes(app, { identity, directory, clock, demonstration: false, roomsOf: () => ['patients'] })
})
after(async () => {
  await app.close()
  await door.close()
})
beforeEach(async () => {
  await door.database.query('delete from sign_in_attempt')
  door.clock.advance(60_000)
})

const post = (
  url: string,
  payload: object,
  headers: Record<string, string> = {},
  cookies: Record<string, string> = {},
) => app.inject({ method: 'POST', url, payload, headers, cookies })

async function signIn() {
  const first = await post('/api/session', { username: 'zhangsf', password })
  const state = signInStateSchema.parse(first.json())
  assert.ok(state.state === 'code-needed')
  const second = await post('/api/session/code', { ticket: state.ticket, code: door.code() })
  assert.deepEqual(second.json(), { state: 'signed-in' })
  const cookie = second.cookies.find((one) => one.name === '__Host-chartward')!
  return { cookie, cookies: { '__Host-chartward': cookie.value } }
}

test('password, code, session, sign-out: the way through', async () => {
  const { cookie, cookies } = await signIn()
  assert.equal(cookie.httpOnly, true)
  assert.equal(cookie.secure, true)
  assert.equal(cookie.sameSite, 'Lax')

  const described = await app.inject({ method: 'GET', url: '/api/session', cookies })
  const session = sessionSchema.parse(described.json())
  assert.equal(described.headers['cache-control'], 'no-store')
  assert.equal(session.person.name, '张三丰')
  assert.deepEqual(session.roles, ['physician'])
  assert.equal(session.assurance, 2)

  const refused = await app.inject({ method: 'DELETE', url: '/api/session', cookies })
  assert.equal(refused.statusCode, 403)
  assert.equal(refused.json().code, 'csrf')
  const headers = { 'x-csrf-token': session.csrfToken }
  const out = await app.inject({ method: 'DELETE', url: '/api/session', cookies, headers })
  assert.equal(out.statusCode, 204)
  assert.equal((await app.inject({ method: 'GET', url: '/api/session', cookies })).statusCode, 401)
})

test('a refusal is a problem in the language asked for, and the lock-out says how long', async () => {
  const attempt = (language: string) =>
    post('/api/session', { username: 'zhangsf', password: 'x' }, { 'accept-language': language })
  const english = await attempt('en')
  assert.equal(english.statusCode, 401)
  assert.equal(problemSchema.parse(english.json()).code, 'wrong-credentials')
  assert.match(english.json().title, /sign-in/)
  assert.match((await attempt('zh-CN')).json().title, /登录/)
  for (let i = 0; i < 3; i++) await attempt('en')
  const locked = await attempt('en')
  assert.equal(locked.statusCode, 429)
  assert.equal(locked.json().code, 'locked')
  assert.equal(locked.headers['retry-after'], '30')
})

test('a sign-in that another site started is refused', async () => {
  const given = { username: 'lisi', password }
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ]
  for (const headers of foreign) {
    assert.equal((await post('/api/session', given, headers)).json().code, 'foreign-page')
  }
  for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin: publicUrl }] as Record<string, string>[]) {
    assert.equal((await post('/api/session', given, headers)).statusCode, 200)
  }
})

test('input that breaks a rule is told point by point, and nothing of it reaches the accounts', async () => {
  const bad = await post('/api/session', { username: '', password: 5 })
  assert.equal(bad.statusCode, 400)
  assert.deepEqual(
    problemSchema.parse(bad.json()).issues?.map((issue) => issue.field),
    ['body.username', 'body.password'],
  )
  assert.equal((await post('/api/session/code', { ticket: 'x', code: '12345' })).statusCode, 400)
  assert.equal((await post('/api/session/code', { ticket: 'x', code: '123456' })).json().code, 'ticket-expired')
  const malformed = await app.inject({
    method: 'POST',
    url: '/api/session',
    headers: { 'content-type': 'application/json' },
    payload: '{"username":',
  })
  assert.equal(malformed.statusCode, 400)
})

test('stepping up asks for a fresh code', async () => {
  const { cookies } = await signIn()
  const { csrfToken } = (await app.inject({ method: 'GET', url: '/api/session', cookies })).json()
  const headers = { 'x-csrf-token': csrfToken }
  const used = await post('/api/session/step-up', { code: door.code() }, headers, cookies)
  assert.equal(used.json().code, 'wrong-credentials')
  door.clock.advance(30_000)
  assert.equal((await post('/api/session/step-up', { code: door.code() }, headers, cookies)).json().assurance, 3)
  assert.equal((await app.inject({ method: 'GET', url: '/api/session', cookies })).json().assurance, 3)
})

test('adding a passkey needs two factors', async () => {
  const first = await post('/api/session', { username: 'lisi', password })
  const cookies = { '__Host-chartward': first.cookies.find((one) => one.name === '__Host-chartward')!.value }
  const { csrfToken } = (await app.inject({ method: 'GET', url: '/api/session', cookies })).json()
  const refused = await post('/api/passkeys/options', {}, { 'x-csrf-token': csrfToken }, cookies)
  assert.equal(refused.json().code, 'second-factor-needed')

  const { cookies: strong } = await signIn()
  const session = (await app.inject({ method: 'GET', url: '/api/session', cookies: strong })).json()
  const offered = await post('/api/passkeys/options', {}, { 'x-csrf-token': session.csrfToken }, strong)
  assert.equal(offered.statusCode, 200)
  assert.equal(offered.json().options.rp.id, 'chartward.example.org')
})

test('before anybody is known only the means are told', async () => {
  const options = signInOptionsSchema.parse((await app.inject({ method: 'GET', url: '/api/sign-in-options' })).json())
  assert.deepEqual(options, {
    password: true,
    passkey: true,
    oidc: [],
    hospitalName: '守历示范医院',
    demonstration: false,
  })
  const start = await app.inject({ method: 'GET', url: '/api/session/oidc/hospital/start' })
  assert.equal(start.statusCode, 503)
})

test('token requests are forms, each parameter once; refusals are those of RFC 6749', async () => {
  const form = (url: string, payload: string) =>
    app.inject({ method: 'POST', url, headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload })
  const wrongGrant = await form('/oauth/token', 'grant_type=password')
  assert.deepEqual([wrongGrant.statusCode, wrongGrant.json().error], [400, 'unsupported_grant_type'])
  const noProof = await form('/oauth/token', 'grant_type=client_credentials')
  assert.deepEqual([noProof.statusCode, noProof.json().error], [401, 'invalid_client'])
  assert.equal((await form('/oauth/token', 'grant_type=a&grant_type=b')).statusCode, 400)
  assert.equal((await form('/oauth/introspect', 'token=x')).json().error, 'invalid_client')
  const smart = (await app.inject({ method: 'GET', url: '/fhir/.well-known/smart-configuration' })).json()
  assert.equal(smart.token_endpoint, `${publicUrl}/oauth/token`)
})

test('the console knows the roles of the directory', () => {
  assert.deepEqual(roleSchema.options, [...roles])
})
