import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { fixedClock, openDatabase, silentLog } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { openLedger } from '../ledger/index.ts'
import { openCounters } from './counters.ts'
import { judgeReadings, type TableReadings } from './database-readings.ts'
import { openGaps } from './gap.ts'
import { metered } from './metered-database.ts'
import { openCompleteness } from './open-completeness.ts'

test('a database administrator who reads the records past the program is noticed', async () => {
  const at = await openTestDatabase()
  const clock = fixedClock(Date.now())
  const ledger = await openLedger({ database: at.database, clock })
  const counters = openCounters()
  const completeness = await openCompleteness({
    database: at.database,
    ledger,
    counters,
    clock,
    log: silentLog,
    process: randomUUID(),
    version: 'test',
    watchesTables: true,
    reconciles: false,
    writeEveryMs: 3_600_000,
  })
  const look = async () => {
    clock.advance(13_000)
    await completeness.round()
    return (await openGaps(at.database, 'database-reading')).map((gap) => gap.detail)
  }
  const readElsewhere = async (statement: string) => {
    // A session hands over what it counted when it ends.
    const own = openDatabase(at.url, { maxConnections: 1 })
    const before = await scans()
    await own.query(statement)
    await own.close()
    for (let wait = 0; wait < 400 && (await scans()) === before; wait++)
      await new Promise((next) => setTimeout(next, 25))
    assert.notEqual(await scans(), before, 'the database has counted the reading')
  }
  const scans = async () => {
    const [row] = await at.database.query<{ scans: number }>(
      `select sum(seq_scan + coalesce(idx_scan, 0))::bigint as scans from pg_stat_user_tables
       where relname in ('resource', 'resource_version')`,
    )
    return row!.scans
  }

  await look()
  assert.deepEqual(await look(), [])
  assert.deepEqual(await look(), [])

  // What the program reads itself is no finding, and neither is what a busy time leaves in the dark.
  await metered(at.database, counters).query('select count(*) from resource')
  await readElsewhere('select 1 from resource_version')
  assert.deepEqual(await look(), [])
  assert.ok(completeness.state().blindSeconds > 0)
  assert.deepEqual(await look(), [])
  assert.deepEqual(await look(), [])

  await readElsewhere('select * from resource')
  const [found, ...more] = await look()
  assert.deepEqual(more, [])
  assert.equal(found!.table, 'resource')
  assert.deepEqual([found!.expected, (found!.found as { scans: number }).scans], [{ scans: 0, rows: 0 }, 1])

  await completeness.close()
  await ledger.close()
  await at.drop()
})

const readings = (more: Partial<TableReadings> = {}): TableReadings => ({
  atMs: 1_000,
  statements: 5,
  tables: [{ name: 'resource', scans: 7, rows: 70 }],
  resetAt: null,
  ...more,
})

test('statistics that were thrown away are a finding by themselves', () => {
  for (const now of [
    readings({ resetAt: '2026-11-22T00:00:00.000Z' }),
    readings({ tables: [{ name: 'resource', scans: 3, rows: 9 }] }),
    readings({ tables: [] }),
  ]) {
    const { findings } = judgeReadings(readings(), { ...now, atMs: 20_000, statements: 99 }, false)
    assert.deepEqual(
      findings.map((finding) => finding.detail.statistics),
      ['reset'],
    )
  }
})

test('nothing is concluded from the first quiet stretch: what the program read before may be handed over late', () => {
  const more = readings({ atMs: 20_000, tables: [{ name: 'resource', scans: 9, rows: 90 }] })
  assert.deepEqual(judgeReadings(readings(), more, false), { findings: [], isQuiet: true })
  assert.equal(judgeReadings(readings(), more, true).findings.length, 1)
  assert.deepEqual(judgeReadings(readings(), { ...more, statements: 6 }, true), { findings: [], isQuiet: false })
})
