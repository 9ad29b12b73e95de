import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const server = /^\/(api|fhir|access|ledger|docs|oauth|metrics|healthz|readyz|\.well-known)(\/|$|\?)/

/** The built console at `/`: files with hashed names are kept for a year, every other address is the application's own. */
export async function registerConsoleFiles(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', async (_request, reply) =>
      reply.code(503).type('text/plain').send('The console is not built: npm run build'),
    )
    return
  }
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    cacheControl: false,
    setHeaders(response, path) {
      response.header('Cache-Control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    if (wantsPage && !server.test(request.url)) return reply.header('Cache-Control', 'no-cache').sendFile('index.html')
    throw Object.assign(new Error('not found'), { statusCode: 404 })
  })
}
