import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Caller, InvalidInput } from '../kernel/index.ts'
import { type Language, languageOf } from './errors/index.ts'

/** What a route of the console API is given: everything parsed, the person identified. */
export interface ApiCall<Params, Query, Body> {
  readonly caller: Caller
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly language: Language
  readonly requestId: string
  readonly reply: FastifyReply
}

/** One route of the console API: how it is called, documented and answered, in one place. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly summary: string
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly answer: z.ZodType
  readonly answerWith: (call: ApiCall<never, never, never>) => Promise<unknown>
}

interface RouteShape<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly summary: string
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  readonly answer: Answer
  readonly answerWith: (call: ApiCall<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<z.input<Answer>>
}

export function apiRoute<
  Params extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Query extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Body extends z.ZodType = z.ZodUndefined,
  Answer extends z.ZodType = z.ZodType,
>(route: RouteShape<Params, Query, Body, Answer>): ApiRoute {
  return route as unknown as ApiRoute
}

export function registerApiRoutes(
  app: FastifyInstance,
  routes: readonly ApiRoute[],
  identify: (request: FastifyRequest) => Promise<Caller>,
): void {
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.url,
      async handler(request, reply) {
        const caller = await identify(request)
        const call = {
          caller,
          params: parse(route.params, request.params, 'path'),
          query: parse(route.query?.strict() ?? z.strictObject({}), request.query, 'query'),
          body: parse(route.body, request.body, 'body'),
          language: languageOf(request.headers['accept-language']),
          requestId: request.id,
          reply,
        }
        const answer = (await route.answerWith(call as ApiCall<never, never, never>)) as { receipt?: number }
        if (typeof answer.receipt === 'number') reply.header('Chartward-Receipt', answer.receipt)
        reply.header('Cache-Control', 'no-store')
        return answer
      },
    })
  }
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new InvalidInput(
    parsed.error.issues.map((issue) => ({
      field: [where, ...(issue.code === 'unrecognized_keys' ? issue.keys : issue.path)].join('.'),
      rule: issue.code,
      zh: issue.code === 'unrecognized_keys' ? '没有这个参数' : `不合规：${issue.message}`,
      en: issue.code === 'unrecognized_keys' ? 'there is no such parameter' : issue.message,
    })),
  )
}
