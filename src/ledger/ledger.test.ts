import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { leafHashHex } from '../crypto/index.ts'
import { type AuthorityEpoch, fixedClock, type PatientId, type PersonId } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type EntryDraft, type Ledger, openLedger, type PermitDraft } from './index.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
const startMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database, clock: fixedClock(startMs) })
})
after(async () => {
  await ledger.close()
  await at.drop()
})

const signIn: EntryDraft = { kind: 'sign-in', outcome: 0, actor: { person: 'dr-000001' as PersonId } }
const permitUnder = (epoch: AuthorityEpoch): PermitDraft => ({
  kind: 'permit',
  outcome: 0,
  actor: { person: 'dr-000001' as PersonId },
  patient: 'p-1' as PatientId,
  action: 'view',
  decision: { effect: 'permit', policies: ['care'], bundle: '00', epoch },
})
const scope = { kind: 'record', record: { type: 'Observation', id: 'o-1' } } as const

async function journal(fromSequence: number): Promise<{ sequence: number; leaf_hash: Buffer; body: string }[]> {
  return at.database.query('select * from ledger_entry where sequence >= $1 order by sequence', [fromSequence])
}

test('a receipt names the place and the leaf hash of the bytes that are stored', async () => {
  const [receipt] = await ledger.record([{ ...signIn, detail: { note: '守历 "quoted" \\ \n 😀', n: 1.5 } }])
  const [row] = await journal(receipt!.sequence)
  assert.equal(row!.leaf_hash.toString('hex'), receipt!.leafHash)
  assert.equal(leafHashHex(row!.body), receipt!.leafHash)
  const entry = JSON.parse(row!.body) as Record<string, unknown>
  assert.equal(entry.recorded, '2026-01-02T03:04:05.678Z')
  assert.match(String(entry.id), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(Buffer.from(String(entry.nonce), 'base64url').length, 16)
  assert.deepEqual(entry.detail, { note: '守历 "quoted" \\ \n 😀', n: 1.5 })
})

test('many callers at once get one gapless sequence, and the entries of one call stay together', async () => {
  const start = await ledger.size()
  const receipts = await Promise.all(
    Array.from({ length: 300 }, (_, i) => ledger.record(Array.from({ length: 1 + (i % 3) }, () => signIn))),
  )
  const sequences = receipts.flat().map((receipt) => receipt.sequence as number)
  const sorted = [...sequences].sort((a, b) => a - b)
  assert.deepEqual(
    sorted,
    Array.from({ length: 600 }, (_, i) => start + i),
  )
  for (const call of receipts) {
    call.forEach((receipt, i) => {
      assert.equal(receipt.sequence, call[0]!.sequence + i)
    })
  }
  assert.equal(await ledger.size(), start + 600)
})

test('a release under the current epoch is appended and follows its permit', async () => {
  const permit = await ledger.recordPermit(permitUnder(ledger.currentEpoch()), scope)
  const release = await ledger.recordRelease(permit, [
    { kind: 'release', outcome: 0 },
    { kind: 'exposure', outcome: 0 },
  ])
  assert.equal(release.outcome, 'recorded')
  assert.ok(release.outcome === 'recorded')
  const rows = await journal(release.receipt.sequence)
  assert.deepEqual(
    rows.map((row) => (JSON.parse(row.body) as { follows: number }).follows),
    [permit.receipt.sequence, permit.receipt.sequence],
  )
})

test('a release whose authority was superseded is not appended, not even in part', async () => {
  const permit = await ledger.recordPermit(permitUnder(ledger.currentEpoch()), scope)
  await at.database.transaction((tx) =>
    ledger.recordWithin(tx, [{ kind: 'authority-change', outcome: 0 }], { raisesEpoch: true }),
  )
  const start = await ledger.size()
  const [release, other] = await Promise.all([
    ledger.recordRelease(permit, [
      { kind: 'release', outcome: 0 },
      { kind: 'exposure', outcome: 0 },
    ]),
    ledger.record([signIn]),
  ])
  assert.deepEqual(release, { outcome: 'superseded', epoch: permit.epoch + 1 })
  assert.equal(other[0]!.sequence, start)
  assert.equal(await ledger.size(), start + 1)
  assert.equal(ledger.currentEpoch(), permit.epoch + 1)
})

test('a change and its entry stand or fall together', async () => {
  const start = await ledger.size()
  const epoch = ledger.currentEpoch()
  const undone = at.database.transaction(async (tx) => {
    await ledger.recordWithin(tx, [{ kind: 'authority-change', outcome: 0 }], { raisesEpoch: true })
    throw new Error('the change is refused')
  })
  await assert.rejects(undone, /the change is refused/)
  assert.equal(await ledger.size(), start)
  await ledger.record([signIn])
  assert.equal(ledger.currentEpoch(), epoch)
})

test('a change decided under a past epoch rolls back', async () => {
  const past = (ledger.currentEpoch() - 1) as AuthorityEpoch
  const start = await ledger.size()
  const change = at.database.transaction((tx) =>
    ledger.recordWithin(tx, [{ kind: 'write', outcome: 0 }], { decidedUnder: past }),
  )
  await assert.rejects(change, { code: 'authority-superseded' })
  assert.equal(await ledger.size(), start)
})

test('another process learns of a raised epoch without appending anything', async () => {
  const other = await openLedger({ database: at.database })
  const before = other.currentEpoch()
  await at.database.transaction((tx) =>
    ledger.recordWithin(tx, [{ kind: 'authority-change', outcome: 0 }], { raisesEpoch: true }),
  )
  while (other.currentEpoch() === before) await new Promise((next) => setTimeout(next, 5))
  assert.equal(other.currentEpoch(), before + 1)
  await other.close()
})

test('words that JSON or PostgreSQL cannot carry do not stop their own trace', async () => {
  const [receipt] = await ledger.record([
    { kind: 'sign-in-failed', outcome: 4, detail: { 'na\0me': 'a\0b', other: 'x\ud800y', kept: '\\u0000' } },
  ])
  const [row] = await journal(receipt!.sequence)
  assert.equal(leafHashHex(row!.body), receipt!.leafHash)
  assert.deepEqual((JSON.parse(row!.body) as { detail: unknown }).detail, {
    'na\ufffdme': 'a\ufffdb',
    other: 'x\ufffdy',
    kept: '\\u0000',
  })
})

test('what cannot be an entry is refused, and its neighbours are appended', async () => {
  const start = await ledger.size()
  const answers = await Promise.allSettled([
    ledger.record([signIn]),
    ledger.record([{ ...signIn, detail: { text: '病'.repeat(22_000) } }]),
    ledger.record([{ ...signIn, detail: { amount: 1n } }]),
    ledger.record([{ ...signIn, detail: { at: new Date() } }]),
    ledger.record([signIn]),
  ])
  assert.deepEqual(
    answers.map((answer) => (answer.status === 'fulfilled' ? 'recorded' : (answer.reason as { code: string }).code)),
    ['recorded', 'entry-too-large', 'entry-not-canonical', 'entry-not-canonical', 'recorded'],
  )
  assert.equal(await ledger.size(), start + 2)
})

test('an entry that the database refuses fails alone: callers of its group get their receipts', async () => {
  const start = await ledger.size()
  const name = new URL(at.url).pathname.slice(1)
  await at.database.query(`alter database ${name} set max_stack_depth to '100kB'`)
  const shallow = await openLedger({ database: at.database })
  let deep: Record<string, unknown> = {}
  for (let i = 0; i < 3000; i++) deep = { d: deep }
  const [before, refused, behind] = await Promise.allSettled([
    shallow.record([signIn]),
    shallow.record([{ ...signIn, detail: { deep } }]),
    shallow.record([signIn]),
  ])
  await shallow.close()
  await at.database.query(`alter database ${name} reset max_stack_depth`)
  assert.deepEqual([before.status, refused.status, behind.status], ['fulfilled', 'rejected', 'fulfilled'])
  assert.equal(await ledger.size(), start + 2)
})

test('the journal refuses update, delete and truncate, and its head does not go back', async () => {
  for (const statement of [
    `update ledger_entry set body = '{}' where sequence = 0`,
    'delete from ledger_entry where sequence = 0',
    'truncate ledger_entry',
    'update ledger_head set size = size - 1',
    'update ledger_head set authority_epoch = authority_epoch - 1',
    'delete from ledger_head',
  ]) {
    await assert.rejects(at.database.query(statement), { code: '23001' }, statement)
  }
})

test('more entries than may wait are refused as busy, and nothing of them is appended', async () => {
  const small = await openLedger({ database: at.database, maxWaitingEntries: 10 })
  const start = await small.size()
  const answers = await Promise.allSettled(Array.from({ length: 30 }, () => small.record([signIn])))
  const refused = answers.filter((answer) => answer.status === 'rejected')
  assert.equal(refused.length, 20)
  for (const answer of refused) assert.equal((answer.reason as { code: string }).code, 'ledger-busy')
  assert.equal(await small.size(), start + 10)
  await small.close()
})

test('a transaction that turned synchronous commit off gets it back with its entry', async () => {
  await at.database.transaction(async (tx) => {
    await tx.query('set local synchronous_commit to off')
    await ledger.recordWithin(tx, [signIn])
    const [row] = await tx.query('show synchronous_commit')
    assert.equal(row!.synchronous_commit, 'on')
  })
})

test('a closed ledger appends nothing', async () => {
  const closed = await openLedger({ database: at.database })
  await closed.close()
  await assert.rejects(closed.record([signIn]), { code: 'ledger-unavailable' })
})

test('a ledger that cannot reach its database does not open', async () => {
  const database = { databaseUrl: 'postgres://nobody:x@127.0.0.1:1/none' }
  await assert.rejects(openLedger({ database }), { code: 'ledger-unavailable' })
})
