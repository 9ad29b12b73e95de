import type { FastifyInstance } from 'fastify'
import { passkeyAnswerSchema, passkeyRequestSchema } from '../../contract/index.ts'
import type { Caller } from '../../kernel/index.ts'
import { admittedOnly, NotAdmitted } from './errors.ts'
import type { IdentityParts } from './parts.ts'
import { giveDevice, giveSession, identifier, parseBody, requireOwnPage, terminalOfRequest } from './request.ts'
import { stateOf } from './session-routes.ts'
import { slowedDown } from './slowed-down.ts'

/** Passkeys: to sign in, to step up, to add and to remove. */
export function registerPasskeyRoutes(app: FastifyInstance, parts: IdentityParts): void {
  const { identity } = parts
  const identify = identifier(identity)

  app.post('/api/session/passkey/options', slowedDown, async (request) => {
    requireOwnPage(request, identity.publicUrl())
    // A name may be sent; it is not looked at, so that nobody learns who has a passkey.
    parseBody(passkeyRequestSchema, request.body ?? {})
    return identity.askForPasskey()
  })

  app.post('/api/session/passkey', slowedDown, async (request, reply) => {
    requireOwnPage(request, identity.publicUrl())
    const { ticket, response } = parseBody(passkeyAnswerSchema, request.body)
    giveDevice(request, reply, identity)
    const result = await identity.signInWithPasskey({ ticket, response, terminal: terminalOfRequest(request) })
    return stateOf(admittedOnly(result), (session) => giveSession(reply, identity, session))
  })

  app.post('/api/session/step-up/passkey/options', slowedDown, async (request) =>
    identity.askForPasskeyAgain(await identify(request)),
  )

  app.post('/api/session/step-up/passkey', slowedDown, async (request) => {
    const caller = await identify(request)
    const { ticket, response } = parseBody(passkeyAnswerSchema, request.body)
    const { until } = admittedOnly(await identity.stepUpWithPasskey(caller, { ticket, response }))
    return { assurance: 3, until: new Date(until).toISOString() }
  })

  app.post('/api/passkeys/options', slowedDown, async (request) => {
    const caller = requireTwoFactors(await identify(request))
    const account = await identity.accountOf(caller.person)
    return identity.offerPasskey(caller, account.username || caller.person)
  })

  app.post('/api/passkeys', slowedDown, async (request, reply) => {
    const caller = requireTwoFactors(await identify(request))
    const { ticket, response, name } = parseBody(passkeyAnswerSchema, request.body)
    admittedOnly(await identity.addPasskey(caller, { ticket, response, ...(name && { name }) }))
    return reply.code(204).send()
  })

  app.delete<{ Params: { id: string } }>('/api/passkeys/:id', slowedDown, async (request, reply) => {
    const caller = requireTwoFactors(await identify(request))
    if (!(await identity.removePasskey(caller, request.params.id))) {
      throw Object.assign(new Error('no such passkey'), { statusCode: 404 })
    }
    return reply.code(204).send()
  })
}

/** Whoever came in with a password alone could otherwise make it two factors for good; tokens have no passkeys. */
function requireTwoFactors(caller: Caller): Caller {
  if (caller.assurance >= 2 && caller.application === undefined) return caller
  throw new NotAdmitted('second-factor-needed')
}
