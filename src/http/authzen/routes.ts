import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Caller } from '../../kernel/index.ts'
import { type EvaluationDesk, evaluate, evaluateAll } from './evaluate.ts'
import { type EvaluationRequest, MalformedRequest, parseEvaluation, parseEvaluations, parseJson } from './request.ts'

export interface AuthzenParts extends EvaluationDesk {
  /** Who asks; throws what the server's error table knows where nobody does. */
  readonly identify: (request: FastifyRequest) => Promise<Caller>
  /** Where this server is reached, without a slash at the end. */
  readonly publicUrl: () => string
}

/**
 * The OpenID AuthZEN Authorization API 1.0: the same decision as everywhere else, for other systems. Access evaluation
 * and evaluations; the search endpoints are not offered and not advertised. A denial is 200 with `decision: false`.
 * A person may ask about themselves, a registered application about anybody in the directory.
 */
export async function registerAuthzenRoutes(app: FastifyInstance, parts: AuthzenParts): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    scope.setErrorHandler(async (error, _request, reply) => {
      if (!(error instanceof MalformedRequest)) throw error
      return reply.code(400).send({ error: 'invalid_request', message: error.message })
    })
    scope.addHook('onSend', async (request, reply) => {
      const given = request.headers['x-request-id']
      if (typeof given === 'string' && requestIdPattern.test(given)) reply.header('X-Request-ID', given)
      reply.header('Cache-Control', 'no-store')
    })

    scope.post('/access/v1/evaluation', async (request, reply) => {
      const asker = await parts.identify(request)
      const question = parseEvaluation(parseJson(request.headers['content-type'], request.body))
      if (!mayAsk(asker, [question])) return reply.code(403).send(notYours)
      return evaluate(parts, { asker, requestId: request.id }, question)
    })

    scope.post('/access/v1/evaluations', async (request, reply) => {
      const asker = await parts.identify(request)
      const asked = parseEvaluations(parseJson(request.headers['content-type'], request.body))
      const items = 'items' in asked ? asked.items.flatMap((item) => ('malformed' in item ? [] : [item])) : [asked]
      if (!mayAsk(asker, items)) return reply.code(403).send(notYours)
      if (!('items' in asked)) return evaluate(parts, { asker, requestId: request.id }, asked)
      return { evaluations: await evaluateAll(parts, { asker, requestId: request.id }, asked) }
    })

    scope.get('/.well-known/authzen-configuration', async () => {
      const base = parts.publicUrl()
      return {
        policy_decision_point: base,
        access_evaluation_endpoint: `${base}/access/v1/evaluation`,
        access_evaluations_endpoint: `${base}/access/v1/evaluations`,
      }
    })
  })
}

/** Visible ASCII, bounded: it goes back into a header. */
const requestIdPattern = /^[\x21-\x7e]{1,128}$/
const notYours = {
  error: 'forbidden',
  message: 'a person may ask about themselves only; applications ask about others',
}

function mayAsk(asker: Caller, questions: readonly EvaluationRequest[]): boolean {
  return asker.application !== undefined || questions.every((question) => question.subject.id === asker.person)
}
