import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import {
  deviceCookieName,
  type IdentifyRequest,
  type Identity,
  type IssuedSession,
  sessionCookieName,
  terminalOf,
} from '../../identity/index.ts'
import { type Caller, InvalidInput, type Terminal } from '../../kernel/index.ts'
import { admittedOnly, NotAdmitted } from './errors.ts'

/** For every surface: who calls, or a problem. */
export const identifier =
  (identity: Identity) =>
  async (request: FastifyRequest): Promise<Caller> =>
    admittedOnly(await identity.identify(identifyRequestOf(request)))

export function identifyRequestOf(request: FastifyRequest): IdentifyRequest {
  return {
    method: request.method,
    headers: request.headers,
    cookies: request.cookies ?? {},
    remoteAddress: request.ip,
  }
}

export const terminalOfRequest = (request: FastifyRequest): Terminal => terminalOf(identifyRequestOf(request))

/**
 * Another site could make a browser sign in as somebody else (login CSRF). Where the browser says from where a request
 * comes, it must be from here; applications and scripts say nothing.
 */
export function requireOwnPage(request: FastifyRequest, publicUrl: string): void {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) {
    if (site === 'same-origin' || site === 'none') return
    throw new NotAdmitted('foreign-page')
  }
  const { origin } = request.headers
  if (origin === undefined || origin === new URL(publicUrl).origin) return
  if (URL.parse(origin)?.host === request.headers.host) return
  throw new NotAdmitted('foreign-page')
}

/** @throws {InvalidInput} */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new InvalidInput(
    parsed.error.issues.map((issue) => ({
      field: ['body', ...issue.path].join('.'),
      rule: issue.code,
      zh: `不合规：${issue.message}`,
      en: issue.message,
    })),
  )
}

/** The session lives as long as the browser at most; its true ends are the server's. */
export function giveSession(reply: FastifyReply, identity: Identity, session: IssuedSession): void {
  reply.setCookie(sessionCookieName(identity.publicUrl()), session.secret, cookieOf(identity))
}

export function takeSession(reply: FastifyReply, identity: Identity): void {
  reply.clearCookie(sessionCookieName(identity.publicUrl()), cookieOf(identity))
}

/** A stable name for this device, set once; a proof of nothing. */
export function giveDevice(request: FastifyRequest, reply: FastifyReply, identity: Identity): void {
  if (terminalOfRequest(request).device !== undefined) return
  const name = Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString('base64url')
  reply.setCookie(deviceCookieName, name, { ...cookieOf(identity), maxAge: 400 * 86_400 })
}

export const cookieOf = (identity: Identity) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: identity.publicUrl().startsWith('https:') }) as const
