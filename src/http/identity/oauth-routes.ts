import type { FastifyInstance, FastifyReply } from 'fastify'
import { type OAuthRefusal, smartConfiguration } from '../../identity/index.ts'
import { InvalidInput } from '../../kernel/index.ts'
import type { IdentityParts } from './parts.ts'
import { terminalOfRequest } from './request.ts'
import { slowedDown } from './slowed-down.ts'

/** SMART Backend Services: tokens for applications, and what is told of a token. Answers as RFC 6749 and 7662 say. */
export function registerOauthRoutes(app: FastifyInstance, parts: IdentityParts): void {
  const { identity } = parts
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: slowedDown.bodyLimit },
    async (_request: unknown, body: string) => formOf(body),
  )

  for (const path of ['/.well-known/smart-configuration', '/fhir/.well-known/smart-configuration']) {
    app.get(path, async () => smartConfiguration(identity.publicUrl()))
  }

  const perMinute = { ...slowedDown, config: { rateLimit: { max: 600, timeWindow: '1 minute' } } }

  app.post('/oauth/token', perMinute, async (request, reply) => {
    const parameters = parametersOf(request.body)
    const result = await identity.issueApplicationToken({ parameters, terminal: terminalOfRequest(request) })
    // RFC 6749 §5.1: a token is never kept by a cache.
    reply.header('Cache-Control', 'no-store').header('Pragma', 'no-cache')
    if (result.outcome === 'refused') return refuse(reply, result)
    return {
      access_token: result.accessToken,
      token_type: 'bearer',
      expires_in: result.expiresInSeconds,
      scope: result.scopes.join(' '),
    }
  })

  app.post('/oauth/introspect', perMinute, async (request, reply) => {
    const parameters = parametersOf(request.body)
    const result = await identity.introspectToken({ parameters, terminal: terminalOfRequest(request) })
    reply.header('Cache-Control', 'no-store')
    return result.outcome === 'refused' ? refuse(reply, result) : result.body
  })
}

function refuse(reply: FastifyReply, refusal: OAuthRefusal): FastifyReply {
  return reply
    .code(refusal.error === 'invalid_client' ? 401 : 400)
    .send({ error: refusal.error, error_description: refusal.description })
}

/** RFC 6749 §3.2: a parameter sent twice makes the request invalid. */
function formOf(body: string): Readonly<Record<string, string>> {
  const parameters: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(body)) {
    if (name in parameters) {
      throw new InvalidInput([{ field: name, rule: 'once', zh: '参数重复', en: 'the parameter is sent twice' }])
    }
    parameters[name] = value
  }
  return parameters
}

function parametersOf(body: unknown): Readonly<Record<string, string | undefined>> {
  if (typeof body !== 'object' || body === null) return {}
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string'))
}
