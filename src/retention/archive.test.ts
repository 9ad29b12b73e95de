import assert from 'node:assert/strict'
import { chmod, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { leafHash, tilePath } from '../crypto/index.ts'
import { journalPartitions, openTree } from '../ledger/index.ts'
import { archivable, archivePartitions, checkVolume, openArchive } from './index.ts'
import { inRetentionTurn } from './retention-turn.ts'
import { openTestLedger, origin, type TestLedger } from './test-ledger.ts'
import { draftVolume } from './volume-folder.ts'

let at: TestLedger
const bodies = new Map<number, string>()
before(async () => {
  at = await openTestLedger(Date.parse('2026-01-10T00:00:00Z'))
})
after(() => at.close())

const view = (patient: string) => ({ kind: 'permit', outcome: 0, patient: patient as never, action: 'view' }) as const

async function keepBodies() {
  const rows = await at.database.query<{ sequence: number; body: string }>('select sequence, body from ledger_entry')
  for (const { sequence, body } of rows) bodies.set(sequence, body)
}

test('only a closed partition, covered, traced and older than the month asked for, may leave', async () => {
  const stays = async (before = '2026-02') =>
    (await archivable(at.database, before)).map(({ partition, stays }) => [partition.first, stays])
  await at.ledger.record([view('p1'), view('p2')])
  assert.deepEqual(await stays(), [[0, 'not-closed']])
  await at.endMonth()
  assert.deepEqual(await stays('2026-01'), [
    [0, 'too-new'],
    [1024, 'not-closed'],
  ])
  assert.deepEqual((await stays())[0], [0, 'not-covered'])
  await at.settle()
  assert.deepEqual((await stays())[0], [0, undefined])
  await at.database.query('update trace_head set projected_upto = 0')
  assert.deepEqual((await stays())[0], [0, 'not-traced'])
  await at.database.query('update trace_head set projected_upto = 1024')
  await at.database.query('update completeness_head set judged_upto = 1023')
  assert.deepEqual((await stays())[0], [0, 'not-judged'])
  await at.database.query('update completeness_head set judged_upto = 1024')
  assert.deepEqual(await archivePartitions('2026-01', at.options), [])
})

test('a partition leaves for a volume that holds it whole, read-only, and told in the ledger', async () => {
  await keepBodies()
  const [archived, ...more] = await archivePartitions('2026-02', at.options)
  assert.equal(more.length, 0)
  assert.equal(archived!.volume, '000000000000-000000001024.v1')
  assert.deepEqual(
    (await journalPartitions(at.database)).map(({ first }) => first),
    [1024],
  )
  assert.deepEqual(await at.database.query('select 1 from ledger_entry where sequence < 1024'), [])

  const folder = join(at.archive, archived!.volume)
  const bundle = await readFile(join(folder, tilePath({ level: 'entries', index: 3, width: 256 })))
  assert.equal(bundle.subarray(2, 2 + bundle.readUInt16BE(0)).toString(), bodies.get(768))
  assert.equal((await stat(join(folder, 'manifest.json'))).mode & 0o777, 0o400)
  assert.equal((await stat(folder)).mode & 0o777, 0o500)

  const [told] = await at.database.query<{ body: string }>('select body from ledger_entry where sequence = $1', [
    archived!.recorded,
  ])
  const { kind, detail } = JSON.parse(told!.body)
  assert.deepEqual([kind, detail.event, detail.first, detail.end], ['system', 'archived', 0, 1024])
  assert.equal(detail.manifest, archived!.manifestSha256)
  assert.equal(detail.operator.user, 'archivist')
})

test('entries are read from the volume as they were, and proofs of them go on', async () => {
  const archive = openArchive({ database: at.database, archives: [at.archive] })
  const found = await archive.at([1023, 0, 5000, 512])
  assert.deepEqual(
    found.map(({ sequence, body }) => [sequence, body]),
    [1023, 0, 512].map((sequence) => [sequence, bodies.get(sequence)]),
  )
  for (const { body, leafHash: leaf } of found) assert.deepEqual(leaf, leafHash(body!))
  const proof = await openTree({ database: at.database }).inclusionProof(512)
  assert.deepEqual(proof.leafHash, found[2]!.leafHash)
})

test('a volume that is not there is named', async () => {
  const archive = openArchive({ database: at.database, archives: [] })
  await archive.at([0])
  const [name] = await readdir(at.archive)
  await rename(join(at.archive, name!), join(at.archive, 'elsewhere'))
  const fresh = openArchive({ database: at.database, archives: [at.archive] })
  await assert.rejects(fresh.at([0]), { code: 'volume-missing', message: /000000000000-000000001024\.v1/ })
  await rename(join(at.archive, 'elsewhere'), join(at.archive, name!))
  assert.equal((await fresh.at([0])).length, 1)
})

test('each file of a volume is guarded: a changed byte in any of them is found', async () => {
  const [name] = await readdir(at.archive)
  const folder = join(at.archive, name!)
  const { verifiers } = at.options
  const check = () => checkVolume({ origin, verifiers, folder, name: name!, manifestSha256: manifest })
  const [row] = await at.database.query<{ hex: string }>(
    `select encode(manifest_sha256, 'hex') as hex from ledger_volume`,
  )
  const manifest = row!.hex
  await check()
  const paths = [
    'manifest.json',
    'checkpoint',
    'sm3/checkpoint',
    'checkpoints',
    'tile/0/000',
    'sm3/tile/0/003',
    'tile/entries/002',
  ]
  for (const path of paths) {
    const file = join(folder, path)
    const kept = await readFile(file)
    await chmod(file, 0o600)
    const changed = Buffer.from(kept)
    changed[40]! ^= 1
    await writeFile(file, changed)
    await assert.rejects(check(), { code: 'volume-damaged' }, path)
    await writeFile(file, kept)
  }
  await check()
  await assert.rejects(checkVolume({ origin, folder, name: name!, verifiers: [] }), { code: 'volume-damaged' })
  await assert.rejects(checkVolume({ verifiers, folder, name: name!, origin: 'other.test' }), {
    code: 'volume-damaged',
  })
})

test('a partition with an altered entry stays, and the entry is named', async () => {
  await at.ledger.record([view('p3')])
  await at.endMonth()
  await at.settle()
  await keepBodies()
  const alter = (body: string) =>
    at.database.transaction(async (tx) => {
      await tx.query('set local session_replication_role = replica')
      await tx.query('update ledger_entry set body = $1 where sequence = 1300', [body])
    })
  await alter(bodies.get(1300)!.replace('"outcome":0', '"outcome":4'))
  await assert.rejects(archivePartitions('2026-04', at.options), { code: 'partition-damaged', message: /entry 1300/ })
  assert.equal((await journalPartitions(at.database))[0]!.first, 1024)
  assert.equal((await readdir(at.archive)).length, 1)
  await alter(bodies.get(1300)!)
})

test('drafts of processes that ended are removed, and another process waits for its turn', async () => {
  await (await draftVolume(at.archive, 'left')).write('tile/0/000', 'x')
  await inRetentionTurn(at.database, async () => {
    await assert.rejects(archivePartitions('2026-04', at.options), { code: 'retention-busy' })
  })
  const [archived] = await archivePartitions('2026-04', at.options)
  assert.equal(archived!.first, 1024)
  assert.deepEqual((await readdir(at.archive)).sort(), ['000000000000-000000001024.v1', archived!.volume])
})

test('the database lets a partition go for its own receipt only', async () => {
  await at.endMonth()
  await at.settle()
  const [last] = await at.database.query<{ recorded_sequence: number; name: string; manifest: string }>(
    `select recorded_sequence, name, encode(manifest_sha256, 'hex') as manifest from ledger_volume order by first_sequence desc`,
  )
  await assert.rejects(
    at.database.query(`select ledger_release_partition(2048, $1, $2, decode($3, 'hex'), $4, now(), now())`, [
      last!.name,
      at.archive,
      last!.manifest,
      last!.recorded_sequence,
    ]),
    { code: '23001' },
  )
  for (const statement of [
    'update ledger_volume set version = 9',
    'delete from ledger_volume',
    'truncate ledger_volume',
  ]) {
    await assert.rejects(at.database.query(statement), { code: '23001' }, statement)
  }
})
