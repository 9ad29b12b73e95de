import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import { type Application, assertionAlgorithms, readActiveApplication } from './application.ts'
import type { IdentityDesk } from './desk.ts'

const longestLifeSeconds = 300
const clockDriftSeconds = 30
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export type AssertionJudgement =
  | { readonly application: Application; readonly claims: JWTPayload }
  | { readonly refused: 'unknown-application' | 'assertion-invalid' | 'assertion-too-long' | 'assertion-replayed' }

/** Remote key sets, kept with their caches for as long as the server runs. */
export type RemoteKeySets = Map<string, JWTVerifyGetKey>

/**
 * An application proves itself by a signed statement (RFC 7523 §3; SMART App Launch 2.2, backend services): RS384 or
 * ES384 by a registered key, for us, short-lived, used once. Everything in it is the attacker's until it is verified.
 */
export async function judgeAssertion(
  desk: IdentityDesk,
  keySets: RemoteKeySets,
  assertion: string,
  audiences: readonly string[],
): Promise<AssertionJudgement> {
  const claimed = issuerOf(assertion)
  const application = claimed === undefined ? undefined : await readActiveApplication(desk.database, claimed)
  if (!application) return { refused: 'unknown-application' }

  const now = desk.clock.now()
  const claims = await jwtVerify(assertion, keysOf(keySets, application), {
    algorithms: [...assertionAlgorithms],
    audience: [...audiences],
    issuer: application.id,
    subject: application.id,
    requiredClaims: ['exp', 'jti', 'aud'],
    clockTolerance: clockDriftSeconds,
    currentDate: new Date(now),
  }).then(
    (verified) => (verified.protectedHeader.kid === undefined ? undefined : verified.payload),
    () => undefined,
  )
  if (typeof claims?.jti !== 'string' || claims.jti === '' || claims.jti.length > 256 || claims.exp === undefined) {
    return { refused: 'assertion-invalid' }
  }
  const tooFar = claims.exp * 1000 > now + (longestLifeSeconds + clockDriftSeconds) * 1000
  if (tooFar) return { refused: 'assertion-too-long' }

  await desk.database.query('delete from application_assertion where expires_at < to_timestamp($1::bigint / 1000.0)', [
    now - clockDriftSeconds * 1000,
  ])
  const fresh = await desk.database.query(
    `insert into application_assertion (application_id, jti, expires_at)
     values ($1, $2, to_timestamp($3::bigint)) on conflict do nothing returning jti`,
    [application.id, claims.jti, claims.exp + clockDriftSeconds],
  )
  return fresh.length === 0 ? { refused: 'assertion-replayed' } : { application, claims }
}

function issuerOf(assertion: string): string | undefined {
  try {
    const { iss } = decodeJwt(assertion)
    return typeof iss === 'string' && iss.length <= 64 ? iss : undefined
  } catch {
    return undefined
  }
}

/** By `kid`, from what was registered; a `jku` in the header is never followed. */
function keysOf(keySets: RemoteKeySets, application: Application): JWTVerifyGetKey {
  const { keys } = application
  if ('jwks' in keys) return createLocalJWKSet(keys.jwks)
  const known = keySets.get(keys.jwksUrl)
  if (known) return known
  const remote = createRemoteJWKSet(new URL(keys.jwksUrl), { timeoutDuration: 5_000, cooldownDuration: 30_000 })
  keySets.set(keys.jwksUrl, remote)
  return remote
}
