import type { FastifyInstance } from 'fastify'
import {
  type Session,
  type SignInOptions,
  type SignInState,
  signInCodeSchema,
  signInSchema,
  stepUpSchema,
} from '../../contract/index.ts'
import { termIsLiving } from '../../directory/index.ts'
import type { SignInResult } from '../../identity/index.ts'
import { admittedOnly, NotAdmitted } from './errors.ts'
import type { IdentityParts } from './parts.ts'
import {
  giveDevice,
  giveSession,
  identifier,
  identifyRequestOf,
  parseBody,
  requireOwnPage,
  takeSession,
  terminalOfRequest,
} from './request.ts'
import { slowedDown } from './slowed-down.ts'

/** `/api/session`: in, out, who am I, and once more before something grave. */
export function registerSessionRoutes(app: FastifyInstance, parts: IdentityParts): void {
  const { identity } = parts
  const identify = identifier(identity)

  app.get('/api/sign-in-options', async (): Promise<SignInOptions> => {
    const { password, passkey, oidc } = identity.means()
    const institution = await parts.directory.institution()
    return {
      password,
      passkey,
      oidc: oidc.map(({ id, name }) => ({ id, name, startUrl: `/api/session/oidc/${id}/start` })),
      hospitalName: institution?.name ?? '',
      demonstration: parts.demonstration,
      ...(parts.demonstration && { demoPeople: [...((await parts.demoPeople?.()) ?? [])] }),
    }
  })

  app.post('/api/session', slowedDown, async (request, reply) => {
    requireOwnPage(request, identity.publicUrl())
    const given = parseBody(signInSchema, request.body)
    giveDevice(request, reply, identity)
    const result = await identity.signInWithPassword({ ...given, terminal: terminalOfRequest(request) })
    return stateOf(admittedOnly(result), (session) => giveSession(reply, identity, session))
  })

  app.post('/api/session/code', slowedDown, async (request, reply) => {
    requireOwnPage(request, identity.publicUrl())
    const given = parseBody(signInCodeSchema, request.body)
    const result = await identity.signInWithCode({ ...given, terminal: terminalOfRequest(request) })
    return stateOf(admittedOnly(result), (session) => giveSession(reply, identity, session))
  })

  app.get('/api/session', (request) => describeSession(parts, identifyRequestOf(request)))

  app.delete('/api/session', async (request, reply) => {
    await identity.signOut(await identify(request))
    takeSession(reply, identity)
    return reply.code(204).send()
  })

  app.post('/api/session/step-up', slowedDown, async (request) => {
    const caller = await identify(request)
    const { code } = parseBody(stepUpSchema, request.body)
    const { until } = admittedOnly(await identity.stepUpWithCode(caller, code))
    return { assurance: 3, until: new Date(until).toISOString() }
  })
}

export function stateOf(
  result: Exclude<SignInResult, { outcome: 'refused' }>,
  give: (session: Extract<SignInResult, { outcome: 'signed-in' }>['session']) => void,
): SignInState {
  if (result.outcome === 'signed-in') {
    give(result.session)
    return { state: 'signed-in' }
  }
  return { state: 'code-needed', ticket: result.ticket, passkeyAvailable: result.passkeyAvailable }
}

async function describeSession(
  parts: IdentityParts,
  request: Parameters<IdentityParts['identity']['currentSession']>[0],
): Promise<Session> {
  const { directory, identity, clock } = parts
  const current = admittedOnly(await identity.currentSession(request))
  const [person, institution] = await Promise.all([directory.person(current.caller.person), directory.institution()])
  if (!person) throw new NotAdmitted('session-ended')
  const now = clock.now()
  const posts = person.posts.filter((post) => termIsLiving(post, now))
  const roles = [...new Set(posts.map((post) => post.role))]
  return {
    person: { id: person.id, name: person.name, username: current.username, staffNumber: person.staffNumber },
    posts: posts.map((post) => ({
      role: post.role,
      title: post.title,
      department: { id: post.department, name: post.departmentName },
      until: new Date(post.until).toISOString(),
    })),
    roles,
    assurance: current.caller.assurance,
    rooms: [...parts.roomsOf(roles)],
    csrfToken: current.csrfToken,
    expiresAt: new Date(current.expiresAt).toISOString(),
    passkeys: current.passkeys,
    hospital: {
      name: institution?.name ?? '',
      timeZone: institution?.timeZone ?? 'Asia/Shanghai',
      demonstration: parts.demonstration,
    },
  }
}
