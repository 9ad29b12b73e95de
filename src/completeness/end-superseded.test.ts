import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../kernel/test-database.ts'
import { openLedger, parseEntry } from '../ledger/index.ts'
import { endSuperseded } from './end-superseded.ts'

test('a permit that was superseded before its release is ended as withheld, and what was to leave is not named', async () => {
  const at = await openTestDatabase()
  const ledger = endSuperseded(await openLedger({ database: at.database }))
  const decision = { effect: 'permit' as const, policies: [], bundle: '', epoch: ledger.currentEpoch() }
  const permit = await ledger.recordPermit(
    { kind: 'permit', outcome: 0, decision },
    { kind: 'record', record: { type: 'Observation', id: 'o' } },
  )
  await at.database.transaction((tx) =>
    ledger.recordWithin(tx, [{ kind: 'authority-change', outcome: 0 }], { raisesEpoch: true }),
  )
  const release = { kind: 'release' as const, outcome: 0 as const, digest: 'a'.repeat(64), detail: { withheld: ['x'] } }
  assert.equal((await ledger.recordRelease(permit, [release])).outcome, 'superseded')
  const rows = await at.database.query<{ body: string }>('select body from ledger_entry order by sequence desc limit 1')
  const { kind, follows, digest, detail } = parseEntry(rows[0]!.body)
  assert.deepEqual(
    [kind, follows, digest, detail],
    ['withheld', permit.receipt.sequence, undefined, { reason: 'superseded' }],
  )
  await ledger.close()
  await at.drop()
})
