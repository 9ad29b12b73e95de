import { type Caller, DatabaseFailure, type Terminal } from '../kernel/index.ts'
import { csrfTokenOf, digestOf, secretsAreEqual } from './bearer-secret.ts'
import type { IdentityDesk } from './desk.ts'
import { audienceOf, type LivingSession, readLivingSession, touchSession } from './session.ts'

/** As much of an HTTP request as tells who stands there; an attacker controls all of it but `remoteAddress`. */
export interface IdentifyRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly cookies: Readonly<Record<string, string | undefined>>
  /** As the server saw it. */
  readonly remoteAddress: string
}

export interface Unidentified {
  readonly outcome: 'refused'
  readonly code: /** Nothing that could identify anybody was sent. */
    | 'unauthenticated'
    /** What was sent is unknown here, has ended, or is of somebody who was stopped. */
    | 'session-ended'
    /** A change by cookie without the token bound to it: perhaps another site made the browser send it. */
    | 'csrf'
}

export const sessionCookieName = (publicUrl: string): string =>
  publicUrl.startsWith('https:') ? '__Host-chartward' : 'chartward'
export const deviceCookieName = 'chartward-device'
export const csrfHeader = 'x-csrf-token'

const harmless = new Set(['GET', 'HEAD', 'OPTIONS'])
const touchEveryMs = 60_000

/** Establishes who calls: by bearer token, or else by cookie, whose changes need the CSRF token too. */
export async function identify(desk: IdentityDesk, request: IdentifyRequest): Promise<Caller | Unidentified> {
  const found = await sessionOf(desk, request)
  if ('outcome' in found) return found
  return callerOf(found.session, request, desk.clock.now())
}

/** The session behind a request with the secret that came with it, for those who end or raise it. */
export async function sessionOf(
  desk: IdentityDesk,
  request: IdentifyRequest,
): Promise<{ readonly session: LivingSession; readonly secret: string } | Unidentified> {
  const authorization = headerOf(request, 'authorization')
  if (authorization !== undefined) {
    const secret = /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(authorization)?.[1]
    const session = secret && (await livingSession(desk, secret))
    return secret && session && session.kind !== 'browser' ? { session, secret } : refused('session-ended')
  }

  const secret = request.cookies[sessionCookieName(desk.publicUrl())]
  if (secret === undefined || secret === '') return refused('unauthenticated')
  const session = await livingSession(desk, secret)
  if (session?.kind !== 'browser') return refused('session-ended')
  if (!harmless.has(request.method.toUpperCase())) {
    const given = headerOf(request, csrfHeader)
    if (given === undefined || !secretsAreEqual(given, csrfTokenOf(secret))) return refused('csrf')
  }
  return { session, secret }
}

/** The hot path: one digest and one look into the cache, mostly. */
async function livingSession(desk: IdentityDesk, secret: string): Promise<LivingSession | undefined> {
  const digest = digestOf(secret)
  const key = digest.toString('base64')
  const now = desk.clock.now()
  // Read before the database is, so that a stop in between cannot be hidden by what is read after it.
  const epoch = desk.ledger.currentEpoch()
  const cached = desk.sessions.get(key, epoch, now)
  if (cached) return cached
  const known = desk.lastKnown?.databaseIsAway() && lastKnownSession(desk, key, now)
  if (known) return known

  let session: LivingSession | undefined
  try {
    session = await readLivingSession(desk.database, digest, now)
  } catch (cause) {
    const known = cause instanceof DatabaseFailure && lastKnownSession(desk, key, now)
    if (known) return known
    throw cause
  }
  // A token is good at the server it was issued for, though another may share the database.
  if (!session || session.audience !== audienceOf(desk, session.kind)) {
    desk.sessions.drop(key)
    return undefined
  }
  if (session.kind === 'script' && !desk.demonstration) return undefined
  if (session.kind === 'browser' && now - session.lastSeenAt >= touchEveryMs) {
    const idleMs = desk.configuration.sessionIdleMinutes * 60_000
    await touchSession(desk.database, session.id, now, idleMs)
    const touched = { ...session, lastSeenAt: now, idleUntil: Math.min(now + idleMs, session.expiresAt) }
    desk.sessions.put(key, touched, epoch, now)
    return touched
  }
  desk.sessions.put(key, session, epoch, now)
  return session
}

function lastKnownSession(desk: IdentityDesk, key: string, now: number): LivingSession | undefined {
  return desk.lastKnown && desk.sessions.lastKnown(key, now, desk.lastKnown.oldestMs())
}

function callerOf(session: LivingSession, request: IdentifyRequest, now: number): Caller {
  const steppedUp = session.steppedUpUntil !== undefined && session.steppedUpUntil > now
  return {
    person: session.person,
    session: session.id,
    assurance: steppedUp ? 3 : session.assurance,
    methods: session.methods,
    terminal: terminalOf(request),
    ...(session.application !== undefined && { application: session.application }),
    ...(session.scopes !== undefined && { scopes: session.scopes }),
  }
}

export function terminalOf(request: IdentifyRequest): Terminal {
  const device = request.cookies[deviceCookieName]
  const userAgent = headerOf(request, 'user-agent')
  return {
    address: request.remoteAddress,
    ...(device !== undefined && /^[A-Za-z0-9_-]{16}$/.test(device) && { device }),
    ...(userAgent !== undefined && { userAgent: userAgent.slice(0, 256) }),
  }
}

function headerOf(request: IdentifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

const refused = (code: Unidentified['code']): Unidentified => ({ outcome: 'refused', code })
