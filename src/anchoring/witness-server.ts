import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../kernel/index.ts'
import { addCheckpoint, maxProofLines, type Witness } from './add-checkpoint.ts'
import { AnchoringFailure } from './errors.ts'
import { witnessPage } from './witness-page.ts'
import { fileOf } from './witness-state.ts'

/** `old` line, proof lines and a checkpoint with many signatures. */
const maxBodyBytes = maxProofLines * 64 + 32_768

export interface WitnessServer {
  readonly address: string
  close(): Promise<void>
}

/**
 * The HTTP side of a witness (C2SP tlog-witness): submissions, what was cosigned last, and a page for people. It has
 * no session, no cookie and no secret to show; who may submit is decided by signatures.
 */
export async function serveWitness(
  witness: Witness,
  { host, port, log }: { readonly host: string; readonly port: number; readonly log: Log },
): Promise<WitnessServer> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 60_000 })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response, witness).catch((err: unknown) => {
      // Nothing was cosigned: the answer comes after the state is on the disk.
      log.error({ err, code: err instanceof AnchoringFailure ? err.code : undefined }, 'the witness could not answer')
      if (!response.headersSent) text(response, 500, 'the witness could not answer\n')
      else response.destroy()
    })
  })
  await listen(server, host, port)
  const { port: taken } = server.address() as AddressInfo
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeIdleConnections()
      }),
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, witness: Witness): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://witness')
  if (pathname === '/add-checkpoint') {
    if (request.method !== 'POST') return notAllowed(response, 'POST')
    return await answerSubmission(request, response, witness)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return notAllowed(response, 'GET, HEAD')
  if (pathname === '/') return page(response, await witnessPage(witness, request.headers['accept-language']))
  if (pathname === '/healthz') return text(response, 200, 'ok\n')
  const [, name] = /^\/([0-9a-f]{64})\/checkpoint$/.exec(pathname) ?? []
  const followed = [...witness.logs.keys()].find((origin) => fileOf(origin) === name)
  const tree = followed === undefined ? undefined : await witness.state.read(followed)
  if (!tree) return text(response, 404, 'nothing here\n')
  response.setHeader('Cache-Control', 'no-cache')
  text(response, 200, tree.note)
}

async function answerSubmission(request: IncomingMessage, response: ServerResponse, witness: Witness): Promise<void> {
  const body = await readBody(request)
  if (body === undefined) {
    response.setHeader('Connection', 'close')
    return text(response, 413, 'the request is too large\n')
  }
  const given = await addCheckpoint(body, witness)
  switch (given.status) {
    case 200:
      return text(response, 200, given.cosignature)
    case 409:
      response.setHeader('Content-Type', 'text/x.tlog.size')
      return text(response, 409, `${given.size}\n`)
    default:
      return text(response, given.status, `${given.reason}\n`)
  }
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function text(response: ServerResponse, status: number, content: string): void {
  response.statusCode = status
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.end(content)
}

function page(response: ServerResponse, html: string): void {
  response.setHeader('Content-Type', 'text/html; charset=utf-8')
  response.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
  response.setHeader('Cache-Control', 'no-cache')
  text(response, 200, html)
}

function notAllowed(response: ServerResponse, allow: string): void {
  response.setHeader('Allow', allow)
  text(response, 405, 'this method is not for this address\n')
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(port, host, () => {
      server.off('error', fail)
      done()
    })
  })
}
