import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { silentLog, systemClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Entry, type Ledger, openLedger, parseEntry } from '../ledger/index.ts'
import { type AuditIntake, openAuditIntake } from './receive.ts'
import { writeFrame } from './syslog-frames.ts'
import { openSyslogListener, type SyslogListener } from './syslog-listener.ts'
import { writeSyslog } from './syslog-message.ts'
import { opensslIsHere, openTestAuthority, type TestAuthority } from './test-certificates.ts'

const skip = opensslIsHere ? false : 'openssl is not installed'
let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let intake: AuditIntake
let listener: SyslogListener
let authority: TestAuthority
let strangers: TestAuthority
let pacs: ReturnType<TestAuthority['issue']>
let unregistered: typeof pacs
let forged: typeof pacs

before(async () => {
  if (skip) return
  authority = openTestAuthority()
  strangers = openTestAuthority()
  const server = authority.issue('server')
  pacs = authority.issue('pacs')
  unregistered = authority.issue('unregistered')
  forged = strangers.issue('pacs')
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  const source = (id: string, authenticates: AuditIntake['sources']['sources'][number]['authenticates']) =>
    ({ id, name: id, authenticates, people: 'theirs', patients: 'theirs' }) as const
  const host = '127.0.0.1'
  intake = openAuditIntake({
    database: at.database,
    ledger,
    clock: systemClock,
    log: silentLog,
    refusalsToldEachMinute: 1_000,
    sources: {
      sources: [
        source('pacs', { by: 'certificate', fingerprint256: pacs.fingerprint256 }),
        source('lab', { by: 'address', addresses: [host] }),
      ],
      listen: {
        tls: {
          port: 0,
          host,
          certificate: server.certificate,
          key: server.key,
          clientAuthorities: authority.authority,
        },
        tcp: { port: 0, host },
        udp: { port: 0, host },
      },
    },
  })
  listener = await openSyslogListener({ intake, log: silentLog })
})
after(async () => {
  if (skip) return
  await listener.close()
  await intake.close()
  await ledger.close()
  await at.drop()
  authority.remove()
  strangers.remove()
})

let made = 0
function auditMessage(dialect: 'dicom' | 'rfc3881' = 'dicom', padding = 0): string {
  made += 1
  const code = (name: string, value: string) =>
    dialect === 'dicom'
      ? `<${name} csd-code="${value}" codeSystemName="DCM" originalText="x"/>`
      : `<${name} code="${value}" codeSystemName="DCM" displayName="x"/>`
  return `<?xml version="1.0" encoding="UTF-8"?>
<AuditMessage><EventIdentification EventActionCode="R" EventDateTime="2026-03-01T08:00:00.000+08:00" EventOutcomeIndicator="0">${code('EventID', '110103')}</EventIdentification>
<ActiveParticipant UserID="user-${made}" UserIsRequestor="true" NetworkAccessPointID="10.0.0.7" NetworkAccessPointTypeCode="2"/>
<AuditSourceIdentification AuditSourceID="pacs"/><ParticipantObjectIdentification ParticipantObjectID="4711" ParticipantObjectTypeCode="1" ParticipantObjectTypeCodeRole="1">${code('ParticipantObjectIDTypeCode', '2')}</ParticipantObjectIdentification>${' '.repeat(padding)}</AuditMessage>`
}
const syslog = (text: string, mark = true) =>
  writeSyslog(
    {
      priority: 85,
      timestamp: '2026-03-01T00:00:00.000Z',
      hostname: 'pacs',
      appName: 'x',
      messageId: 'IHE+DICOM',
      text,
    },
    { mark },
  )

async function entries(): Promise<readonly Entry[]> {
  const rows = await at.database.query<{ body: string }>('select body from ledger_entry order by sequence')
  return rows.map((row) => parseEntry(row.body))
}
/** Waits for so many more entries than before. */
async function moreEntries(before: number, count: number): Promise<readonly Entry[]> {
  for (let waited = 0; waited < 1_200; waited++) {
    const found = await entries()
    if (found.length >= before + count) return found.slice(before)
    await new Promise((done) => setTimeout(done, 25))
  }
  return assert.fail(`${(await entries()).length - before} of ${count} entries`)
}

async function connected(kind: 'tls' | 'tcp', identity: typeof pacs = pacs): Promise<Socket> {
  if (kind === 'tcp') {
    const socket = connect(listener.ports.tcp!, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }
  const socket = connectTls({
    port: listener.ports.tls!,
    host: '127.0.0.1',
    ca: readFileSync(authority.authority),
    cert: readFileSync(identity.certificate),
    key: readFileSync(identity.key),
  })
  await once(socket, 'secureConnect')
  return socket
}

for (const kind of ['tls', 'tcp'] as const) {
  for (const dialect of ['dicom', 'rfc3881'] as const) {
    test(`messages of ${dialect} over ${kind} are recorded in order, in whatever pieces they come`, {
      skip,
    }, async () => {
      const before = (await entries()).length
      const socket = await connected(kind)
      const bytes = Buffer.concat(
        Array.from({ length: 30 }, (_, i) => writeFrame(syslog(auditMessage(dialect), i % 2 === 0))),
      )
      for (let from = 0; from < bytes.length; from += 701) socket.write(bytes.subarray(from, from + 701))
      socket.end()
      const found = await moreEntries(before, 30)
      assert.ok(found.every((entry) => entry.kind === 'foreign'))
      const numbers = found.map((entry) => Number(entry.actor?.person?.split('-').at(-1)))
      assert.deepEqual(
        numbers,
        Array.from({ length: 30 }, (_, i) => numbers[0]! + i),
      )
      assert.equal(found[0]?.detail?.source, kind === 'tls' ? 'pacs' : 'lab')
      assert.equal(found[0]?.detail?.transport, kind)
    })
  }
}

test('a datagram is a message', { skip }, async () => {
  const before = (await entries()).length
  const socket = createSocket('udp4')
  socket.send(syslog(auditMessage()), listener.ports.udp!, '127.0.0.1', () => socket.close())
  const [entry] = await moreEntries(before, 1)
  assert.equal(entry?.detail?.transport, 'udp')
  assert.equal(entry?.patient, 'lab:4711')
})

test('a message of 200,000 octets is taken; a longer one is passed over, told, and the next one taken', {
  skip,
}, async () => {
  const before = (await entries()).length
  const socket = await connected('tls')
  socket.write(writeFrame(syslog(auditMessage('dicom', 200_000))))
  socket.write(writeFrame(syslog(auditMessage('dicom', 300_000))))
  socket.end(writeFrame(syslog(auditMessage())))
  const found = await moreEntries(before, 3)
  assert.deepEqual(found.map(({ kind }) => kind).sort(), ['foreign', 'foreign', 'refusal'])
  const refusal = found.find(({ kind }) => kind === 'refusal')
  assert.deepEqual(refusal?.detail?.issues, ['syslog max-length'])
})

const refused: readonly (readonly [name: string, bytes: () => Buffer, issue: string])[] = [
  ['what is not framed by octet counting', () => Buffer.from(`${syslog(auditMessage())}\n`), 'syslog octet-counting'],
  [
    'a message of old BSD syslog',
    () => writeFrame(Buffer.from('<85>Oct 11 22:14:15 pacs x: y')),
    'syslog.VERSION rfc5424',
  ],
  [
    'bytes that are not UTF-8',
    () => writeFrame(Buffer.from([0x3c, 0x38, 0x35, 0x3e, 0xff, 0xfe])),
    'syslog.MSG rfc5424',
  ],
  ['another message', () => writeFrame(syslog('CEF:0|x|y|z|1|n|5|')), 'AuditMessage xml'],
  ['a document type', () => writeFrame(syslog(`<!DOCTYPE x>${auditMessage()}`)), 'AuditMessage doctype'],
]
for (const [name, bytes, issue] of refused) {
  test(`${name} is refused with field and rule, and that stands in the ledger`, { skip }, async () => {
    const before = (await entries()).length
    const socket = await connected('tls')
    socket.end(bytes())
    const [entry] = await moreEntries(before, 1)
    assert.equal(entry?.kind, 'refusal')
    assert.equal(entry?.detail?.source, 'pacs')
    assert.deepEqual(entry?.detail?.issues, [issue])
  })
}

test('the same message again, in a new envelope, is recorded once', { skip }, async () => {
  const before = (await entries()).length
  const text = auditMessage()
  const socket = await connected('tls')
  socket.write(writeFrame(syslog(text)))
  socket.write(writeFrame(syslog(text, false)))
  socket.end(writeFrame(syslog(auditMessage())))
  await moreEntries(before, 2)
  assert.equal((await entries()).length, before + 2)
})

test('a certificate nobody registered is turned away, and the attempt is traced', { skip }, async () => {
  const before = (await entries()).length
  const socket = await connected('tls', unregistered)
  socket.on('error', () => {})
  socket.end(writeFrame(syslog(auditMessage())))
  const [entry] = await moreEntries(before, 1)
  assert.deepEqual(entry?.detail?.issues, ['source source-unknown'])
})

test('a certificate of a stranger authority, or none, is turned away', { skip }, async () => {
  const before = (await entries()).length
  const ca = readFileSync(authority.authority)
  const identities = [{ cert: readFileSync(forged.certificate), key: readFileSync(forged.key) }, {}]
  for (const identity of identities) {
    const socket = connectTls({ port: listener.ports.tls!, host: '127.0.0.1', ca, ...identity })
    socket.on('error', () => {})
    socket.end(writeFrame(syslog(auditMessage())))
    await new Promise((done) => socket.once('close', done))
  }
  const found = await moreEntries(before, 2)
  assert.deepEqual(
    found.map((entry) => entry.detail?.issues),
    [['source certificate'], ['source certificate']],
  )
})
