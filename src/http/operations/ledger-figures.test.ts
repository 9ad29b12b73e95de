import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import type { Ledger, LedgerWorkers } from '../../ledger/index.ts'
import { checkpointReadiness, registerLedgerFigures } from './ledger-figures.ts'
import { openMetrics } from './metrics.ts'
import { registerOperations } from './routes.ts'

/** What two workers would say of themselves. */
const workersThatSay = (state: ReturnType<LedgerWorkers['state']>): LedgerWorkers => ({
  state: () => state,
  close: async () => {},
})
const ledger = { size: async () => 12, currentEpoch: () => 3 } as unknown as Ledger
const well = { projection: { done: 12, size: 12 }, integration: { done: 12, size: 12 } }

const states = [
  [well, 'ok', 0, 0, 0],
  [{ ...well, integration: { done: 7, size: 12, failure: 'key-unavailable' } }, 'delayed', 1, 5, 0],
  [{ ...well, catchUp: { done: 2, size: 12, failure: 'tree-inconsistent' } }, 'delayed', 1, 0, 10],
] as const

for (const [state, told, failed, uncovered, behind] of states) {
  test(`checkpoints are ${told} with ${failed} failures, and the service goes on`, async () => {
    const app = fastify()
    const metrics = openMetrics()
    const workers = workersThatSay(state)
    registerLedgerFigures(metrics, ledger, workers)
    registerOperations(app, metrics, [
      { name: 'ledger', check: async () => void (await ledger.size()) },
      checkpointReadiness(workers),
    ])
    const ready = await app.inject('/readyz')
    assert.equal(ready.statusCode, 200)
    assert.deepEqual(ready.json(), { status: 'ok', parts: { ledger: 'ok', checkpoints: told } })
    const { payload } = await app.inject('/metrics')
    for (const [name, value] of Object.entries({
      ledger_entries: 12,
      ledger_signing_failed: failed,
      ledger_uncovered_entries: uncovered,
      ledger_guomi_behind_entries: behind,
    })) {
      assert.match(payload, new RegExp(`^chartward_${name} ${value}$`, 'm'))
    }
    await app.close()
  })
}

test('a part that is needed still makes the answer 503', async () => {
  const app = fastify()
  registerOperations(app, openMetrics(), [{ name: 'database', check: () => Promise.reject(new Error('gone')) }])
  const ready = await app.inject('/readyz')
  assert.equal(ready.statusCode, 503)
  assert.deepEqual(ready.json(), { status: 'unavailable', parts: { database: 'unavailable' } })
  await app.close()
})
