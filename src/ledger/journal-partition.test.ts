import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { international, noteSigner } from '../crypto/index.ts'
import { fixedClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { verifyDatabase } from '../proof/index.ts'
import { type Ledger, openLedger } from './index.ts'
import { integrateOnce } from './integrate.ts'
import { journalPartitions, monthOf, turnMonth } from './journal-partition.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
})
after(async () => {
  await ledger.close()
  await at.drop()
})

const append = (count: number) =>
  ledger.record(Array.from({ length: count }, () => ({ kind: 'system', outcome: 0 }) as const))
const bounds = async () =>
  (await journalPartitions(at.database)).map(({ first, end, closed }) => [first, end, closed] as const)
const nextMonth = (months: number) => {
  const now = new Date()
  return fixedClock(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 15))
}

test('a month is told by the time of China', () => {
  assert.equal(monthOf(Date.parse('2026-01-31T15:59:59.999Z')), '2026-01')
  assert.equal(monthOf(Date.parse('2026-01-31T16:00:00.000Z')), '2026-02')
})

test('at the turn of the month the partition ends at the next whole tile, and appends go on', async () => {
  await append(300)
  assert.equal(await turnMonth(at.database, nextMonth(0)), false)
  assert.equal(await turnMonth(at.database, nextMonth(1)), true)
  assert.equal(await turnMonth(at.database, nextMonth(1)), false)
  assert.deepEqual(await bounds(), [
    [0, 512, false],
    [512, 1_048_576, false],
  ])
  await append(300)
  assert.deepEqual((await bounds())[0], [0, 512, true])
  const [row] = await at.database.query<{ count: number }>('select count(*) as count from ledger_entry_512')
  assert.equal(row!.count, 88)
})

test('a month in which nothing was recorded, or that ends between two tiles, leaves no empty partition', async () => {
  await append(1024 - (await ledger.size()))
  assert.equal(await turnMonth(at.database, nextMonth(2)), true)
  assert.equal(await turnMonth(at.database, nextMonth(3)), true)
  assert.deepEqual(
    (await bounds()).map(([first]) => first),
    [0, 512, 1024],
  )
  assert.equal((await journalPartitions(at.database)).at(-1)!.month, monthOf(nextMonth(3).now()))
})

test('appends in flight while the month turns lose nothing', async () => {
  let stop = false
  let receipts = 0
  const before = await ledger.size()
  const callers = Array.from({ length: 8 }, async () => {
    while (!stop) {
      await append(3)
      receipts += 3
    }
  })
  try {
    for (let months = 4; months < 8; ) {
      const had = receipts
      while (receipts < had + 300) await new Promise((next) => setTimeout(next, 1))
      if (await turnMonth(at.database, nextMonth(months))) months += 1
    }
  } finally {
    stop = true
    await Promise.all(callers)
  }
  assert.equal(await ledger.size(), before + receipts)
  const signer = noteSigner('partitions.test', international.generatePrivateKey())
  await integrateOnce({ database: at.database, origin: 'partitions.test', signer, clock: nextMonth(0) })
  const keys = [signer.verifierKey]
  const report = await verifyDatabase({
    database: at.database,
    origin: 'partitions.test',
    keys,
    atMs: nextMonth(8).now(),
  })
  assert.deepEqual([report.entriesRead, report.verdicts.flatMap(({ findings }) => findings)], [before + receipts, []])
})

test('a partition that is running full has the next one made ahead, by the append itself', async () => {
  const full = 1_048_576
  const [head] = await at.database.query<{ size: number }>('select size from ledger_head')
  await at.database
    .transaction(async (tx) => {
      await tx.query(`update ledger_head set size = ${full} - 100`)
      await tx.query(
        `select * from ledger_append((select json_agg(json_build_object('h', repeat('ab', 32), 'b', '{}'::json)) from generate_series(1, 200)), false)`,
      )
      const rows = await tx.query<{ count: number }>(`select count(*) as count from ledger_entry_${full}`)
      assert.equal(rows[0]!.count, 100)
      throw new Error('undone')
    })
    .catch((error: Error) => assert.equal(error.message, 'undone'))
  assert.equal(await ledger.size(), head!.size)
})

test('no partition lets go of a row, now or made later', async () => {
  const names = (await journalPartitions(at.database)).map(({ first }) => `ledger_entry_${first}`)
  assert.ok(names.length > 5)
  for (const name of ['ledger_entry', ...names]) {
    for (const statement of [`update ${name} set body = '{}'`, `delete from ${name}`, `truncate ${name}`]) {
      await assert.rejects(at.database.query(statement), { code: '23001' }, statement)
    }
  }
  await at.database.query(`select ledger_add_partition(1048576, 2097152, '2099-01-01')`)
  await assert.rejects(at.database.query('truncate ledger_entry_1048576'), { code: '23001' })
})

test('a partition is not dropped, detached or renamed by hand', async () => {
  for (const statement of [
    'drop table ledger_entry_512',
    'drop table ledger_entry cascade',
    'alter table ledger_entry detach partition ledger_entry_512',
    'alter table ledger_entry_512 rename to elsewhere',
  ]) {
    await assert.rejects(at.database.query(statement), { code: '23001' }, statement)
  }
  await assert.rejects(
    at.database.query(`select ledger_release_partition(0, 'v', '/tmp', sha256(''), 5, now(), now())`),
    { code: '23001' },
  )
})
