import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { writeFrame } from '../../audit/syslog-frames.ts'
import { writeSyslog } from '../../audit/syslog-message.ts'
import { openTestReceiver, type TestReceiver } from '../../audit/test-receiver.ts'
import { freePort, readConfiguration } from '../../kernel/index.ts'
import { openTestDatabase } from '../../kernel/test-database.ts'
import { type Chartward, openChartward } from '../../main.ts'

const folder = mkdtempSync(join(tmpdir(), 'chartward-audit-'))
const program = fileURLToPath(new URL('../../../bin/chartward.mjs', import.meta.url))
const host = '127.0.0.1'
let at: Awaited<ReturnType<typeof openTestDatabase>>
let siem: TestReceiver
let chartward: Chartward
let port: number

before(async () => {
  at = await openTestDatabase()
  siem = await openTestReceiver()
  port = await freePort(host)
  process.env.AUDIT_SOURCES = join(folder, 'sources.json')
  process.env.AUDIT_DESTINATIONS = join(folder, 'destinations.json')
  writeFileSync(
    process.env.AUDIT_SOURCES,
    JSON.stringify({
      sources: [
        { id: 'pacs', name: '影像归档', authenticates: { by: 'address', addresses: [host] } },
        { id: 'old-emr', name: '旧病历系统', authenticates: { by: 'file' } },
      ],
      listen: { tcp: { port, host } },
    }),
  )
  writeFileSync(
    process.env.AUDIT_DESTINATIONS,
    JSON.stringify({
      destinations: [
        {
          id: 'siem',
          kinds: ['foreign', 'configuration-change'],
          from: 'beginning',
          send: { as: 'cef', to: { over: 'tcp', host, port: siem.port } },
        },
      ],
    }),
  )
  chartward = await openChartward(
    readConfiguration({ DATABASE_URL: at.url, DATA_DIR: join(folder, 'data'), PORT: '0', LOG_LEVEL: 'silent' }),
    { demonstration: false },
  )
})
after(async () => {
  await chartward?.close()
  await siem.close()
  await at.drop()
  delete process.env.AUDIT_SOURCES
  delete process.env.AUDIT_DESTINATIONS
  rmSync(folder, { recursive: true, force: true })
})

test("what a PACS says over syslog stands in the ledger and reaches the SIEM, with the ledger's own receipt", async () => {
  const message = `<AuditMessage><EventIdentification EventActionCode="R" EventDateTime="2026-03-01T08:00:00+08:00" EventOutcomeIndicator="0"><EventID csd-code="110103" codeSystemName="DCM" originalText="x"/></EventIdentification><ActiveParticipant UserID="wu" UserIsRequestor="true"/><AuditSourceIdentification AuditSourceID="pacs"/></AuditMessage>`
  const socket = connect(port, host)
  await once(socket, 'connect')
  socket.end(writeFrame(writeSyslog({ priority: 85, text: message })))
  for (let waited = 0; waited < 1_600 && !siem.messages.some(({ messageId }) => messageId === 'foreign'); waited++) {
    await new Promise((done) => setTimeout(done, 25))
  }
  const line = siem.messages.find(({ messageId }) => messageId === 'foreign')
  assert.match(line?.text ?? '', /suid=pacs:wu/)
  const row = await chartward.rooms.trace.entryAt(Number(line?.processId))
  assert.equal(row?.entry.kind, 'foreign')
  assert.equal(row?.entry.detail?.source, 'pacs')
})

test('which sources and destinations there are stands in the ledger: muting one is an entry', async () => {
  const told = siem.messages.filter(({ messageId }) => messageId === 'configuration-change')
  const rows = await Promise.all(told.map(({ processId }) => chartward.rooms.trace.entryAt(Number(processId))))
  const stated = new Map(rows.map((row) => [row?.entry.detail?.setting, row?.entry.detail?.after]))
  assert.equal(stated.get('auditSources'), 'pacs old-emr')
  assert.equal(stated.get('auditDestinations'), 'siem(foreign,configuration-change)')
})

test('a table is taken in from the command line, refused rows by line', async () => {
  const file = join(folder, 'trail.csv')
  const mapping = join(folder, 'mapping.json')
  writeFileSync(file, '时间,操作,工号\n2026-03-01 08:00:00,查看,1001\n2026-03-01 08:00:01,偷看,1001\n')
  writeFileSync(
    mapping,
    JSON.stringify({
      encoding: 'utf-8',
      timeZone: '+08:00',
      columns: { occurred: '时间', action: '操作', person: '工号' },
      values: { action: { 查看: 'view' } },
    }),
  )
  const ran = await run(['ingest', file, '--source', 'old-emr', '--mapping', mapping])
  assert.match(ran.text, /第 3 行 操作/)
  assert.match(ran.text, /2 行：新留痕 1，已有 0，被拒 1/)
  assert.equal(ran.code, 2)
})

function run(words: readonly string[]): Promise<{ code: number | null; text: string }> {
  const env = {
    ...process.env,
    DATABASE_URL: at.url,
    DATA_DIR: join(folder, 'data'),
    LOG_LEVEL: 'silent',
    LC_ALL: 'zh_CN.UTF-8',
  }
  const child = spawn(process.execPath, [program, ...words], { env })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk))
  return new Promise((done) => child.on('close', (code) => done({ code, text })))
}

test('the outbox is told among the parts and the figures', async () => {
  const ready = await (await fetch(`${chartward.address}/readyz`)).json()
  assert.equal((ready as { parts: Record<string, string> }).parts['audit-outbox'], 'ok')
  const metrics = await (await fetch(`${chartward.address}/metrics`)).text()
  assert.match(metrics, /chartward_audit_outbox_unsent_entries \d+/)
})
