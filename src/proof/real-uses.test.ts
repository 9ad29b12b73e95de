import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listPatients } from '../access/list-patients.ts'
import { openRecord } from '../access/open-record.ts'
import { readHistory } from '../access/read-history.ts'
import { searchRecords } from '../access/search-records.ts'
import { callerFor, openSmallHospital } from '../access/test-hospital.ts'
import { writeRecord, writeTogether } from '../access/write-record.ts'
import { international, noteSigner } from '../crypto/index.ts'
import type { Transaction } from '../kernel/index.ts'
import { integrateOnce } from '../ledger/integrate.ts'
import { parseSearch } from '../records/index.ts'
import { type Report, verdictOf } from './verdict.ts'
import { verifyDatabase } from './verify-database.ts'

// What the house itself does, while rights change under it, keeps the rule that the verifier checks.

const origin = 'chartward.local/test-hospital'
const signer = noteSigner(origin, international.generatePrivateKey())
let hospital: Awaited<ReturnType<typeof openSmallHospital>>
before(async () => {
  hospital = await openSmallHospital()
})
after(() => hospital.close())

const use = { caller: callerFor('dr-own'), channel: 'fhir' as const, requestId: 'test', purpose: 'TREAT' as const }
const observation = (code: string) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: code },
  subject: { reference: 'Patient/p-own' },
})
const search = (type: string, query: string) => parseSearch(type, new URLSearchParams(query), { strict: true })

const acts: readonly (() => Promise<{ readonly outcome: string }>)[] = [
  () => openRecord({ ...use, type: 'Observation', id: 'o-own-1' }, hospital),
  () => openRecord({ ...use, type: 'Observation', id: 'nothing-here' }, hospital),
  () => openRecord({ ...use, caller: callerFor('dr-other'), type: 'Observation', id: 'o-none-1' }, hospital),
  () => searchRecords({ ...use, query: search('Observation', 'patient=p-own') }, hospital),
  () => searchRecords({ ...use, query: search('Patient', 'name=李') }, hospital),
  () => listPatients({ ...use, query: search('Patient', ''), standings: new Map(), terms: {} }, hospital),
  () => readHistory({ ...use, type: 'Observation', id: 'o-own-1', count: 5 }, hospital),
  () => readHistory({ ...use, type: 'Observation', count: 5 }, hospital),
  () => writeRecord({ ...use, change: { kind: 'create', type: 'Observation', resource: observation('K') } }, hospital),
  () =>
    writeTogether(
      {
        ...use,
        changes: ['Na', 'Cl'].map((code) => ({ kind: 'create', type: 'Observation', resource: observation(code) })),
      },
      hospital,
    ),
]

async function verify(): Promise<Report> {
  const { database, clock } = hospital
  for (let done = false; !done; ) {
    const { covered, size } = await integrateOnce({ database, origin, signer, clock })
    done = covered === size
  }
  return verifyDatabase({ database, origin, keys: [signer.verifierKey], atMs: clock.now() })
}

const raise = () =>
  hospital.database.transaction((tx: Transaction) =>
    hospital.ledger.recordWithin(tx, [{ kind: 'authority-change', outcome: 0 }], { raisesEpoch: true }),
  )

test('every kind of use, with rights changing meanwhile, is in order and complete', async () => {
  const outcomes: string[] = []
  for (let round = 0; round < 4; round++) {
    const uses = acts.map(async (act) => (await act()).outcome)
    // Fewer than a use takes turns at before it gives up: it decides again after each.
    for (let change = 0; change < 3; change++) await raise()
    outcomes.push(...(await Promise.all(uses)))
  }
  for (const outcome of ['released', 'refused', 'not-found', 'written']) assert.ok(outcomes.includes(outcome), outcome)

  const report = await verify()
  assert.deepEqual(
    report.verdicts.flatMap(({ findings }) => findings),
    [],
  )
  assert.equal(verdictOf(report, 'order').verdict, 'holds')
  const judged = /^(\d+) releases, exposures and writes/.exec(verdictOf(report, 'order').words[1]!.en)
  assert.ok(Number(judged?.[1]) > 30, judged?.[0])
})

test('a release slipped in past the ledger’s own check is found', async () => {
  const permit = await hospital.ledger.recordPermit(
    {
      kind: 'permit',
      outcome: 0,
      decision: { effect: 'permit', policies: [], bundle: '', epoch: hospital.ledger.currentEpoch() },
    },
    { kind: 'search', types: [], person: use.caller.person },
  )
  await raise()
  const [receipt] = await hospital.ledger.record([
    { kind: 'release', follows: permit.receipt.sequence, digest: 'a'.repeat(64), outcome: 0 },
  ])
  assert.deepEqual(verdictOf(await verify(), 'order').findings, [
    { problem: 'epoch-passed', sequence: receipt!.sequence, against: permit.receipt.sequence },
  ])
})
