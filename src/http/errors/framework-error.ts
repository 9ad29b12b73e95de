import type { FastifyReply, FastifyRequest } from 'fastify'
import { outcomeOf } from './operation-outcome.ts'
import { problemMediaType, problemOf } from './problem.ts'
import { tellFailure } from './told.ts'
import { languageOf } from './words.ts'

/**
 * Answers what the HTTP framework refuses before any route is found (an address that cannot be decoded): for
 * Fastify's `frameworkErrors`.
 */
export function answerFrameworkError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const told = tellFailure(error)
  const language = languageOf(request.headers['accept-language'])
  reply.code(told.status).header('X-Request-Id', request.id).header('Cache-Control', 'no-store')
  if (/^\/fhir(\/|\?|$)/.test(request.raw.url ?? '')) {
    reply.type('application/fhir+json; charset=utf-8').send(JSON.stringify(outcomeOf(told, language, request.id)))
    return
  }
  reply.type(problemMediaType).send(JSON.stringify(problemOf(told, language, request.id)))
}
