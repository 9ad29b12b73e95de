import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type PatientId, type PersonId, silentLog } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type EntryDraft, type Ledger, openLedger, openTrace } from '../ledger/index.ts'
import type { AuditDestination } from './audit-destination.ts'
import { type Outbox, startOutbox } from './outbox.ts'
import { readDicomEvent } from './read-dicom-event.ts'
import { readSyslog, type SyslogMessage } from './syslog-message.ts'
import { opensslIsHere, openTestAuthority, type TestAuthority } from './test-certificates.ts'
import { openTestReceiver, type TestReceiver } from './test-receiver.ts'

const sender = fileURLToPath(new URL('./outbox.sender.ts', import.meta.url))
const host = '127.0.0.1'
let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let authority: TestAuthority | undefined
/** Size of the ledger when a test begins: what it does is told from there. */
let base: number
before(async () => {
  if (opensslIsHere) authority = openTestAuthority()
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
})
beforeEach(async () => {
  base = await ledger.size()
  await at.database.query('delete from audit_destination')
  await at.database.query(`insert into audit_destination (id, position) values ('siem', $1), ('deaf', $1)`, [base])
})
after(async () => {
  await ledger.close()
  await at.drop()
  authority?.remove()
})

const fill = (count: number, draft: Partial<EntryDraft> = {}) =>
  ledger.record(
    Array.from(
      { length: count },
      (_, i): EntryDraft => ({
        kind: 'permit',
        outcome: 0,
        actor: { person: `person-${i}` as PersonId },
        terminal: { address: '10.0.0.7' },
        ...draft,
      }),
    ),
  )
const to = (port: number, changes: Partial<AuditDestination> = {}): AuditDestination => ({
  id: 'siem',
  from: 'beginning',
  send: { as: 'audit-message', dialect: 'dicom', to: { over: 'tcp', host, port, confirm: 'close' } },
  ...changes,
})
const start = (destination: AuditDestination, changes: { readonly batchSize?: number } = {}): Outbox =>
  startOutbox({
    database: at.database,
    trace: openTrace(at),
    destinations: [destination],
    context: { origin: 'test/ledger', publicUrl: 'http://test' },
    log: silentLog,
    everyMs: 10,
    longestPauseMs: 50,
    ...changes,
  })
async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let waited = 0; waited < 1_200; waited++) {
    if (await isSo()) return
    await new Promise((done) => setTimeout(done, 25))
  }
  assert.fail(what)
}
/** The entry a message is about: PROCID is the place in the ledger. */
const sequencesOf = (messages: readonly SyslogMessage[]) => messages.map(({ processId }) => Number(processId) - base)
const upTo = (size: number) => Array.from({ length: size }, (_, i) => i)
const positionOf = async (outbox: Outbox) => ((await outbox.state())[0]?.position ?? Number.NaN) - base

for (const dialect of ['dicom', 'rfc3881'] as const) {
  test(`every entry arrives in order as ${dialect} over TLS, with certificates on both sides`, {
    skip: opensslIsHere ? false : 'openssl is not installed',
  }, async () => {
    const server = authority!.issue(`receiver-${dialect}`)
    const client = authority!.issue(`chartward-${dialect}`)
    const receiver = await openTestReceiver({ tls: { ...server, clientAuthorities: authority!.authority } })
    await fill(30)
    await fill(1, { outcome: 8, kind: 'refusal' })
    const { fingerprint256: _, ...identity } = client
    const outbox = start(
      to(0, {
        send: {
          as: 'audit-message',
          dialect,
          to: {
            over: 'tls',
            host,
            port: receiver.port,
            confirm: 'close',
            authorities: authority!.authority,
            ...identity,
          },
        },
      }),
    )
    await until(async () => (await positionOf(outbox)) === 31, 'not all was handed over')
    await outbox.close()
    await receiver.close()
    assert.deepEqual(sequencesOf(receiver.messages), upTo(31))
    const [first] = receiver.messages
    assert.equal(first?.messageId, dialect === 'dicom' ? 'IHE+DICOM' : 'IHE+RFC-3881')
    assert.deepEqual([first?.priority, receiver.messages.at(-1)?.priority], [85, 84])
    const read = readDicomEvent(first!.text)
    assert.equal(read.outcome === 'read' && read.event.person?.id, 'person-0')
  })
}

test('a receiver whose certificate is of a stranger authority gets nothing', {
  skip: opensslIsHere ? false : 'openssl is not installed',
}, async () => {
  const stranger = openTestAuthority()
  const receiver = await openTestReceiver({
    tls: { ...stranger.issue('receiver'), clientAuthorities: authority!.authority },
  })
  await fill(3)
  const outbox = start(
    to(0, {
      send: {
        as: 'cef',
        to: { over: 'tls', host, port: receiver.port, confirm: 'close', authorities: authority!.authority },
      },
    }),
  )
  await until(async () => (await outbox.state())[0]?.failure !== undefined, 'no failure was noted')
  assert.equal(await positionOf(outbox), 0)
  assert.equal((await outbox.state())[0]?.failure, 'audit-destination-unavailable')
  await outbox.close()
  await receiver.close()
  stranger.remove()
  assert.deepEqual(receiver.messages, [])
})

test('a receiver that crashes in mid-stream gets again what it may not have had, and in order', async () => {
  await fill(200)
  const crashing: { receiver?: TestReceiver } = {}
  let crashed: Promise<void> | undefined
  crashing.receiver = await openTestReceiver({
    onMessage: (count) => {
      if (count === 57) crashed = crashing.receiver!.crash()
    },
  })
  const { port } = crashing.receiver
  const outbox = start(to(port), { batchSize: 25 })
  await until(() => crashed !== undefined, 'the receiver never came to its crash')
  await crashed
  const kept = crashing.receiver.messages.slice(0, 57)
  const receiver = await openTestReceiver({ port })
  await until(async () => (await positionOf(outbox)) === 200, 'not all was handed over')
  await outbox.close()
  await receiver.close()
  const all = [...sequencesOf(kept), ...sequencesOf(receiver.messages)]
  assert.deepEqual([...new Set(all)], upTo(200))
  assert.equal(
    (await at.database.query<{ failed: number }>('select count(last_failure) as failed from audit_destination'))[0]
      ?.failed,
    0,
  )
})

test('a sender killed in mid-stream leaves nothing out: the next one goes on from its position', async () => {
  await fill(400)
  let children = 0
  const kills: Promise<unknown>[] = []
  let child: ReturnType<typeof spawn> | undefined
  const receiver = await openTestReceiver({
    onMessage: (count) => {
      if (count !== 50 && count !== 170) return
      const doomed = child!
      doomed.kill('SIGKILL')
      kills.push(once(doomed, 'exit').then(launch))
    },
  })
  function launch(): void {
    children += 1
    child = spawn(process.execPath, [sender, at.url, JSON.stringify([to(receiver.port)])], { stdio: 'ignore' })
  }
  launch()
  const position = async () =>
    (await at.database.query<{ position: number }>(`select position from audit_destination where id = 'siem'`))[0]!
      .position - base
  await until(async () => (await position()) === 400, 'not all was handed over')
  assert.equal(children, 3)
  child?.kill('SIGKILL')
  await receiver.close()
  assert.deepEqual([...new Set(sequencesOf(receiver.messages))], upTo(400))
})

test('a receiver that reads nothing holds up nobody but itself', async () => {
  const deaf = await openTestReceiver({ deaf: true })
  const receiver = await openTestReceiver()
  await fill(50)
  const outbox = startOutbox({
    database: at.database,
    trace: openTrace(at),
    destinations: [to(deaf.port, { id: 'deaf' }), to(receiver.port)],
    context: { origin: 'test/ledger', publicUrl: 'http://test' },
    log: silentLog,
    everyMs: 10,
  })
  await until(() => receiver.messages.length === 50, 'the other receiver waits')
  await fill(50)
  await until(() => receiver.messages.length === 100, 'the other receiver waits')
  const waiting = new Map((await outbox.state()).map((one) => [one.id, one.waiting]))
  assert.equal(waiting.get('deaf'), 100)
  await outbox.close()
  await Promise.all([deaf.close(), receiver.close()])
})

test('two processes do not send at the same time', async () => {
  const receiver = await openTestReceiver()
  await fill(120)
  const both = [start(to(receiver.port), { batchSize: 10 }), start(to(receiver.port), { batchSize: 10 })]
  await until(async () => (await positionOf(both[0]!)) === 120, 'not all was handed over')
  await Promise.all(both.map((outbox) => outbox.close()))
  await receiver.close()
  assert.deepEqual(sequencesOf(receiver.messages), upTo(120))
})

test('a destination gets the kinds it asked for, and its position passes the others', async () => {
  const receiver = await openTestReceiver()
  await fill(5)
  await fill(2, { kind: 'sign-in-failed', outcome: 4 })
  await fill(5)
  const send = { as: 'cef', to: { over: 'tcp', host, port: receiver.port, confirm: 'write' } } as const
  const outbox = start(to(0, { kinds: ['sign-in-failed'], send }))
  await until(async () => (await positionOf(outbox)) === 12, 'not all was handed over')
  await until(() => receiver.messages.length === 2, 'two messages')
  await outbox.close()
  await receiver.close()
  assert.deepEqual(sequencesOf(receiver.messages), [5, 6])
  assert.match(receiver.messages[0]!.text, /^CEF:0\|Chartward\|.*\|sign-in-failed\|/)
})

test('a destination that is new begins with what happens from then on', async () => {
  const receiver = await openTestReceiver()
  await at.database.query('delete from audit_destination')
  await fill(9)
  const outbox = start(to(receiver.port, { from: 'now' }))
  await until(async () => (await positionOf(outbox)) === 9, 'no position')
  await fill(1)
  await until(() => receiver.messages.length === 1, 'nothing came')
  await outbox.close()
  await receiver.close()
  assert.deepEqual(sequencesOf(receiver.messages), [9])
})

test('entries that are nowhere stop a destination, and it says so: none is left out in silence', async () => {
  const receiver = await openTestReceiver()
  await fill(4)
  const trace = openTrace(at)
  let gone = true
  const outbox = startOutbox({
    database: at.database,
    trace: {
      entriesAt: (sequences) => (gone ? trace.entriesAt([...sequences, 1_000_000_000]) : trace.entriesAt(sequences)),
    },
    destinations: [to(receiver.port)],
    context: { origin: 'test/ledger', publicUrl: 'http://test' },
    log: silentLog,
    everyMs: 10,
    longestPauseMs: 20,
  })
  await until(async () => (await outbox.state())[0]?.failure === 'trace-broken', 'no failure was noted')
  assert.equal(await positionOf(outbox), 0)
  gone = false
  await until(async () => (await positionOf(outbox)) === 4, 'not all was handed over')
  await outbox.close()
  await receiver.close()
  assert.deepEqual(sequencesOf(receiver.messages), upTo(4))
})

test('datagrams carry one message each', async () => {
  const socket = createSocket('udp4')
  const found: SyslogMessage[] = []
  socket.on('message', (bytes) => {
    const message = readSyslog(bytes)
    if (!('fault' in message)) found.push(message)
  })
  socket.bind(0, host)
  await once(socket, 'listening')
  await fill(5)
  const outbox = start(to(0, { send: { as: 'cef', to: { over: 'udp', host, port: socket.address().port } } }))
  await until(() => found.length === 5, `${found.length} of 5 datagrams`)
  await outbox.close()
  socket.close()
  assert.deepEqual(sequencesOf(found), upTo(5))
})

test('what is longer than a datagram goes without its lists, and the outbox goes on', async () => {
  const socket = createSocket('udp4')
  const found: SyslogMessage[] = []
  socket.on('message', (bytes) => {
    const message = readSyslog(bytes)
    if (!('fault' in message)) found.push(message)
  })
  socket.bind(0, host)
  await once(socket, 'listening')
  const records = Array.from({ length: 900 }, (_, i) => `Observation/${'x'.repeat(40)}-${i}`)
  await fill(1, { kind: 'exposure', patient: 'p-1' as PatientId, detail: { records } })
  await fill(1)
  const target = { over: 'udp', host, port: socket.address().port } as const
  const outbox = start(to(0, { send: { as: 'audit-message', dialect: 'dicom', to: target } }))
  await until(() => found.length === 2, `${found.length} of 2 datagrams`)
  await outbox.close()
  socket.close()
  assert.deepEqual(sequencesOf(found), [0, 1])
  const read = readDicomEvent(found[0]!.text)
  assert.deepEqual(read.outcome === 'read' && read.event.patients, ['p-1'])
})

test('a FHIR server gets each event; what it refuses waits, and what it took is not sent again', async () => {
  const taken: number[] = []
  let refusing = true
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const event = JSON.parse(Buffer.concat(chunks).toString())
    const accepted = request.url === '/fhir/AuditEvent' && request.headers.authorization === 'Bearer x'
    if (!accepted || (refusing && taken.length === 3)) return response.writeHead(503).end()
    taken.push(Number(event.id) - base)
    return response.writeHead(201).end()
  }).listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await fill(6)
  const outbox = startOutbox({
    database: at.database,
    trace: openTrace(at),
    destinations: [
      to(0, { send: { as: 'fhir', url: `http://${host}:${port}/fhir`, authorizationFrom: 'ARCHIVE_TOKEN' } }),
    ],
    context: { origin: 'test/ledger', publicUrl: 'http://test' },
    log: silentLog,
    environment: { ARCHIVE_TOKEN: 'Bearer x' },
    everyMs: 10,
    longestPauseMs: 20,
  })
  await until(async () => (await outbox.state())[0]?.failure !== undefined, 'no failure was noted')
  assert.equal(await positionOf(outbox), 3)
  refusing = false
  await until(async () => (await positionOf(outbox)) === 6, 'not all was handed over')
  await outbox.close()
  server.closeAllConnections()
  server.close()
  assert.deepEqual(taken, upTo(6))
})
