import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { leafHash } from '../crypto/index.ts'
import { openTrace } from '../ledger/index.ts'
import { openArchive } from './index.ts'
import { openTestLedger, origin, type TestLedger } from './test-ledger.ts'
import { registeredVolumes } from './volume-registry.ts'

let at: TestLedger
const leaves: string[] = []
const months = 4
before(async () => {
  at = await openTestLedger(Date.parse('2025-01-10T00:00:00Z'))
  for (let month = 0; month < months; month++) {
    await at.ledger.record([{ kind: 'permit', outcome: 0, patient: 'p1' as never }])
    await at.endMonth()
  }
  await at.ledger.record([{ kind: 'system', outcome: 0 }])
  await at.settle()
  const rows = await at.database.query<{ leaf: string }>(
    `select encode(leaf_hash, 'hex') as leaf from ledger_entry order by sequence`,
  )
  leaves.push(...rows.map((row) => row.leaf))
})
after(() => at.close())

/** Archives in a process of its own, which is killed some time after so many steps. */
async function archiveAndKill(steps: number, afterMs: number): Promise<boolean> {
  const child = fork(join(import.meta.dirname, 'archive.killed.ts'), [at.url, origin, at.archive, ...at.verifierKeys])
  let seen = 0
  let done = false
  const exited = new Promise<void>((next) => child.once('exit', () => next()))
  child.on('message', (message) => {
    if (message === 'done') done = true
    if (message === 'step') seen += 1
    if (seen === steps && message === 'step') setTimeout(() => child.kill('SIGKILL'), afterMs)
  })
  await exited
  return done
}

async function everyEntryIsThere(): Promise<void> {
  const archived = openArchive({ database: at.database, archives: [at.archive] })
  const rows = await at.database.query<{ sequence: number; body: string }>('select sequence, body from ledger_entry')
  const bodies = new Map(rows.map((row) => [row.sequence, row.body]))
  const elsewhere = leaves.map((_, sequence) => sequence).filter((sequence) => !bodies.has(sequence))
  for (const { sequence, body } of await archived.at(elsewhere)) bodies.set(sequence, body!)
  for (const [sequence, leaf] of leaves.entries()) {
    assert.equal(leafHash(bodies.get(sequence)!).toString('hex'), leaf, `entry ${sequence}`)
  }
}

// A volume of 1,024 entries takes eight steps: four while it is written, four while it is read back. It is released after.
const killedAfter = [2, 6, 8, 9]

test('an archiver killed at any moment leaves each partition, or its volume, whole', async () => {
  for (const steps of killedAfter) {
    await archiveAndKill(steps, Math.random() * 30)
    await everyEntryIsThere()
  }
  assert.equal(await archiveAndKill(Number.POSITIVE_INFINITY, 0), true)
  await everyEntryIsThere()
  assert.equal((await registeredVolumes(at.database)).length, months)
  assert.equal((await readdir(at.archive)).length, months)
  const archived = openArchive({ database: at.database, archives: [at.archive] })
  const { rows } = await openTrace({ database: at.database, archived }).askTrace(
    { patient: 'p1' as never },
    { count: 10 },
  )
  assert.deepEqual([rows.length, rows.every((row) => row.intact)], [months, true])
})
