import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller, Channel, Clock } from '../../kernel/index.ts'
import { type FhirResource, resourceTypes } from '../../records/index.ts'
import type { AuditDoor } from '../audit/audit-door.ts'
import { stateReceipts } from '../content-guard.ts'
import { languageOf, tellFailure } from '../errors/index.ts'
import { type Answer, toldAnswer } from './answer.ts'
import { readBody } from './body.ts'
import { capabilityStatement } from './capability-statement.ts'
import type { RecordDoor } from './door.ts'
import { FhirFault } from './errors.ts'
import { type Interaction, readInteraction } from './interaction.ts'
import type { Surroundings } from './interaction-call.ts'
import { perform } from './perform.ts'
import {
  fhirMediaType,
  type Presentation,
  readConditions,
  readPreference,
  readPresentation,
  readPurpose,
} from './preference.ts'
import { type QueryPair, readQueryText } from './query-text.ts'

export interface FhirRoutesOptions {
  readonly door: RecordDoor
  readonly audit?: AuditDoor
  /** @throws a Failure told as 401 when nobody can be identified. */
  readonly identify: (request: FastifyRequest) => Promise<Caller>
  /** Rules of FHIR R4 that a resource breaks; none when it keeps them. */
  readonly validate: (resource: FhirResource) => Promise<readonly { path: string; zh: string; en: string }[]>
  /** Absolute, without a slash at the end: `https://emr.hospital.example`. Asked anew: a free port is known late. */
  readonly publicUrl: () => string
  readonly clock: Clock
  /** Program version and time of its start, for the CapabilityStatement. */
  readonly software: { readonly version: string; readonly since: string }
  /** `own` offers transactions and history of deletions; an upstream offers what it has. */
  readonly storeKind: 'own' | 'upstream'
  readonly maxBundleEntries?: number
  readonly maxResourceBytes?: number
  readonly maxBundleBytes?: number
}

/** What is known of a request before its body is read. */
interface Opening {
  readonly interaction: Interaction
  readonly path: string
  readonly query: readonly QueryPair[]
  readonly presentation: Presentation
  readonly caller: Caller | undefined
}

const prefix = '/fhir'
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * The FHIR R4 REST surface under `/fhir`. One wildcard route: the path is read as FHIR defines it, undecoded, and the
 * caller is identified before a byte of the body is looked at.
 */
export async function registerFhirRoutes(app: FastifyInstance, options: FhirRoutesOptions): Promise<void> {
  const types: ReadonlySet<string> = new Set(resourceTypes())
  const openings = new WeakMap<FastifyRequest, Opening>()
  let capabilities: { readonly base: string; readonly text: string } | undefined
  const capabilitiesAt = (base: string): string => {
    if (capabilities?.base !== base) {
      const facts = {
        ...options,
        base,
        hasTransactions: options.door.writeTogether !== undefined,
        hasAudit: options.audit !== undefined,
      }
      capabilities = { base, text: JSON.stringify(capabilityStatement(facts)) }
    }
    return capabilities.text
  }

  await app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers()
      // Bytes only: what they mean depends on the interaction, and nobody unknown gets them parsed.
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

      scope.addHook('onRequest', async (request) => {
        openings.set(request, await openingOf(request, types, options))
      })
      scope.setErrorHandler((error, request, reply) =>
        answerError(error, request, reply, openings.get(request)?.presentation),
      )
      scope.setNotFoundHandler((request, reply) => answerError(new FhirFault('interaction-unknown'), request, reply))

      const handler = async (request: FastifyRequest, reply: FastifyReply) => {
        const opening = openings.get(request)!
        const base = `${options.publicUrl()}${prefix}`
        if (opening.interaction.kind === 'capabilities' || !opening.caller) {
          return send({ status: 200, headers: {}, body: capabilitiesAt(base) }, opening.presentation, request, reply)
        }
        const answer = await answerTo(
          request,
          reply,
          { ...opening, caller: opening.caller },
          { ...options, base, types },
        )
        return send(answer, opening.presentation, request, reply)
      }
      const limits = {
        bundle: options.maxBundleBytes ?? 64 * 1024 * 1024,
        one: options.maxResourceBytes ?? 8 * 1024 * 1024,
      }
      // With the prefix this is both `/fhir` and `/fhir/`.
      scope.route({ method: [...methods], url: '/', bodyLimit: limits.bundle, exposeHeadRoute: false, handler })
      scope.route({ method: [...methods], url: '/*', bodyLimit: limits.one, exposeHeadRoute: false, handler })
    },
    { prefix },
  )
}

async function openingOf(
  request: FastifyRequest,
  types: ReadonlySet<string>,
  options: FhirRoutesOptions,
): Promise<Opening> {
  const [path, queryText] = splitUrl(request.raw.url ?? '')
  const query = readQueryText(queryText)
  const presentation = readPresentation(request.headers, query)
  const interaction = readInteraction(request.method, path, types)
  if (interaction.kind === 'capabilities') return { interaction, path, query, presentation, caller: undefined }
  const caller = await options.identify(request)
  return { interaction, path, query, presentation, caller }
}

/** The address as it came over the wire: the router's own copy has been decoded. */
function splitUrl(url: string): readonly [path: string, query: string] {
  const mark = url.indexOf('?')
  const whole = mark < 0 ? url : url.slice(0, mark)
  if (!whole.startsWith(prefix)) throw new FhirFault('path-not-fhir')
  return [whole.slice(prefix.length), mark < 0 ? '' : url.slice(mark + 1)]
}

/** A person's own browser shows its session by cookie; everything else brings a token. */
const channelOf = (headers: FastifyRequest['headers']): Channel =>
  headers.cookie !== undefined && headers.authorization === undefined ? 'console' : 'fhir'

async function answerTo(
  request: FastifyRequest,
  reply: FastifyReply,
  opening: Opening & { readonly caller: Caller },
  options: FhirRoutesOptions & { readonly base: string; readonly types: ReadonlySet<string> },
): Promise<Answer> {
  const { headers } = request
  const purpose = readPurpose(headers['purpose-of-use'])
  const received = readBody(request, opening.interaction)
  const around: Surroundings = {
    use: { caller: opening.caller, channel: channelOf(headers), requestId: request.id, ...(purpose && { purpose }) },
    door: options.door,
    ...(options.audit && { audit: options.audit }),
    language: languageOf(headers['accept-language']),
    base: options.base,
    clock: options.clock,
    types: options.types,
    maxBundleEntries: options.maxBundleEntries ?? 10_000,
    validate: (resource) => refuseInvalid(resource, options),
    reportBug: (error) => reportBug(request.log, request.id, error),
    callerIsGone: () => reply.raw.destroyed,
  }
  return perform(
    {
      interaction: opening.interaction,
      path: opening.path,
      query: [...opening.query, ...received.form],
      conditions: readConditions({
        ifMatch: one(headers['if-match']),
        ifNoneMatch: one(headers['if-none-match']),
        ifModifiedSince: one(headers['if-modified-since']),
        ifNoneExist: one(headers['if-none-exist']),
      }),
      preference: readPreference(headers.prefer),
      ...(received.body !== undefined && { body: received.body }),
    },
    around,
  )
}

async function refuseInvalid(resource: FhirResource, options: FhirRoutesOptions): Promise<void> {
  const broken = await options.validate(resource)
  if (broken.length === 0) return
  throw new FhirFault(
    'resource-invalid',
    broken.map(({ path, zh, en }) => ({ field: path, rule: 'fhir-r4', words: { zh, en } })),
  )
}

function send(answer: Answer, presentation: Presentation, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (answer.receipts) stateReceipts(reply, answer.receipts)
  reply.code(answer.status).headers({ ...answer.headers, 'Cache-Control': 'no-store', 'X-Request-Id': request.id })
  if (answer.body === undefined) return reply.send()
  const body = presentation.pretty ? JSON.stringify(JSON.parse(answer.body), undefined, 2) : answer.body
  return reply.type(presentation.mediaType).send(body)
}

function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  presentation: Presentation = { mediaType: fhirMediaType, pretty: false },
): FastifyReply {
  const told = tellFailure(error)
  if (told.isBug) reportBug(request.log, request.id, error)
  if (told.status === 503) reply.header('Retry-After', '2')
  return send(
    toldAnswer(told, languageOf(request.headers['accept-language']), request.id),
    presentation,
    request,
    reply,
  )
}

function reportBug(log: FastifyBaseLogger, requestId: string, error: unknown): void {
  log.error({ requestId, route: prefix, err: error }, 'bug')
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join(',')
}
