import type { FastifyInstance } from 'fastify'
import { parseTilePath, tilePath } from '../../crypto/index.ts'
import type { Tree } from '../../ledger/index.ts'

/** The log over SHA-256 and the one over SM3. */
export type LogPrefix = '/ledger' | '/ledger/sm3'

/**
 * A log of the ledger as C2SP tlog-tiles under `prefix`: the newest checkpoint and the tiles of hashes, for whoever
 * wants to check it. Only hashes go out: bundles of entries hold personal data and are not served here.
 */
export function registerTileRoutes(app: FastifyInstance, prefix: LogPrefix, tree: Tree): void {
  app.get(`${prefix}/checkpoint`, async (_request, reply) => {
    const checkpoint = await tree.checkpoint()
    if (!checkpoint) return nothing()
    return reply.type('text/plain; charset=utf-8').header('Cache-Control', 'no-cache').send(checkpoint.note)
  })

  app.get<{ Params: { '*': string } }>(`${prefix}/tile/*`, async (request, reply) => {
    const path = `tile/${request.params['*']}`
    const address = parseTilePath(path)
    if (!address || address.level === 'entries' || tilePath(address) !== path) return nothing()
    const tile = await tree.tile(address)
    if (!tile) return nothing()
    return reply
      .type('application/octet-stream')
      .header('Cache-Control', 'public, max-age=31536000, immutable')
      .send(tile)
  })
}

function nothing(): never {
  throw Object.assign(new Error('not found'), { statusCode: 404 })
}
