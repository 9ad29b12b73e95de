import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { openFrameReader } from './syslog-frames.ts'
import { readSyslog, type SyslogMessage } from './syslog-message.ts'

/** For tests only: a syslog receiver as a hospital has one, over TCP or TLS with certificates on both sides. */
export interface TestReceiver {
  readonly port: number
  readonly messages: SyslogMessage[]
  /** Cuts every connection, as a crash of the receiver would, and stops listening. */
  crash(): Promise<void>
  close(): Promise<void>
}

export interface TestReceiverOptions {
  readonly port?: number
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clientAuthorities: string }
  /** Reads nothing at all. */
  readonly deaf?: boolean
  readonly onMessage?: (count: number) => void
}

export async function openTestReceiver(options: TestReceiverOptions = {}): Promise<TestReceiver> {
  const messages: SyslogMessage[] = []
  const sockets = new Set<Socket>()
  const receive = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    if (options.deaf) return
    const frames = openFrameReader(1_000_000)
    socket.on('data', (chunk: Buffer) => {
      for (const frame of frames.push(chunk)) {
        const message = frame.kind === 'message' ? readSyslog(frame.bytes) : { fault: 'MSG' as const }
        if ('fault' in message) throw new Error(`the outbox sent what is no message: ${message.fault}`)
        messages.push(message)
        options.onMessage?.(messages.length)
      }
    })
  }
  const { tls } = options
  const server: Server = tls
    ? createTlsServer(
        {
          cert: readFileSync(tls.certificate),
          key: readFileSync(tls.key),
          ca: readFileSync(tls.clientAuthorities),
          requestCert: true,
          rejectUnauthorized: true,
        },
        receive,
      )
    : createServer(receive)
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const end = async (cut: (socket: Socket) => void) => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) cut(socket)
    await closed
  }
  return {
    port: (server.address() as { port: number }).port,
    messages,
    crash: () => end((socket) => socket.resetAndDestroy()),
    close: () => end((socket) => socket.destroy()),
  }
}
