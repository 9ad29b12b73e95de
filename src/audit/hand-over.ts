import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { AuditDestination, SyslogTarget } from './audit-destination.ts'
import { AuditFailure } from './errors.ts'
import { writeFrame } from './syslog-frames.ts'

/**
 * Hands messages over, in order. Resolves with how many were: fewer than given only where one of a sequence was
 * refused after others were taken.
 * @throws {AuditFailure} `audit-destination-unavailable` when none can be said to have been taken.
 */
export type HandOver = (messages: readonly Buffer[], signal: AbortSignal) => Promise<number>

const patienceMs = 15_000

export function handOverOf(send: AuditDestination['send'], environment: NodeJS.ProcessEnv): HandOver {
  if (send.as === 'fhir') return (messages, signal) => post(messages, send, environment, signal)
  const { to } = send
  if (to.over === 'udp') return (messages) => sendDatagrams(messages, to)
  return (messages, signal) => sendStream(messages, to, signal)
}

const unavailable = (what: string, cause?: unknown) =>
  new AuditFailure('audit-destination-unavailable', what, cause === undefined ? {} : { cause })

/** One connection for each batch: its orderly end is the only answer syslog has (RFC 5425 §4.4). */
async function sendStream(
  messages: readonly Buffer[],
  to: Exclude<SyslogTarget, { over: 'udp' }>,
  signal: AbortSignal,
): Promise<number> {
  const socket = await opened(to, signal)
  const closed = orderlyEnd(socket, to.confirm)
  const stop = () => socket.destroy(unavailable('stopped'))
  signal.addEventListener('abort', stop)
  try {
    socket.write(Buffer.concat(messages.map(writeFrame)))
    socket.end()
    await closed
    return messages.length
  } catch (cause) {
    throw unavailable(`${to.host}:${to.port} did not take what was sent`, cause)
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

async function opened(to: Exclude<SyslogTarget, { over: 'udp' }>, signal: AbortSignal): Promise<Socket> {
  const socket = to.over === 'tls' ? connectTls(await tlsOptions(to)) : connect(to.port, to.host)
  const ready = to.over === 'tls' ? 'secureConnect' : 'connect'
  const giveUp = () => socket.destroy(unavailable('no connection in time'))
  const timer = setTimeout(giveUp, patienceMs)
  signal.addEventListener('abort', giveUp)
  try {
    await once(socket, ready)
    return socket
  } catch (cause) {
    throw unavailable(`${to.host}:${to.port} cannot be reached`, cause)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
  }
}

async function tlsOptions(to: Extract<SyslogTarget, { over: 'tls' }>) {
  const read = async (file: string | undefined) => (file === undefined ? undefined : await readFile(file))
  try {
    const [ca, cert, key] = await Promise.all([read(to.authorities), read(to.certificate), read(to.key)])
    return {
      host: to.host,
      port: to.port,
      ca: ca!,
      minVersion: 'TLSv1.2',
      ...(cert && { cert }),
      ...(key && { key }),
    } as const
  } catch (cause) {
    throw new AuditFailure('audit-configuration-unreadable', 'certificate or key of an audit destination', { cause })
  }
}

/** Resolves when the other side has closed after reading all of it (`close`), or when all was written (`write`). */
function orderlyEnd(socket: Socket, confirm: 'close' | 'write'): Promise<void> {
  const ended = new Promise<void>((done, fail) => {
    const giveUp = setTimeout(() => fail(unavailable('the receiver did not close in time')), patienceMs)
    const settled = (work: () => void) => () => {
      clearTimeout(giveUp)
      work()
    }
    let finished = false
    let theyEnded = false
    socket.on('finish', () => {
      finished = true
      if (confirm === 'write') settled(done)()
    })
    // An end that comes before everything was written is no answer to it.
    socket.on('end', () => {
      theyEnded = finished
    })
    socket.on('error', (cause) => settled(() => fail(cause))())
    socket.on(
      'close',
      settled(() => (theyEnded ? done() : fail(unavailable('the connection broke')))),
    )
    socket.resume()
  })
  // Whoever waits hears of it; before that a failure must not end the process.
  ended.catch(() => {})
  return ended
}

/** RFC 5426: nothing answers, so handed over means given to the network. */
async function sendDatagrams(messages: readonly Buffer[], to: Extract<SyslogTarget, { over: 'udp' }>): Promise<number> {
  const socket = createSocket(to.host.includes(':') ? 'udp6' : 'udp4')
  try {
    for (const message of messages) {
      await new Promise<void>((done, fail) =>
        socket.send(message, to.port, to.host, (cause) => (cause ? fail(cause) : done())),
      )
    }
    return messages.length
  } catch (cause) {
    throw unavailable(`${to.host}:${to.port} takes no datagrams`, cause)
  } finally {
    socket.close()
  }
}

async function post(
  messages: readonly Buffer[],
  { url, authorizationFrom }: Extract<AuditDestination['send'], { as: 'fhir' }>,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number> {
  const authorization = authorizationFrom === undefined ? undefined : environment[authorizationFrom]
  for (const [taken, message] of messages.entries()) {
    const failed = await postOne(`${url.replace(/\/+$/, '')}/AuditEvent`, message, authorization, signal)
    if (!failed) continue
    if (taken > 0) return taken
    throw failed
  }
  return messages.length
}

async function postOne(
  url: string,
  message: Buffer,
  authorization: string | undefined,
  signal: AbortSignal,
): Promise<AuditFailure | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/fhir+json',
        prefer: 'return=minimal',
        ...(authorization !== undefined && { authorization }),
      },
      body: new Uint8Array(message),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    })
    await response.arrayBuffer()
    return response.ok ? undefined : unavailable(`the FHIR server answered ${response.status}`)
  } catch (cause) {
    return unavailable('the FHIR server cannot be reached', cause)
  }
}
