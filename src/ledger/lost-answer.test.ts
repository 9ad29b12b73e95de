import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type EntryDraft, type Ledger, openLedger, openTrace } from './index.ts'

// A wire between ledger and database that can lose the database's answers: the commit happens, nobody hears of it.
let at: Awaited<ReturnType<typeof openTestDatabase>>
let answersAreLost = false
let refuses = false
const sockets = new Set<Socket>()
const wire = createServer((near) => {
  if (refuses) return near.destroy()
  const { hostname, port } = new URL(at.url)
  const far = connect(Number(port), hostname)
  sockets.add(near).add(far)
  near.on('data', (bytes) => far.write(bytes))
  far.on('data', (bytes) => answersAreLost || near.write(bytes))
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => {})
    one.on('close', () => other.destroy())
  }
})

before(async () => {
  at = await openTestDatabase()
  await new Promise<void>((done) => wire.listen(0, '127.0.0.1', done))
})
after(async () => {
  for (const socket of sockets) socket.destroy()
  wire.close()
  await at.drop()
})

async function openThroughWire(outcomeTimeoutMs: number): Promise<Ledger> {
  const url = new URL(at.url)
  url.port = String((wire.address() as { port: number }).port)
  return await openLedger({ database: { databaseUrl: url.href }, commitTimeoutMs: 1_000, outcomeTimeoutMs })
}

const draft: EntryDraft = { kind: 'permit', outcome: 0, requestId: 'r-1' }
const sizeNow = async () => (await at.database.query<{ size: number }>('select size from ledger_head'))[0]!.size
const until = async (condition: () => Promise<boolean>) => {
  while (!(await condition())) await new Promise((next) => setTimeout(next, 5))
}

test('a commit whose answer was lost is looked up, and the caller gets its receipt', async () => {
  const ledger = await openThroughWire(60_000)
  const before = await sizeNow()
  answersAreLost = true
  const call = ledger.record([draft, draft])
  await until(async () => (await sizeNow()) === before + 2)
  answersAreLost = false
  const receipts = await call
  assert.deepEqual(
    receipts.map((receipt) => receipt.sequence as number),
    [before, before + 1],
  )
  assert.equal(await sizeNow(), before + 2)
  await ledger.close()
})

test('a caller whose outcome could not be looked up in time is refused, and the ledger says later what stands', async () => {
  const ledger = await openThroughWire(400)
  const before = await sizeNow()
  answersAreLost = true
  refuses = true
  await assert.rejects(ledger.record([draft]), { code: 'ledger-unavailable' })
  await assert.rejects(ledger.record([draft]), { code: 'ledger-unavailable' })
  answersAreLost = false
  refuses = false
  await until(async () => (await sizeNow()) === before + 2)
  const note = await openTrace({ database: at.database }).entryAt(before + 1)
  assert.deepEqual(note!.entry.detail, { event: 'unacknowledged', sequences: [before] })
  assert.equal(note!.entry.kind, 'system')
  await ledger.close()
})

test('a commit that hangs on a lock is ended, told as a failure, and leaves nothing', async () => {
  const ledger = await openThroughWire(60_000)
  const before = await sizeNow()
  await at.database.transaction(async (tx) => {
    await tx.query('select size from ledger_head for update')
    await assert.rejects(ledger.record([draft]), { code: 'ledger-unavailable' })
  })
  assert.equal(await sizeNow(), before)
  assert.equal((await ledger.record([draft]))[0]!.sequence, before)
  await ledger.close()
})
