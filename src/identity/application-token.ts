import type { Person } from '../directory/index.ts'
import type { ApplicationId, PersonId, Terminal } from '../kernel/index.ts'
import { digestOf } from './bearer-secret.ts'
import { assertionType, judgeAssertion, type RemoteKeySets } from './client-assertion.ts'
import type { IdentityDesk } from './desk.ts'
import { grantScopes } from './scope.ts'
import { beginSession, readLivingSession } from './session.ts'
import { signInEntry } from './sign-in-entry.ts'

/** SMART asks for at most five minutes. */
const tokenLifeMs = 300_000

/** The parameters of RFC 6749 §4.4 as they came, and one of ours, `on_behalf_of`. */
export interface TokenRequest {
  readonly parameters: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
}

export type TokenResult =
  | {
      readonly outcome: 'issued'
      readonly accessToken: string
      readonly expiresInSeconds: number
      readonly scopes: readonly string[]
      readonly application: ApplicationId
      readonly person: PersonId
    }
  | OAuthRefusal

/** RFC 6749 §5.2. */
export interface OAuthRefusal {
  readonly outcome: 'refused'
  readonly error: 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'invalid_scope' | 'unsupported_grant_type'
  readonly description: string
}

/**
 * Client credentials for an application that names the person it acts for. The name stands in the signed assertion as
 * the claim `on_behalf_of`, or beside it as a parameter of that name: a person id or a staff number. Where both are
 * given they must agree. No use is ever an application's own (notice 二(一)).
 */
export async function issueApplicationToken(
  desk: IdentityDesk,
  keySets: RemoteKeySets,
  request: TokenRequest,
): Promise<TokenResult> {
  const { parameters, terminal } = request
  const refuse = (error: OAuthRefusal['error'], description: string, application?: ApplicationId, person?: PersonId) =>
    refuseToken(desk, { terminal, error, description, ...(application && { application }), ...(person && { person }) })

  if (parameters.grant_type !== 'client_credentials') return refuse('unsupported_grant_type', 'client_credentials only')
  const judged = await authenticateApplication(desk, keySets, parameters, ['/oauth/token'])
  if ('refused' in judged) return refuse('invalid_client', judged.refused)
  const { application, claims } = judged

  const named = [claims.on_behalf_of, parameters.on_behalf_of].filter((name) => name !== undefined)
  if (named.length === 0) return refuse('invalid_request', 'on_behalf_of is required', application.id)
  if (new Set(named).size > 1 || typeof named[0] !== 'string') {
    return refuse('invalid_request', 'on_behalf_of is stated twice and differently', application.id)
  }
  const person = await personNamed(desk, named[0])
  if (!person) return refuse('invalid_grant', 'on_behalf_of is no active person', application.id)

  const asked = (parameters.scope ?? '').split(' ').filter((scope) => scope !== '')
  const scopes = grantScopes(application.scopes, asked)
  if (scopes.length === 0) return refuse('invalid_scope', 'no such scope is granted', application.id, person.id)

  const issued = await beginSession(desk, {
    kind: 'application',
    person: person.id,
    application: application.id,
    scopes,
    assurance: 1,
    methods: ['private_key_jwt'],
    terminal,
    channel: 'fhir',
    lifeMs: tokenLifeMs,
    idleMs: tokenLifeMs,
    detail: { method: 'private_key_jwt', scopes },
  })
  return {
    outcome: 'issued',
    accessToken: issued.secret,
    expiresInSeconds: tokenLifeMs / 1000,
    scopes,
    application: application.id,
    person: person.id,
  }
}

/** RFC 7662, for registered applications alone. */
export async function introspectToken(
  desk: IdentityDesk,
  keySets: RemoteKeySets,
  request: TokenRequest,
): Promise<{ readonly outcome: 'answered'; readonly body: Readonly<Record<string, unknown>> } | OAuthRefusal> {
  const { parameters, terminal } = request
  const judged = await authenticateApplication(desk, keySets, parameters, ['/oauth/introspect', '/oauth/token'])
  if ('refused' in judged) {
    return refuseToken(desk, { terminal, error: 'invalid_client', description: judged.refused })
  }
  if (!parameters.token) {
    const application = judged.application.id
    return refuseToken(desk, { terminal, error: 'invalid_request', description: 'token is required', application })
  }
  const session = await readLivingSession(desk.database, digestOf(parameters.token), desk.clock.now())
  // A browser's session is nobody else's business, and so is another application's token.
  if (session?.application !== judged.application.id || session.audience !== desk.publicUrl()) {
    return { outcome: 'answered', body: { active: false } }
  }
  return {
    outcome: 'answered',
    body: {
      active: true,
      client_id: session.application,
      sub: session.person,
      scope: session.scopes?.join(' '),
      token_type: 'Bearer',
      iss: desk.publicUrl(),
      aud: desk.publicUrl(),
      iat: Math.floor(session.createdAt / 1000),
      exp: Math.floor(session.expiresAt / 1000),
      jti: session.id,
    },
  }
}

async function authenticateApplication(
  desk: IdentityDesk,
  keySets: RemoteKeySets,
  parameters: TokenRequest['parameters'],
  paths: readonly string[],
) {
  if (parameters.client_assertion_type !== assertionType || !parameters.client_assertion) {
    return { refused: 'assertion-missing' } as const
  }
  const audiences = paths.map((path) => desk.publicUrl() + path)
  const judged = await judgeAssertion(desk, keySets, parameters.client_assertion, audiences)
  const stated = parameters.client_id
  if (!('refused' in judged) && stated !== undefined && stated !== judged.application.id) {
    return { refused: 'client-differs' } as const
  }
  return judged
}

async function personNamed(desk: IdentityDesk, name: string): Promise<Person | undefined> {
  const person = (await desk.directory.person(name as PersonId)) ?? (await desk.directory.personByStaffNumber(name))
  const subject = person && (await desk.directory.subject(person.id))
  return subject?.active ? person : undefined
}

async function refuseToken(
  desk: IdentityDesk,
  because: {
    readonly terminal: Terminal
    readonly error: OAuthRefusal['error']
    readonly description: string
    readonly application?: ApplicationId
    readonly person?: PersonId
  },
): Promise<OAuthRefusal> {
  const { error, description, ...facts } = because
  const detail = { method: 'private_key_jwt', reason: description }
  await desk.ledger.record([signInEntry('sign-in-failed', { ...facts, channel: 'fhir', detail })])
  return { outcome: 'refused', error, description }
}
