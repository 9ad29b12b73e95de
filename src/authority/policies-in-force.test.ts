import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fixedClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { parseEntry } from '../ledger/index.ts'
import { putPoliciesInForce } from './policies-in-force.ts'
import { callerOf, now, openSampleWorld, physician, type SampleWorld } from './test-world.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let world: SampleWorld
before(async () => {
  at = await openTestDatabase()
  world = await openSampleWorld(at.database)
})
after(async () => {
  await world.ledger.close()
  await at.drop()
})

const other = 'a'.repeat(64)
const put = (bundle: string) =>
  putPoliciesInForce({ database: at.database, ledger: world.ledger, clock: fixedClock(now), bundle })
const bodyAt = async (sequence: number) =>
  (await at.database.query<{ body: string }>('select body from ledger_entry where sequence = $1', [sequence]))[0]!.body

test('policies are put in force once, as an entry that raises the epoch', async () => {
  const { digest } = world.authority.bundle
  const receipts = await Promise.all([put(digest), put(digest), put(digest)])
  const changed = receipts.filter((receipt) => receipt !== undefined)
  assert.equal(changed.length, 1)
  const entry = parseEntry(await bodyAt(changed[0]!.sequence))
  assert.equal(entry.kind, 'configuration-change')
  assert.equal(entry.raisesEpoch, true)
  assert.deepEqual(entry.detail, { bundle: digest, change: 'policies-in-force' })
  assert.equal(await put(digest), undefined)
})

test('a process whose policies are no longer in force decides nothing, until they are again', async () => {
  const { digest } = world.authority.bundle
  const request = { caller: callerOf(physician), action: 'list' as const, types: ['Observation'], at: now }
  await epochIsHeardOf()
  await world.authority.prepare(request)

  const receipt = await put(other)
  assert.equal(parseEntry(await bodyAt(receipt!.sequence)).detail!.before, digest)
  await epochIsHeardOf()
  await assert.rejects(world.authority.prepare(request), { code: 'policies-superseded' })

  await put(digest)
  await epochIsHeardOf()
  await world.authority.prepare(request)
})

/** A raised epoch is heard of by notification, a moment later. */
async function epochIsHeardOf(): Promise<void> {
  const [head] = await at.database.query<{ epoch: number }>('select authority_epoch as epoch from ledger_head')
  for (let i = 0; i < 500 && world.ledger.currentEpoch() < head!.epoch; i++) {
    await new Promise((done) => setTimeout(done, 10))
  }
  assert.equal(world.ledger.currentEpoch(), head!.epoch)
}
