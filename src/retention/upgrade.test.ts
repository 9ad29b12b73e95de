import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { migrate, openDatabase } from '../kernel/index.ts'
import { journalPartitions, openLedger } from '../ledger/index.ts'

const migrations = join(import.meta.dirname, '../../migrations')

test('a journal from before the partitions becomes the first of them as it stands', async () => {
  const serverUrl = process.env.CHARTWARD_TEST_DATABASE_URL!
  const name = `test_upgrade_${process.pid}`
  const server = openDatabase(serverUrl, { maxConnections: 1 })
  await server.query(`create database ${name}`)
  const database = openDatabase(serverUrl.replace(/\/postgres$/, `/${name}`))
  const folder = await mkdtemp(join(tmpdir(), 'chartward-migrations-'))
  try {
    for (const file of await readdir(migrations))
      if (file < '0090') await cp(join(migrations, file), join(folder, file))
    await migrate(database, folder)
    const recorded = '2025-03-31T16:30:00.000Z'
    await database.query(
      `select * from ledger_append(
         (select json_agg(json_build_object('h', lpad(to_hex(n), 64, '0'), 'b', json_build_object('recorded', $1::text)))
          from generate_series(0, 999) n), false)`,
      [recorded],
    )
    const fileOf = async (table: string) =>
      (await database.query<{ file: string }>('select pg_relation_filepath($1::regclass) as file', [table]))[0]!.file
    const before = await fileOf('ledger_entry')
    await migrate(database)

    assert.equal(await fileOf('ledger_entry_0'), before)
    assert.deepEqual(await journalPartitions(database), [{ first: 0, end: 1_048_576, month: '2025-04', closed: false }])
    const ledger = await openLedger({ database })
    const [receipt] = await ledger.record([{ kind: 'system', outcome: 0 }])
    await ledger.close()
    assert.equal(receipt!.sequence, 1000)
    const [row] = await database.query<{ count: number }>('select count(*) as count from ledger_entry')
    assert.equal(row!.count, 1001)
    await assert.rejects(database.query('truncate ledger_entry_0'), { code: '23001' })
  } finally {
    await database.close()
    await server.query(`drop database ${name} with (force)`)
    await server.close()
    await rm(folder, { recursive: true })
  }
})
