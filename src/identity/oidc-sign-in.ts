import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { Terminal } from '../kernel/index.ts'
import type { IdentityDesk } from './desk.ts'
import { IdentityFailure } from './errors.ts'
import type { OidcConfiguration } from './identity-configuration.ts'
import { admit, refuseSignIn, type SignedIn, type SignInRefusal } from './sign-in.ts'
import { takeTicket, writeTicket } from './sign-in-ticket.ts'

export const oidcCallbackPath = '/api/session/oidc/callback'

/** What the provider's documents say, read on first use; a provider that was down is asked again next time. */
export interface OidcProvider {
  configuration(): Promise<Configuration>
}

export function oidcProvider(settings: OidcConfiguration): OidcProvider {
  let known: Promise<Configuration> | undefined
  return {
    async configuration() {
      const issuer = new URL(settings.issuer)
      const onThisMachine = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(issuer.hostname)
      known ??= discovery(issuer, settings.clientId, settings.clientSecret, undefined, {
        timeout: 10,
        // Without TLS only where nothing leaves the machine.
        ...(issuer.protocol === 'http:' && onThisMachine && { execute: [allowInsecureRequests] }),
      })
      try {
        return await known
      } catch (cause) {
        known = undefined
        throw new IdentityFailure('oidc-unavailable', 'the identity provider cannot be discovered', { cause })
      }
    },
  }
}

export interface OidcStart {
  /** Where the browser goes. */
  readonly redirectTo: string
  /** For a cookie of this browser: the answer counts only beside it. */
  readonly ticket: string
}

/** Authorization code flow with PKCE, state and nonce (RFC 9700 §2.1). */
export async function startOidc(desk: IdentityDesk, provider: OidcProvider): Promise<OidcStart> {
  const configuration = await provider.configuration()
  const verifier = randomPKCECodeVerifier()
  const [state, nonce] = [randomState(), randomNonce()]
  const redirectTo = buildAuthorizationUrl(configuration, {
    redirect_uri: desk.publicUrl() + oidcCallbackPath,
    scope: 'openid profile',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  })
  const payload = { verifier, state, nonce }
  const ticket = await writeTicket(desk.database, { kind: 'oidc', payload }, desk.clock.now())
  return { redirectTo: redirectTo.href, ticket }
}

/** The browser came back. The provider proves a staff number; whether we know it is ours to say, and nobody is made up. */
export async function finishOidc(
  desk: IdentityDesk,
  provider: OidcProvider,
  back: { readonly query: string; readonly ticket: string | undefined; readonly terminal: Terminal },
): Promise<SignedIn | SignInRefusal> {
  const { terminal } = back
  const known = { terminal, detail: { method: 'oidc' } }
  const ticket = await takeTicket(desk.database, 'oidc', back.ticket ?? '', desk.clock.now())
  if (!ticket) return refuseSignIn(desk, known, { code: 'ticket-expired', reason: 'ticket-expired' })

  const claims = await provenClaims(desk, provider, back.query, ticket.payload)
  if (!claims) return refuseSignIn(desk, known, { code: 'wrong-credentials', reason: 'provider-refused' })
  const staffNumber = claims[desk.configuration.oidc?.staffNumberClaim ?? '']
  const person = typeof staffNumber === 'string' ? await desk.directory.personByStaffNumber(staffNumber) : undefined
  if (!person) return refuseSignIn(desk, known, { code: 'wrong-credentials', reason: 'unknown-person' })

  const amr = Array.isArray(claims.amr) ? claims.amr.filter((method) => typeof method === 'string') : []
  const assurance = amr.some((method) => secondFactors.has(method)) ? 2 : 1
  return admit(desk, { person: person.id, assurance, methods: ['oidc', ...amr], terminal })
}

/** RFC 8176: references that mean more than a password. */
const secondFactors = new Set(['mfa', 'otp', 'hwk', 'swk', 'sc', 'fpt', 'face', 'sms'])

async function provenClaims(
  desk: IdentityDesk,
  provider: OidcProvider,
  query: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const configuration = await provider.configuration()
  try {
    const tokens = await authorizationCodeGrant(
      configuration,
      new URL(`${desk.publicUrl()}${oidcCallbackPath}?${query}`),
      {
        pkceCodeVerifier: String(payload.verifier),
        expectedState: String(payload.state),
        expectedNonce: String(payload.nonce),
        idTokenExpected: true,
      },
    )
    return tokens.claims()
  } catch (cause) {
    if (cause instanceof AuthorizationResponseError || cause instanceof ResponseBodyError) return undefined
    // The library's own codes: what came back does not fit what was asked (state, nonce, issuer, signature).
    if (cause instanceof Error && 'code' in cause && /^OAUTH_/.test(String(cause.code)) && !isTransport(cause)) {
      return undefined
    }
    throw new IdentityFailure('oidc-unavailable', 'the identity provider does not answer as it should', { cause })
  }
}

const isTransport = (error: Error & { code?: unknown }): boolean =>
  error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' || error.code === 'OAUTH_PARSE_ERROR'
