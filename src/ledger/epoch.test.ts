import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { leafHashHex } from '../crypto/index.ts'
import type { PersonId } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type EntryDraft, type Ledger, openLedger, parseEntry } from './index.ts'

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

const change: EntryDraft = { kind: 'authority-change', outcome: 0, actor: { person: 'it-000001' as PersonId } }
const bodies = async () =>
  (await at.database.query<{ body: string }>('select body from ledger_entry order by sequence')).map((row) => row.body)
const headEpoch = async () =>
  (await at.database.query<{ epoch: number }>('select authority_epoch as epoch from ledger_head'))[0]!.epoch

test('the epoch of authority can be counted from the entries alone', async () => {
  await ledger.record([change])
  await at.database.transaction((tx) => ledger.recordWithin(tx, [change, change], { raisesEpoch: true }))
  await at.database.transaction((tx) => ledger.recordWithin(tx, [change]))
  await at.database.transaction((tx) => ledger.recordWithin(tx, [change], { raisesEpoch: true }))
  const raising = (await bodies()).map((body) => parseEntry(body).raisesEpoch === true)
  assert.deepEqual(raising, [false, false, true, false, true])
  assert.equal(await headEpoch(), 2)
})

test('a change that is superseded raises nothing', async () => {
  const before = await headEpoch()
  const stale = { raisesEpoch: true, decidedUnder: (before - 1) as never }
  await assert.rejects(
    at.database.transaction((tx) => ledger.recordWithin(tx, [change], stale)),
    { code: 'authority-superseded' },
  )
  assert.equal(await headEpoch(), before)
})

test('a change cannot raise the epoch without an entry that says so', async () => {
  const size = (await bodies()).length
  await assert.rejects(
    at.database.transaction((tx) => ledger.recordWithin(tx, [], { raisesEpoch: true })),
    TypeError,
  )
  const silent = JSON.stringify([{ h: '00'.repeat(32), b: { v: 1 } }])
  await assert.rejects(at.database.query('select * from ledger_append($1::json, true)', [silent]), { code: '23514' })
  assert.equal((await bodies()).length, size)
})

test('a ledger older than this rule says once where counting starts', async () => {
  const older = await openTestDatabase()
  try {
    await older.database.query('update ledger_head set authority_epoch = 41')
    const rule = await readFile(new URL('../../migrations/0013_ledger_epoch.sql', import.meta.url), 'utf8')
    await older.database.pool.query(rule)
    const rows = await older.database.query<{ body: string; leaf_hash: Buffer }>(
      'select body, leaf_hash from ledger_entry',
    )
    assert.equal(rows.length, 1)
    const entry = parseEntry(rows[0]!.body)
    assert.deepEqual(entry.detail, { epoch: 41, event: 'epoch-base' })
    assert.equal(leafHashHex(rows[0]!.body), rows[0]!.leaf_hash.toString('hex'))
    assert.ok(Math.abs(Date.parse(entry.recorded) - Date.now()) < 600_000)
  } finally {
    await older.drop()
  }
})
