import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import { after, before, test } from 'node:test'
import { physician } from '../directory/test-hospital.ts'
import type { Identity } from './identity.ts'
import { defaultIdentityConfiguration } from './identity-configuration.ts'
import { isCaller, openSampleDoor, publicUrl, terminal, told, withCookie } from './test-door.ts'

/** As much of `oidc-provider` (it brings no types) as stands for a hospital's own. */
interface ProviderModule {
  readonly default: new (
    issuer: string,
    configuration: object,
  ) => {
    readonly Grant: new (about: object) => { addOIDCScope(scope: string): void; save(): Promise<string> }
    callback(): RequestListener
    interactionFinished(...answer: [...Parameters<RequestListener>, object]): Promise<void>
  }
}

// A real OpenID provider stands for the hospital's own: it signs in whoever `login` names.
const clientSecret = randomBytes(24).toString('base64url')
let login = 'zhang'
const staff: Record<string, Record<string, unknown>> = {
  zhang: { staff_number: '1001' },
  stranger: { staff_number: '9999' },
  nameless: {},
  numbered: { staff_number: 1001 },
}
let server: Server
let door: Awaited<ReturnType<typeof openSampleDoor>>
let identity: Identity
let issuer: string

before(async () => {
  door = await openSampleDoor()
  server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const moduleName = 'oidc-provider'
  const { default: Provider } = (await import(moduleName)) as ProviderModule
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'chartward',
        client_secret: clientSecret,
        redirect_uris: [`${publicUrl}/api/session/oidc/callback`],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { profile: ['staff_number'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['x'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...staff[id] }) }),
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    async loadExistingGrant(context: {
      oidc: { client: { clientId: string }; session: { accountId: string }; provider: InstanceType<typeof Provider> }
    }) {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client.clientId,
        accountId: context.oidc.session.accountId,
      })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
  })
  const callback = provider.callback()
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return callback(request, response)
    provider.interactionFinished(request, response, { login: { accountId: login } }).catch(() => response.end())
  })
  identity = await door.open({
    configuration: {
      ...defaultIdentityConfiguration,
      oidc: { issuer, clientId: 'chartward', clientSecret, name: '单点登录', staffNumberClaim: 'staff_number' },
    },
  })
})
after(async () => {
  server.closeAllConnections()
  server.close()
  await door.close()
})

/** A browser that follows the provider until it is sent back to us. */
async function browse(address: string): Promise<string> {
  const jar = new Map<string, string>()
  for (let at = address; ; ) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(at, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0]!.split('=')
      jar.set(name!, value!)
    }
    const location = response.headers.get('location')
    assert.ok(location, `the provider answered ${response.status}: ${await response.text()}`)
    at = new URL(location, at).href
    if (at.startsWith(publicUrl)) return new URL(at).search.slice(1)
  }
}

async function signInAs(person: string) {
  login = person
  const { redirectTo, ticket } = await identity.startOidc()
  return identity.finishOidc({ query: await browse(redirectTo), ticket, terminal })
}

test('whom the provider proves and the directory knows is signed in', async () => {
  const result = await signInAs('zhang')
  assert.ok(result.outcome === 'signed-in')
  const caller = await identity.identify(withCookie(result.session.secret))
  assert.ok(isCaller(caller))
  assert.deepEqual([caller.person, caller.assurance, caller.methods], [physician, 1, ['oidc']])
})

test('PKCE, state and nonce are in the request', async () => {
  const query = new URL((await identity.startOidc()).redirectTo).searchParams
  assert.equal(query.get('code_challenge_method'), 'S256')
  for (const name of ['code_challenge', 'state', 'nonce']) assert.ok((query.get(name)?.length ?? 0) >= 32)
})

for (const person of ['stranger', 'nameless', 'numbered']) {
  test(`nobody is made up: ${person} of the provider is nobody here`, async () => {
    const [before] = await door.database.query<{ count: number }>('select count(*) from person')
    assert.equal(told(await signInAs(person)), 'wrong-credentials')
    const [entry] = await door.lastEntries(1)
    assert.equal((entry?.detail as { reason: string }).reason, 'unknown-person')
    assert.deepEqual((await door.database.query('select count(*) from person'))[0], before)
  })
}

test('what comes back counts once, in the browser that asked, and as it was sent', async () => {
  login = 'zhang'
  const { redirectTo, ticket } = await identity.startOidc()
  const query = await browse(redirectTo)
  const other = await identity.startOidc()
  assert.equal(told(await identity.finishOidc({ query, ticket: other.ticket, terminal })), 'wrong-credentials')
  assert.equal(told(await identity.finishOidc({ query, ticket: undefined, terminal })), 'ticket-expired')
  assert.equal(told(await identity.finishOidc({ query, ticket, terminal })), 'signed-in')
  assert.equal(told(await identity.finishOidc({ query, ticket, terminal })), 'ticket-expired')
  for (const change of [
    ['code', 'made-up'],
    ['state', 'made-up'],
    ['iss', 'https://evil.example'],
  ] as const) {
    const again = await identity.startOidc()
    const altered = new URLSearchParams(await browse(again.redirectTo))
    altered.set(change[0], change[1])
    const result = await identity.finishOidc({ query: altered.toString(), ticket: again.ticket, terminal })
    assert.equal(told(result), 'wrong-credentials', change[0])
  }
})

test('a provider that is not there is a failure, not a refusal', async () => {
  const oidc = { issuer: 'http://127.0.0.1:9', clientId: 'x', clientSecret: 'y', name: 'z', staffNumberClaim: 's' }
  const lost = await door.open({ configuration: { ...defaultIdentityConfiguration, oidc } })
  await assert.rejects(lost.startOidc(), { code: 'oidc-unavailable' })
})
