import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const server = /^\/(api|fhir|access|ledger|docs|oauth|metrics|healthz|readyz|\.well-known)(\/|$|\?)/

/** The built console at `/`: files with hashed names are kept for a year, every other address is the application's own. */
export async function registerConsoleFiles(app: FastifyInstance, folder: string, secure: boolean): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', async (_request, reply) =>
      reply.code(503).type('text/plain').send('The console is not built: npm run build'),
    )
    return
  }
  const headers = pageHeaders(secure)
  await app.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    cacheControl: false,
    setHeaders(response, path) {
      for (const [name, value] of Object.entries(headers)) response.header(name, value)
      response.header('Cache-Control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    if (wantsPage && !server.test(request.url)) return reply.header('Cache-Control', 'no-cache').sendFile('index.html')
    throw Object.assign(new Error('not found'), { statusCode: 404 })
  })
}

function pageHeaders(secure: boolean): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'self'",
    // Ant Design writes its styles into the page.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(secure ? ['upgrade-insecure-requests'] : []),
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Frame-Options': 'DENY',
  }
}
