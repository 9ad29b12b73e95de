import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openClosing } from './closing.ts'

test('what was opened is closed in the opposite order, once', async () => {
  const closed: string[] = []
  const closing = openClosing()
  for (const name of ['database', 'ledger', 'server']) closing.add(async () => closed.push(name))
  await closing.run()
  await closing.run()
  assert.deepEqual(closed, ['server', 'ledger', 'database'])
})

test('a step that fails is told, and does not keep the others from running', async () => {
  const closed: string[] = []
  const closing = openClosing()
  closing.add(async () => closed.push('lock'))
  closing.add(async () => {
    throw new Error('the database is gone')
  })
  await assert.rejects(closing.run(), /the database is gone/)
  assert.deepEqual(closed, ['lock'])
})
