import type { FastifyInstance } from 'fastify'
import { registerOauthRoutes } from './oauth-routes.ts'
import { registerOidcRoutes } from './oidc-routes.ts'
import type { IdentityParts } from './parts.ts'
import { registerPasskeyRoutes } from './passkey-routes.ts'
import { registerSessionRoutes } from './session-routes.ts'

export { NotAdmitted } from './errors.ts'
export type { IdentityParts } from './parts.ts'
export { identifier, identifyRequestOf } from './request.ts'

/** Everything by which people and applications come in. Needs @fastify/cookie and @fastify/rate-limit on the server. */
export async function registerIdentityRoutes(app: FastifyInstance, parts: IdentityParts): Promise<void> {
  await app.register(async (own) => {
    own.addHook('onSend', async (_request, reply, payload) => {
      if (!reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'no-store')
      return payload
    })
    own.addHook('onError', async (_request, reply, error) => {
      const wait = (error as { retryAfterSeconds?: unknown }).retryAfterSeconds
      if (typeof wait === 'number') reply.header('Retry-After', wait)
    })
    registerSessionRoutes(own, parts)
    registerPasskeyRoutes(own, parts)
    registerOidcRoutes(own, parts)
    registerOauthRoutes(own, parts)
  })
}
