import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Database, migrate, openDatabase, startEmbeddedPostgres } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type EntryDraft, openLedger, type Receipt } from './index.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
before(async () => {
  at = await openTestDatabase()
})
after(() => at.drop())

const system: EntryDraft = { kind: 'system', outcome: 0 }

async function leafHashes(database: Database): Promise<string[]> {
  const rows = await database.query<{ sequence: number; leaf: string }>(
    `select sequence, encode(leaf_hash, 'hex') as leaf from ledger_entry order by sequence`,
  )
  rows.forEach((row, i) => {
    assert.equal(row.sequence, i)
  })
  return rows.map((row) => row.leaf)
}

/** A process of its own that appends with many callers and reports each receipt it was given. */
function startWriter(receipts: Receipt[]): { child: ChildProcess; reports: () => number } {
  const child = fork(join(import.meta.dirname, 'crash.writer.ts'), [at.url], { stdio: 'inherit' })
  let reports = 0
  child.on('message', (batch: Receipt[]) => {
    reports += 1
    receipts.push(...batch)
  })
  return { child, reports: () => reports }
}
const exited = (child: ChildProcess) => new Promise<void>((done) => child.once('exit', () => done()))
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((next) => setTimeout(next, 2))
}

test('several processes append one gapless sequence, and processes killed in a burst lose no receipt', async () => {
  const receipts: Receipt[] = []
  for (let round = 0; round < 4; round++) {
    const writers = [startWriter(receipts), startWriter(receipts), startWriter(receipts)]
    await until(() => writers.every((writer) => writer.reports() > 20))
    await Promise.all(
      writers.map(({ child }) => {
        const gone = exited(child)
        child.kill('SIGKILL')
        return gone
      }),
    )
  }
  const leaves = await leafHashes(at.database)
  assert.equal(new Set(leaves).size, leaves.length)
  assert.ok(receipts.length > 200)
  for (const receipt of receipts) assert.equal(leaves[receipt.sequence], receipt.leafHash)
})

test('a connection cut in the middle of commits leaves nobody with a wrong answer', async () => {
  const ledger = await openLedger({ database: at.database, outcomeTimeoutMs: 60_000 })
  const start = await ledger.size()
  let stop = false
  const receipts: Receipt[] = []
  let failures = 0
  const callers = Array.from({ length: 16 }, async () => {
    while (!stop) {
      try {
        receipts.push(...(await ledger.record([system, system])))
      } catch (error) {
        assert.equal((error as { code: string }).code, 'ledger-unavailable')
        failures += 1
        await new Promise((next) => setTimeout(next, 1))
      }
    }
  })
  for (let cut = 0; cut < 25; cut++) {
    const had = receipts.length
    await until(() => receipts.length > had + 50)
    await at.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'chartward-ledger' and datname = current_database()`,
    )
  }
  stop = true
  await Promise.all(callers)
  const leaves = (await leafHashes(at.database)).slice(start)
  // Exactly the acknowledged entries stand there: none is missing, none that was called a failure was kept.
  assert.deepEqual(
    leaves,
    [...receipts].sort((a, b) => a.sequence - b.sequence).map((receipt) => receipt.leafHash),
  )
  assert.ok(failures > 0)
  await ledger.close()
})

test('while the database is stopped callers are told so, and when it is back appends work by themselves', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chartward-ledger-'))
  const port = await freePort()
  const settings = { port: String(port) }
  let server = await startEmbeddedPostgres(join(folder, 'postgres'), settings)
  const url = server.url.replace(/:\d+\/postgres$/, `:${port}/postgres`)
  const database = openDatabase(url)
  try {
    await migrate(database)
    const ledger = await openLedger({ database, outcomeTimeoutMs: 200 })
    const [first] = await ledger.record([system])
    await server.stop()
    await assert.rejects(ledger.record([system]), { code: 'ledger-unavailable' })
    await assert.rejects(ledger.size(), { code: 'ledger-unavailable' })

    server = await startEmbeddedPostgres(join(folder, 'postgres'), settings)
    let next: readonly Receipt[] | undefined
    while (!next) {
      next = await ledger.record([system]).catch((error: { code?: unknown }) => {
        assert.equal(error.code, 'ledger-unavailable')
        return new Promise<undefined>((done) => setTimeout(() => done(undefined), 20))
      })
    }
    assert.deepEqual(await leafHashes(database), [first!.leafHash, next[0]!.leafHash])
    await ledger.close()
  } finally {
    await database.close()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
})

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
}
