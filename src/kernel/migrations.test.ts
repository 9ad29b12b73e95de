import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { migrate } from './migrations.ts'
import { openTestDatabase } from './test-database.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let folder: string
before(async () => {
  at = await openTestDatabase()
  await at.database.query('drop table migration')
  folder = await mkdtemp(join(tmpdir(), 'chartward-migrations-'))
  await writeFile(join(folder, '0001_a.sql'), 'create table probe_a (n int);')
})
after(async () => {
  await at.drop()
  await rm(folder, { recursive: true, force: true })
})

test('several processes that start at once apply each file exactly once', async () => {
  const runs = await Promise.all([1, 2, 3, 4].map(() => migrate(at.database, folder)))
  assert.equal(runs.flat().length, 1)
})

test('a file that fails leaves nothing of itself', async () => {
  await writeFile(join(folder, '0002_b.sql'), 'create table probe_b (n int); select 1/0;')
  await assert.rejects(migrate(at.database, folder))
  const rows = await at.database.query(`select to_regclass('probe_b') as name`)
  assert.equal(rows[0]?.name, null)
  await rm(join(folder, '0002_b.sql'))
})

test('an applied file that was edited is refused', async () => {
  await writeFile(join(folder, '0001_a.sql'), 'create table probe_a (n bigint);')
  await assert.rejects(migrate(at.database, folder), { code: 'migration-edited' })
})

test('a database that is ahead of the program is refused', async () => {
  await rm(join(folder, '0001_a.sql'))
  await assert.rejects(migrate(at.database, folder), { code: 'migration-unknown' })
})
