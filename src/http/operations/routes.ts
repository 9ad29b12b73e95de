import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.ts'

export interface Readiness {
  readonly name: string
  /** Told, but the service goes on without it. */
  readonly isOptional?: boolean
  /** How it is told when it does not answer; `delayed` unless said otherwise. */
  readonly otherwise?: 'delayed' | 'attention'
  /** Resolves when this part can do its work; rejects with the reason. */
  check(): Promise<void>
}

/**
 * `/healthz`: the process lives. `/readyz`: each part it needs answers; one it can do without may be `delayed`.
 * `/metrics`: figures for Prometheus.
 */
export function registerOperations(app: FastifyInstance, metrics: Metrics, parts: readonly Readiness[]): void {
  app.get('/healthz', async () => ({ status: 'ok' }))

  app.get('/readyz', async (_request, reply) => {
    const results = await Promise.all(
      parts.map(async (part) => {
        try {
          await part.check()
          return [part.name, 'ok'] as const
        } catch {
          return [part.name, part.isOptional ? (part.otherwise ?? 'delayed') : 'unavailable'] as const
        }
      }),
    )
    const ready = results.every(([, state]) => state !== 'unavailable')
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ok' : 'unavailable', parts: Object.fromEntries(results) })
  })

  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
}
