import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../src/kernel/test-database.ts'
import { judgeOrder } from './judge-order.ts'
import { race } from './race.ts'

test('no release follows an entry that forbids it, however reads and stopped accounts race', async () => {
  const at = await openTestDatabase()
  try {
    const result = await race({ databaseUrl: at.url, uses: 2_000, readers: 2, changers: 2, entriesBetweenChanges: 100 })
    assert.deepEqual(result.violations, [])
    assert.ok(result.releases >= 2_000)
    // It was a race: rights did change between permit and release, and people were refused.
    assert.ok(result.permitsWithoutRelease > 0)
    assert.ok(result.refused > 0)
    assert.ok(result.changes > 0)

    // And the judge sees a violation where there is one: an account stopped before a release that is there already.
    const [first] = await at.database.query<{ sequence: number }>(
      `select min(sequence) as sequence from ledger_entry where body like '%"person-stopped"%'`,
    )
    await at.database.query('alter table ledger_entry disable trigger user')
    await at.database.query(`update ledger_entry set body = replace(body, 'person-reinstated', 'person-stopped')
                             where sequence > ${first!.sequence}`)
    assert.ok((await judgeOrder(at.database)).violations.length > 0)
  } finally {
    await at.drop()
  }
})
