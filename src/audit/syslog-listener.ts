import { createSocket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { type Log, openClosing } from '../kernel/index.ts'
import type { AuditSource, AuditSources } from './audit-source.ts'
import { AuditFailure } from './errors.ts'
import type { AuditIntake } from './receive.ts'
import { openFrameReader } from './syslog-frames.ts'
import { type SyslogSender, takeFrames } from './syslog-reception.ts'
import { openUdpQueue } from './udp-queue.ts'

export interface SyslogListenerOptions {
  readonly intake: AuditIntake
  readonly log: Log
  /** DICOM PS3.15 A.6 asks for 32,768 octets at least. */
  readonly maxMessageBytes?: number
}

export interface SyslogListener {
  /** Ports in use, where one was asked for; a free one where it was 0. */
  readonly ports: { readonly tls?: number; readonly tcp?: number; readonly udp?: number }
  /** Takes in what has arrived, then lets go of the ports. */
  close(): Promise<void>
}

const maxConnections = 256

/**
 * Listens for audit messages over syslog: RFC 5425 (TLS with certificates on both sides), plain TCP with the same
 * framing, and RFC 5426 (UDP). A sender is known by its certificate, or by its address where there is none: an address
 * proves little, and over UDP nothing, which the source's registration accepts.
 * @throws {AuditFailure} `audit-port-unavailable`, `audit-configuration-unreadable`.
 */
export async function openSyslogListener(options: SyslogListenerOptions): Promise<SyslogListener> {
  const { intake } = options
  const { listen } = intake.sources
  const closing = openClosing()
  const abort = new AbortController()
  const desk = { ...options, signal: abort.signal }
  const under = new Set<Promise<void>>()
  const ports: { tls?: number; tcp?: number; udp?: number } = {}
  try {
    if (listen.tls) {
      const server = createTlsServer(await credentialsOf(listen.tls), (socket) =>
        admit(socket, 'tls', sourceOfCertificate(intake.sources, socket)),
      )
      server.on('tlsClientError', (_error, socket) => refuseStranger('tls', 'certificate', socket.remoteAddress))
      ports.tls = await serve(server, listen.tls)
    }
    if (listen.tcp) {
      const server = createServer((socket) =>
        admit(socket, 'tcp', sourceOfAddress(intake.sources, addressOf(socket.remoteAddress))),
      )
      ports.tcp = await serve(server, listen.tcp)
    }
    if (listen.udp) ports.udp = await serveDatagrams(listen.udp)
  } catch (error) {
    await closing.run().catch(() => {})
    throw error
  }
  return {
    ports,
    async close() {
      // Time to record what was read; then whoever still waits for a database is let go.
      const patience = setTimeout(() => abort.abort(), 5_000)
      await closing.run()
      clearTimeout(patience)
      abort.abort()
    },
  }

  async function serve(server: Server, at: { readonly port: number; readonly host: string }): Promise<number> {
    const open = new Set<Socket>()
    server.maxConnections = maxConnections
    server.on('connection', (socket: Socket) => {
      open.add(socket)
      socket.on('close', () => open.delete(socket))
    })
    const port = await bound(server, (done) => server.listen(at.port, at.host, done), at)
    closing.add(async () => {
      const closed = new Promise<void>((done) => server.close(() => done()))
      for (const socket of open) socket.destroySoon()
      await Promise.allSettled([...under])
      for (const socket of open) socket.destroy()
      await closed
    })
    return port
  }

  async function serveDatagrams(at: { readonly port: number; readonly host: string }): Promise<number> {
    const socket = createSocket(at.host.includes(':') ? 'udp6' : 'udp4')
    const queue = openUdpQueue(desk)
    socket.on('message', (bytes, { address }) => {
      const source = sourceOfAddress(intake.sources, addressOf(address))
      if (!source) refuseStranger('udp', 'source-unknown', address)
      else queue.add(bytes, { source, address, transport: 'udp' })
    })
    const port = await bound(socket, (done) => socket.bind(at.port, at.host, done), at)
    closing.add(async () => {
      await new Promise<void>((done) => socket.close(done))
      await queue.close()
    })
    return port
  }

  function admit(socket: Socket, transport: 'tls' | 'tcp', source: AuditSource | undefined): void {
    socket.on('error', () => socket.destroy())
    const address = addressOf(socket.remoteAddress)
    if (!source) {
      socket.destroy()
      refuseStranger(transport, 'source-unknown', address)
      return
    }
    const reading = readConnection(socket, { source, address, transport })
    under.add(reading)
    reading.finally(() => under.delete(reading)).catch(() => {})
  }

  /** The loop waits for the ledger before it reads on: a sender that is faster than the ledger is held by TCP. */
  async function readConnection(socket: Socket, sender: SyslogSender): Promise<void> {
    const frames = openFrameReader(options.maxMessageBytes ?? 262_144)
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        const found = frames.push(chunk)
        await takeFrames(found, sender, desk)
        if (found.some((frame) => frame.kind === 'broken')) return
      }
    } catch (error) {
      options.log.debug({ source: sender.source.id, code: (error as { code?: string }).code }, 'audit connection lost')
    } finally {
      socket.destroy()
    }
  }

  function refuseStranger(transport: 'tls' | 'tcp' | 'udp', rule: string, address: string | undefined): void {
    const issues = [{ field: 'source', rule, zh: '来源未登记', en: 'the source is not registered' }]
    intake
      .refuse({ transport, address: addressOf(address), format: 'dicom', issues })
      .catch((err: unknown) => options.log.error({ err }, 'a refused sender could not be traced'))
  }
}

function bound(
  server: { once(event: 'error', told: (cause: Error) => void): unknown; address(): unknown },
  listen: (done: () => void) => void,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', (cause) =>
      fail(new AuditFailure('audit-port-unavailable', `${host}:${port} cannot be listened on`, { cause })),
    )
    listen(() => done((server.address() as { port: number }).port))
  })
}

async function credentialsOf(tls: NonNullable<AuditSources['listen']['tls']>) {
  try {
    const [cert, key, ca] = await Promise.all([
      readFile(tls.certificate),
      readFile(tls.key),
      readFile(tls.clientAuthorities),
    ])
    return { cert, key, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const
  } catch (cause) {
    throw new AuditFailure('audit-configuration-unreadable', 'certificate or key of the audit listener', { cause })
  }
}

function sourceOfCertificate({ sources }: AuditSources, socket: TLSSocket): AuditSource | undefined {
  const { fingerprint256 } = socket.getPeerCertificate()
  return sources.find(
    ({ authenticates }) =>
      authenticates.by === 'certificate' && authenticates.fingerprint256.toUpperCase() === fingerprint256,
  )
}

function sourceOfAddress({ sources }: AuditSources, address: string): AuditSource | undefined {
  return sources.find(
    ({ authenticates }) => authenticates.by === 'address' && authenticates.addresses.includes(address),
  )
}

/** IPv4 as it is written, also where the system says it as IPv6. */
const addressOf = (address: string | undefined): string => (address ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '')
