import type { FastifyInstance } from 'fastify'
import { oidcCallbackPath } from '../../identity/index.ts'
import type { IdentityParts } from './parts.ts'
import { cookieOf, giveDevice, giveSession, terminalOfRequest } from './request.ts'
import { slowedDown } from './slowed-down.ts'

const ticketCookie = 'chartward-oidc'

/** The hospital's own identity provider: away to it, and back. */
export function registerOidcRoutes(app: FastifyInstance, parts: IdentityParts): void {
  const { identity } = parts
  // Sent along on the way back from the provider, a cross-site navigation: Lax, not Strict.
  const cookie = () => ({ ...cookieOf(identity), path: '/api/session/oidc' })

  app.get('/api/session/oidc/hospital/start', slowedDown, async (_request, reply) => {
    const { redirectTo, ticket } = await identity.startOidc()
    reply.setCookie(ticketCookie, ticket, { ...cookie(), maxAge: 300 })
    return reply.redirect(redirectTo)
  })

  app.get(oidcCallbackPath, slowedDown, async (request, reply) => {
    const question = request.url.indexOf('?')
    const result = await identity.finishOidc({
      query: question < 0 ? '' : request.url.slice(question + 1),
      ticket: request.cookies[ticketCookie],
      terminal: terminalOfRequest(request),
    })
    reply.clearCookie(ticketCookie, cookie())
    if (result.outcome === 'refused') return reply.redirect(`/?refused=${result.code}`)
    giveDevice(request, reply, identity)
    giveSession(reply, identity, result.session)
    return reply.redirect('/')
  })
}
