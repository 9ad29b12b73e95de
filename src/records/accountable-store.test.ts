import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openCounters } from '../completeness/index.ts'
import { systemClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Ledger, openLedger, parseEntry, type RecordedPermit } from '../ledger/index.ts'
import { accountable, loadRecords, openRecordStore, openUpstreamStore } from './index.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  await loadRecords(at.database, [{ resourceType: 'Patient', id: 'p-1', name: [{ text: '王小东' }] }])
})
after(async () => {
  await ledger.close()
  await at.drop()
})

async function permitFor(id: string, type = 'Patient'): Promise<RecordedPermit> {
  const decision = { effect: 'permit' as const, policies: [], bundle: '', epoch: ledger.currentEpoch() }
  return ledger.recordPermit({ kind: 'permit', outcome: 0, decision }, { kind: 'record', record: { type, id } })
}

async function lastEntry() {
  const [row] = await at.database.query<{ body: string }>(
    'select body from ledger_entry order by sequence desc limit 1',
  )
  return parseEntry(row!.body)
}

test('each content that the store hands out is counted under its permit, and what it does not find is not', async () => {
  const counters = openCounters()
  const store = accountable(openRecordStore({ database: at.database, ledger, clock: systemClock }), {
    counters,
    ledger,
  })
  const permit = await permitFor('p-1')
  await store.read(permit)
  await store.describe('Patient', 'p-1')
  await store.read(await permitFor('nobody'))
  const { readings, permits } = counters.take()
  assert.deepEqual([readings, permits], [1, [permit.receipt.sequence]])
})

test('a permit under which the store fails is ended in the ledger with the reason', async () => {
  const counters = openCounters()
  const upstream = openUpstreamStore({ url: 'http://127.0.0.1:9/r4', ledger, clock: systemClock, timeoutMs: 1_000 })
  const store = accountable(upstream, { counters, ledger })
  const permit = await permitFor('p-1')
  await assert.rejects(store.read(permit), { code: 'upstream-unavailable' })
  const { kind, follows, detail, outcome } = await lastEntry()
  assert.deepEqual(
    [kind, follows, detail, outcome],
    ['withheld', permit.receipt.sequence, { reason: 'upstream-unavailable' }, 8],
  )
  assert.equal(counters.take().readings, 0)
  await store.close()
})
