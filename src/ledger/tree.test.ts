import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  emptyFrontier,
  international,
  leafHash,
  noteSigner,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  tileWidth,
  verifyConsistency,
  verifyInclusion,
} from '../crypto/index.ts'
import { systemClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type EntryDraft, type Ledger, openLedger, openTree, type PublishedCheckpoint, type Tree } from './index.ts'
import { integrateOnce } from './integrate.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let tree: Tree
const origin = 'chartward.local/test-hospital'
const signer = noteSigner(origin, international.generatePrivateKey())
const integrate = () => integrateOnce({ database: at.database, origin, signer, clock: systemClock })

before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  tree = openTree({ database: at.database })
})
after(async () => {
  await ledger.close()
  await at.drop()
})

const system: EntryDraft = { kind: 'system', outcome: 0 }
const append = (count: number) => ledger.record(Array.from({ length: count }, () => system))

test('before the first entry there is no checkpoint, no tile and no proof', async () => {
  assert.deepEqual(await integrate(), { covered: 0, size: 0 })
  assert.equal(await tree.checkpoint(), undefined)
  assert.equal(await tree.tile({ level: 0, index: 0, width: 1 }), undefined)
  assert.equal(await tree.tile({ level: 'entries', index: 0, width: 1 }), undefined)
  await assert.rejects(tree.inclusionProof(0), { code: 'not-covered' })
})

test('as the tree grows, every checkpoint is signed, and proofs verify against it and stay consistent', async () => {
  const checkpoints: PublishedCheckpoint[] = []
  for (const count of [1, 1, 5, 248, 1, 1, 300, 2000, 63000, 1000]) {
    await append(count)
    await integrate()
    const checkpoint = (await tree.checkpoint())!
    assert.equal(checkpoint.size, await ledger.size())
    const { text } = openNote(checkpoint.note, [parseVerifierKey(signer.verifierKey)])
    assert.deepEqual(parseCheckpoint(text), { origin, size: checkpoint.size, root: checkpoint.root })
    for (const old of checkpoints) {
      const proof = await tree.consistencyProof(old.size, checkpoint.size)
      const { size, root } = checkpoint
      assert.ok(verifyConsistency({ oldSize: old.size, size, oldRoot: old.root, root, proof }))
    }
    for (const sequence of [0, Math.floor(checkpoint.size / 3), checkpoint.size - 1]) {
      const { leafHash: leaf, path } = await tree.inclusionProof(sequence)
      assert.ok(
        verifyInclusion({ index: sequence, size: checkpoint.size, leaf, proof: path, root: checkpoint.root }),
        `entry ${sequence} of ${checkpoint.size}`,
      )
    }
    checkpoints.push(checkpoint)
  }
})

test('a receipt of the ledger is the leaf that the proof proves', async () => {
  const [receipt] = await append(1)
  await assert.rejects(tree.inclusionProof(receipt!.sequence), { code: 'not-covered' })
  await integrate()
  assert.equal((await tree.inclusionProof(receipt!.sequence)).leafHash.toString('hex'), receipt!.leafHash)
})

test('a stranger can rebuild the root from the published tiles and entry bundles alone', async () => {
  const { size, root } = (await tree.checkpoint())!
  const fromTiles = emptyFrontier()
  const fromEntries = emptyFrontier()
  for (let index = 0; index * tileWidth < size; index++) {
    const width = Math.min(tileWidth, size - index * tileWidth)
    const hashes = (await tree.tile({ level: 0, index, width }))!
    assert.equal(hashes.length, width * 32)
    for (let i = 0; i < width; i++) fromTiles.append(hashes.subarray(32 * i, 32 * i + 32))
    const bundle = (await tree.tile({ level: 'entries', index, width }))!
    for (let offset = 0; offset < bundle.length; ) {
      const end = offset + 2 + bundle.readUInt16BE(offset)
      fromEntries.append(leafHash(bundle.subarray(offset + 2, end)))
      offset = end
    }
  }
  assert.deepEqual(fromTiles.root(), root)
  assert.deepEqual(fromEntries.root(), root)
})

test('tiles have the widths that the size gives, and no more', async () => {
  const { size } = (await tree.checkpoint())!
  const level1 = Math.floor(size / 256) % 256
  assert.equal((await tree.tile({ level: 1, index: 0, width: 256 }))!.length, 256 * 32)
  assert.equal((await tree.tile({ level: 1, index: 1, width: level1 }))!.length, level1 * 32)
  assert.equal(await tree.tile({ level: 1, index: 1, width: level1 + 1 }), undefined)
  assert.equal((await tree.tile({ level: 2, index: 0, width: 1 }))!.length, 32)
  assert.equal(await tree.tile({ level: 3, index: 0, width: 1 }), undefined)
})

test('with nothing new, nothing is done', async () => {
  const before = await tree.checkpoint()
  await integrate()
  assert.deepEqual(await tree.checkpoint(), before)
})

test('several integrators make one chain of checkpoints', async () => {
  for (let round = 0; round < 10; round++) {
    await append(7)
    await Promise.all(Array.from({ length: 4 }, integrate))
  }
  const rows = await at.database.query<{ size: number; previous_size: number | null }>(
    'select size, previous_size from ledger_checkpoint order by size',
  )
  rows.forEach((row, i) => {
    assert.equal(row.previous_size, rows[i - 1]?.size ?? null)
  })
  assert.equal(rows.at(-1)!.size, await ledger.size())
})

test('tiles and checkpoints refuse to be changed', async () => {
  for (const statement of [
    `update ledger_tile set hashes = set_byte(hashes, 0, 255 - get_byte(hashes, 0)) where level = 0 and index = 0`,
    'delete from ledger_tile',
    'truncate ledger_tile',
    `update ledger_checkpoint set note = ''`,
    'delete from ledger_checkpoint',
  ]) {
    await assert.rejects(at.database.query(statement), { code: '23001' }, statement)
  }
  const second = `insert into ledger_checkpoint select size + 1000000, previous_size, root_hash, note, signed_at
                  from ledger_checkpoint where previous_size is null`
  await assert.rejects(at.database.query(second), { code: '23505' })
})

test('nothing is signed over tiles that no longer have the root of the last checkpoint', async () => {
  const before = await tree.checkpoint()
  const last = Math.floor((before!.size - 1) / tileWidth)
  await at.database.transaction(async (tx) => {
    await tx.query('set local session_replication_role = replica')
    await tx.query(
      `update ledger_tile set hashes = set_byte(hashes, 0, 255 - get_byte(hashes, 0)) where level = 0 and index = $1`,
      [last],
    )
  })
  await append(3)
  await assert.rejects(integrate(), { code: 'tree-inconsistent' })
  assert.deepEqual(await tree.checkpoint(), before)
})

test('a log of another name is not continued', async () => {
  const other = integrateOnce({ database: at.database, origin: 'other.example/log', signer, clock: systemClock })
  await assert.rejects(other, { code: 'tree-inconsistent' })
})
