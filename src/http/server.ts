import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance, LogController } from 'fastify'
import type { Counters } from '../completeness/index.ts'
import type { Log } from '../kernel/index.ts'
import { RefusedRequest } from './console-api/refusal.ts'
import { registerContentGuard } from './content-guard.ts'
import {
  answerFrameworkError,
  languageOf,
  problemMediaType,
  problemOf,
  tellFailure,
  tellRefusal,
} from './errors/index.ts'
import type { Metrics } from './operations/metrics.ts'

interface ServerParts {
  readonly log: Log
  readonly metrics: Metrics
  readonly counters: Counters
  /** Bytes; a request larger than this is refused while it is read. */
  readonly maxBodyBytes: number
  readonly secure: boolean
}

const requestIdPattern = /^[A-Za-z0-9._:-]{1,64}$/

/**
 * The HTTP server every surface is registered on: request ids, security headers, limits on slow and greedy callers,
 * one error table, and logs that name the route and never the address (addresses of searches hold patients' names).
 */
export async function openServer({
  log,
  metrics,
  counters,
  maxBodyBytes,
  secure,
}: ServerParts): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: log as never,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: false, caseSensitive: true },
    trustProxy: false,
    frameworkErrors: answerFrameworkError,
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID()
    },
  })

  await app.register(cookie)
  await app.register(rateLimit, { global: false })

  // Pages bring headers of their own (console-files.ts); everything else is data that no browser should render.
  const dataHeaders = {
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    ...(secure && { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' }),
  }
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(dataHeaders)
    reply.header('X-Request-Id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown'
    metrics.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1000)
    if (reply.statusCode >= 500)
      request.log.warn({ requestId: request.id, route, status: reply.statusCode }, 'request failed')
    else
      request.log.debug(
        {
          requestId: request.id,
          method: request.method,
          route,
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime),
        },
        'request',
      )
    done()
  })

  registerContentGuard(app as unknown as FastifyInstance, counters)

  app.setErrorHandler(async (error, request, reply) => {
    const told = error instanceof RefusedRequest ? tellRefusal(error.decision, error.receipt) : tellFailure(error)
    if (told.receipt !== undefined) reply.header('Chartward-Receipt', told.receipt)
    if (told.isBug) request.log.error({ requestId: request.id, route: request.routeOptions.url, err: error }, 'bug')
    if (told.status === 503) reply.header('Retry-After', '2')
    if (told.allow) reply.header('Allow', told.allow.join(', '))
    return reply
      .code(told.status)
      .type(problemMediaType)
      .send(problemOf(told, languageOf(request.headers['accept-language']), request.id))
  })
  return app as unknown as FastifyInstance
}
