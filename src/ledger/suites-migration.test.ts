import assert from 'node:assert/strict'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkpointText, emptyFrontier, guomi, international, noteSigner, signNote } from '../crypto/index.ts'
import { migrate, openDatabase, systemClock } from '../kernel/index.ts'
import { guomiOrigin, openTree } from './index.ts'
import { catchUpOnce, integrateOnce } from './integrate.ts'

// A ledger as it was kept before there were two suites: three entries, their tile, a checkpoint.
const migrations = fileURLToPath(new URL('../../migrations/', import.meta.url))
const name = `test_suites_${process.pid}`
const origin = 'chartward.local/older-hospital'
const signer = noteSigner(origin, international.generatePrivateKey())
const guomiSigner = noteSigner(guomiOrigin(origin), guomi.generatePrivateKey(), guomi)
const bodies = ['{"n":0}', '{"n":1}', '{"n":2}']
const serverUrl = process.env.CHARTWARD_TEST_DATABASE_URL!
const server = openDatabase(serverUrl, { maxConnections: 1 })
let folder: string
let database: ReturnType<typeof openDatabase>

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartward-suites-'))
  for (const file of await readdir(migrations)) {
    if (file < '0014') await copyFile(join(migrations, file), join(folder, file))
  }
  await server.query(`create database ${name}`)
  database = openDatabase(serverUrl.replace(/\/postgres$/, `/${name}`))
  await migrate(database, folder)
})
after(async () => {
  await database.close()
  await server.query(`drop database if exists ${name} with (force)`)
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

test('a ledger from before keeps its tree, and the second one is made up for it', async () => {
  const leaves = bodies.map((body) => international.hashing.leaf(body))
  const tree = emptyFrontier()
  for (const leaf of leaves) tree.append(leaf)
  const root = tree.root()
  const note = await signNote(checkpointText({ origin, size: 3, root }), [signer])
  for (const [sequence, body] of bodies.entries()) {
    await database.query('insert into ledger_entry values ($1, $2, $3)', [sequence, leaves[sequence], body])
  }
  await database.query('update ledger_head set size = 3')
  await database.query('insert into ledger_tile (level, index, width, hashes) values (0, 0, 3, $1)', [
    Buffer.concat(leaves),
  ])
  await database.query('insert into ledger_checkpoint values (3, null, $1, $2, now())', [root, note])

  await migrate(database)
  assert.equal((await openTree({ database }).checkpoint())!.note, note)
  assert.deepEqual(await openTree({ database }).tile({ level: 0, index: 0, width: 3 }), Buffer.concat(leaves))
  assert.equal(await openTree({ database, suite: 'guomi' }).checkpoint(), undefined)

  const options = { database, origin, signer, guomiSigner, clock: systemClock }
  const { size } = await integrateOnce(options)
  for (let { covered } = await catchUpOnce(options); covered < size; ) ({ covered } = await catchUpOnce(options))
  const second = emptyFrontier(guomi.hashing)
  const rows = await database.query<{ body: string }>('select body from ledger_entry order by sequence')
  for (const { body } of rows) second.append(guomi.hashing.leaf(body))
  assert.deepEqual((await openTree({ database, suite: 'guomi' }).checkpoint())!.root, second.root())
  const sizes = await database.query('select size from ledger_guomi_checkpoint where size = 3 or size = $1', [size])
  assert.ok(sizes.length >= 1)
})
