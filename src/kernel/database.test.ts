import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openTestDatabase } from './test-database.ts'

test('a connection lost between two statements of a transaction fails the transaction, and nothing else', async () => {
  const at = await openTestDatabase()
  const work = at.database.transaction(async (tx) => {
    const [own] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
    await at.database.query('select pg_terminate_backend($1)', [own!.pid])
    await pause(100)
    return tx.query('select 1')
  })
  await assert.rejects(work)
  assert.deepEqual(await at.database.query('select 1 as one'), [{ one: 1 }])
  await at.drop()
})
