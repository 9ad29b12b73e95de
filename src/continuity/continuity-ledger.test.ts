import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fixedClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Ledger, openLedger, type PermitDraft, receiptName } from '../ledger/index.ts'
import { openContinuityLedger, type SpoolInUse } from './continuity-ledger.ts'
import { readContinuityPlan } from './read-plan.ts'
import { readSpool } from './read-spool.ts'
import { openSpool } from './spool.ts'

// A ledger that was let go of takes no entries, as one whose database is away.

const hour = 3_600_000
let dataDir: string
let ledger: Ledger
let size: number
let at: Awaited<ReturnType<typeof openTestDatabase>>
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'chartward-ledger-'))
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  size = await ledger.size()
  await ledger.close()
})
after(async () => {
  await at.drop()
  await rm(dataDir, { recursive: true, force: true })
})

const plan = readContinuityPlan('{"departments":{"icu":"clinical-continuity"},"staleMinutes":240}')
const draft = (more: Partial<PermitDraft> = {}): PermitDraft => ({
  kind: 'permit',
  outcome: 0,
  actor: { person: 'dr' as never, departments: ['icu'] },
  channel: 'fhir',
  action: 'view',
  purpose: 'TREAT',
  patient: 'p' as never,
  decision: { effect: 'permit', policies: [], bundle: '', epoch: 7 as never },
  ...more,
})
const scope = { kind: 'record', record: { type: 'Observation', id: 'o' } } as const

async function open() {
  const clock = fixedClock(Date.now())
  const heard = clock.now()
  const inUse: SpoolInUse = { spool: await openSpool({ dataDir, maxBytes: 100_000 }), open: new Map() }
  const watch = {
    isAway: () => true,
    lastHeardMs: () => heard,
    noteAnswer: () => {},
    noteSilence: () => {},
    close: async () => {},
  }
  const parts = { ledger, plan, clock, watch: () => watch, spoolForNewUses: () => inUse }
  return { clock, inUse, continuity: openContinuityLedger(parts) }
}

test('a permit and what follows it stand in the spool, and only the use that has ended lets it close', async () => {
  const { inUse, continuity } = await open()
  const permit = await continuity.recordPermit(draft(), scope)
  assert.match(receiptName(permit.receipt), /^S[0-9a-f]{16}-0$/)
  assert.ok(permit.receipt.sequence < 0)
  assert.equal(inUse.open.size, 1)
  const committed = await continuity.recordRelease(permit, [{ kind: 'release', outcome: 0 }])
  assert.equal(committed.outcome, 'recorded')
  assert.equal(inUse.open.size, 0)
  await inUse.spool.close()
  const { frames } = await readSpool(dataDir, inUse.spool.id)
  assert.deepEqual(
    frames.map(({ drafts: [one] }) => [one!.kind, one!.follows, one!.detail?.continuity]),
    [
      ['permit', undefined, 'clinical-continuity'],
      ['release', -1, undefined],
    ],
  )
})

test('what the plan does not reach is refused, each for its reason, and nothing is spooled', async () => {
  const { clock, inUse, continuity } = await open()
  const refused = (more: Partial<PermitDraft>, code: string) =>
    assert.rejects(continuity.recordPermit(draft(more), scope), { code })
  await refused({ actor: { departments: ['elsewhere'] } }, 'ledger-unavailable')
  await refused({ actor: { departments: ['icu'], application: 'other' as never } }, 'ledger-unavailable')
  await refused({ action: 'export' }, 'outside-continuity')
  await refused({ purpose: 'HRESCH' }, 'outside-continuity')
  await assert.rejects(continuity.record([{ kind: 'refusal', outcome: 8 }]), { code: 'ledger-unavailable' })
  clock.advance(4 * hour)
  await continuity.recordPermit(draft(), scope)
  clock.advance(1)
  await refused({}, 'facts-too-old')
  assert.equal(inUse.spool.head().count, 1)
  assert.equal(size, 0)
})

test('a release that comes after its spool was closed over it does not happen', async () => {
  const { inUse, continuity } = await open()
  const permit = await continuity.recordPermit(draft(), scope)
  await inUse.spool.close()
  const release = continuity.recordRelease(permit, [{ kind: 'release', outcome: 0 }])
  await assert.rejects(release, { code: 'spool-unavailable' })
})

test('a use that ended as withheld is over, and a second end of it is refused', async () => {
  const { inUse, continuity } = await open()
  const permit = await continuity.recordPermit(draft(), scope)
  const withheld = [{ kind: 'withheld' as const, follows: permit.receipt.sequence, outcome: 4 as const }]
  await continuity.record(withheld)
  await assert.rejects(continuity.record(withheld), { code: 'spool-unavailable' })
  assert.equal(inUse.spool.head().count, 2)
  await inUse.spool.close()
})

test('an entry too large for the ledger is refused before it is spooled, for it could never join', async () => {
  const { inUse, continuity } = await open()
  const large = draft({ detail: { long: 'x'.repeat(61_000) } })
  await assert.rejects(continuity.recordPermit(large, scope), { code: 'entry-too-large' })
  assert.equal(inUse.spool.head().count, 0)
  await inUse.spool.close()
})
