import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Counters } from '../completeness/index.ts'
import { type Receipt, receiptName } from '../ledger/index.ts'
import { languageOf, problemMediaType, problemOf, tellFailure } from './errors/index.ts'

/**
 * Answers below the surfaces of records that hold nothing of a patient's record or of the trace. Everything else below `/api`
 * and `/fhir` is content, and leaves under a receipt or not at all: a new route is content until it stands here.
 */
const withoutRecords: readonly string[] = [
  '/fhir/.well-known',
  '/api/sign-in-options',
  '/api/session',
  '/api/passkeys',
  '/api/people',
  '/api/departments',
  '/api/policies',
  '/api/audit/flows',
  '/api/gaps',
]
const surfacesOfRecords = ['/fhir', '/api']
const receiptHeaderName = 'chartward-receipt'

const receiptsOfBundles = new WeakMap<FastifyReply, readonly Receipt[]>()

/** A batch has a receipt in each entry and none in a header: whoever writes it says here which they are. */
export function stateReceipts(reply: FastifyReply, receipts: readonly Receipt[]): void {
  receiptsOfBundles.set(reply, receipts)
}

/**
 * The last moment before an answer leaves: content is counted with the receipt it carries, and content without a
 * receipt is stopped and counted as such. It looks at the answer alone, and trusts nobody who made it.
 */
export function registerContentGuard(app: FastifyInstance, counters: Counters): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!carriesContent(request, reply, payload)) return done(null, payload)
    const receipt = receiptOn(reply)
    if (receipt) {
      counters.answered(receipt, bytesOf(payload))
      return done(null, payload)
    }
    counters.stopped()
    const route = request.routeOptions.url
    request.log.error({ requestId: request.id, route }, 'an answer with content and without a receipt was stopped')
    if (payload instanceof Readable) payload.destroy()
    done(null, stopped(request, reply))
  })
}

function carriesContent(request: FastifyRequest, reply: FastifyReply, payload: unknown): boolean {
  if (reply.statusCode >= 300 || payload === undefined || payload === null || payload === '') return false
  const path = pathOf(request)
  if (!surfacesOfRecords.some((surface) => isBelow(path, surface))) return false
  if (withoutRecords.some((listed) => isBelow(path, listed))) return false
  return !isBelow(path, '/fhir') || !isWithoutRecord(path, payload)
}

/** What FHIR answers that is about no record: what the server can do, what was wrong, and what became of a batch. */
function isWithoutRecord(path: string, payload: unknown): boolean {
  if (typeof payload !== 'string') return false
  if (path === '/fhir/metadata') return payload.startsWith('{"resourceType":"CapabilityStatement"')
  if (/^\{\s*"resourceType":\s*"OperationOutcome"/.test(payload)) return true
  return /^\{\s*"resourceType":\s*"Bundle"/.test(payload) && !payload.includes('"resource":')
}

function receiptOn(reply: FastifyReply): Parameters<Counters['answered']>[0] | undefined {
  const stated = receiptsOfBundles.get(reply)?.map(receiptName) ?? [String(reply.getHeader(receiptHeaderName) ?? '')]
  const sequences = stated.filter((name) => /^\d+$/.test(name)).map(Number)
  if (sequences.length > 0) return { sequences }
  const spool = stated.find((name) => name.startsWith('S'))
  return spool === undefined ? undefined : { spool }
}

function stopped(request: FastifyRequest, reply: FastifyReply): string {
  for (const name of Object.keys(reply.getHeaders())) {
    if (!keptHeaders.has(name)) reply.removeHeader(name)
  }
  reply.code(500).type(problemMediaType)
  const told = tellFailure(new Error('content without a receipt'))
  return JSON.stringify(problemOf(told, languageOf(request.headers['accept-language']), request.id))
}
const keptHeaders = new Set(['x-request-id', 'x-content-type-options', 'content-security-policy', 'cache-control'])

/** As it came over the wire, without its question. */
function pathOf(request: FastifyRequest): string {
  const url = request.raw.url ?? ''
  const mark = url.indexOf('?')
  return mark < 0 ? url : url.slice(0, mark)
}

const isBelow = (path: string, surface: string): boolean =>
  path.startsWith(surface) && (path.length === surface.length || path[surface.length] === '/')

function bytesOf(payload: unknown): number {
  if (typeof payload === 'string') return payload.length
  return payload instanceof Uint8Array ? payload.length : 0
}
