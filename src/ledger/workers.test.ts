import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CryptoFailure, guomi, international, noteSigner } from '../crypto/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { verifyDatabase } from '../proof/index.ts'
import { type EntryDraft, guomiOrigin, type Ledger, openLedger, openTree, startLedgerWorkers } from './index.ts'
import { stretchSize } from './trace-block.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
const origin = 'chartward.local/test-hospital'
const signer = noteSigner(origin, international.generatePrivateKey())
const system: EntryDraft = { kind: 'system', outcome: 0 }

before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
})
after(async () => {
  await ledger.close()
  await at.drop()
})

const start = () =>
  startLedgerWorkers({ database: at.database, origin, signer, projectEveryMs: 5, checkpointEveryMs: 10 })
const until = async (condition: () => boolean | Promise<boolean>) => {
  while (!(await condition())) await new Promise((next) => setTimeout(next, 5))
}

test('trace and tree follow the journal, and another process takes over from one that stops', async () => {
  const [one, two] = [start(), start()]
  for (let i = 0; i < 20; i++) await ledger.record(Array.from({ length: 300 }, () => system))
  await one.close()
  for (let i = 0; i < 5; i++) await ledger.record([system])
  const size = await ledger.size()
  // The trace takes in whole stretches; entries after the last one are found in the journal.
  const whole = Math.floor(size / stretchSize) * stretchSize
  await until(() => two.state().projection.done === whole && two.state().integration.done === size)
  assert.equal((await openTree({ database: at.database }).checkpoint())!.size, size)
  await two.close()
  const [row] = await at.database.query<{ n: number }>('select count(*) as n from trace_stretch')
  assert.equal(row!.n, whole / stretchSize)
  const report = await verifyDatabase({ database: at.database, origin, keys: [signer.verifierKey], atMs: Date.now() })
  assert.deepEqual([report.entriesRead, report.verdicts.flatMap(({ findings }) => findings)], [size, []])
})

test('a worker that fails says so in its state, and goes on when it can again', async () => {
  await at.database.query('alter table trace_block rename to trace_hidden')
  const workers = start()
  for (let i = 0; i < 5; i++) await ledger.record(Array.from({ length: 1000 }, () => system))
  await until(() => workers.state().projection.failure === 'trace-broken')
  await at.database.query('alter table trace_hidden rename to trace_block')
  const whole = Math.floor((await ledger.size()) / stretchSize) * stretchSize
  await until(() => workers.state().projection.done === whole && workers.state().projection.failure === undefined)
  assert.equal(workers.state().projection.failure, undefined)
  await workers.close()
})

test('while a key is away entries go on, the state says so, and both trees are signed once it is back', async () => {
  const second = noteSigner(guomiOrigin(origin), guomi.generatePrivateKey(), guomi)
  let keyIsThere = false
  const workers = startLedgerWorkers({
    database: at.database,
    origin,
    signer,
    guomiSigner: {
      ...second,
      sign(text) {
        if (keyIsThere) return second.sign(text)
        return Promise.reject(new CryptoFailure('key-unavailable', 'the module is away'))
      },
    },
    projectEveryMs: 5,
    checkpointEveryMs: 10,
  })
  const before = await openTree({ database: at.database }).checkpoint()
  await ledger.record([system])
  await until(() => workers.state().catchUp!.failure === 'key-unavailable')
  await ledger.record([system])
  assert.equal(await openTree({ database: at.database, suite: 'guomi' }).checkpoint(), undefined)
  keyIsThere = true
  const size = await ledger.size()
  await until(() => workers.state().catchUp!.done === size && workers.state().integration.done === size)
  assert.equal(workers.state().catchUp!.failure, undefined)
  assert.equal((await openTree({ database: at.database, suite: 'guomi' }).checkpoint())!.size, size)

  keyIsThere = false
  await ledger.record([system])
  await until(() => workers.state().integration.failure === 'key-unavailable')
  assert.equal((await openTree({ database: at.database }).checkpoint())!.size, size)
  assert.ok(size > before!.size)
  keyIsThere = true
  await until(() => workers.state().integration.done === size + 1)
  await workers.close()
})
