import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { problemSchema } from '../contract/index.ts'
import { version } from '../kernel/index.ts'
import type { ApiRoute } from './api-route.ts'

/** A surface whose own standard describes it: named here, described there. */
export interface StandardSurface {
  readonly method: string
  readonly path: string
  readonly tag: string
  readonly summary: string
}

/** OpenAPI 3.1 at `/docs/json`, readable at `/docs`. The console API comes from the schemas its routes are parsed by. */
export async function registerOpenApi(
  app: FastifyInstance,
  routes: readonly ApiRoute[],
  surfaces: readonly StandardSurface[],
): Promise<void> {
  await app.register(swagger, {
    mode: 'static',
    specification: { document: openApiDocument(routes, surfaces) as never },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { docExpansion: 'list', tryItOutEnabled: false },
  })
}

export function openApiDocument(routes: readonly ApiRoute[], surfaces: readonly StandardSurface[]): object {
  const paths: Record<string, Record<string, object>> = {}
  const put = (path: string, method: string, operation: object) => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation }
  }
  for (const route of routes) {
    put(route.url.replaceAll(/:(\w+)/g, '{$1}'), route.method, {
      tags: ['Console API'],
      summary: route.summary,
      parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
      ...(route.body && {
        requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body) } } },
      }),
      responses: {
        200: { description: 'OK', content: { 'application/json': { schema: schemaOf(route.answer) } } },
        default: {
          description: 'RFC 9457 problem',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    })
  }
  for (const surface of surfaces) {
    const parameters = [...surface.path.matchAll(/\{(\w+)\}/g)].map((found) => ({
      name: found[1],
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }))
    put(surface.path, surface.method, {
      tags: [surface.tag],
      summary: surface.summary,
      parameters,
      responses: { default: { description: 'as the standard says' } },
    })
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Chartward 守历',
      version,
      description:
        'Governs the use of electronic medical records. Every use has a receipt: header `Chartward-Receipt`.',
    },
    components: {
      schemas: { Problem: schemaOf(problemSchema) },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'chartward_session' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
    security: [{ session: [] }, { bearer: [] }],
    paths,
  }
}

function parametersOf(schema: z.ZodObject | undefined, where: 'path' | 'query'): readonly object[] {
  if (!schema) return []
  return Object.entries(schema.shape).map(([name, member]) => ({
    name,
    in: where,
    required: where === 'path' || !(member as z.ZodType).safeParse(undefined).success,
    schema: schemaOf(member as z.ZodType),
  }))
}

function schemaOf(schema: z.ZodType): object {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<
    string,
    unknown
  >
  return json
}
