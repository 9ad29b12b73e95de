import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fixedClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Ledger, openLedger, parseEntry } from '../ledger/index.ts'
import { defaultSettings } from './settings.ts'
import { tellEndedTerms } from './tell-ended-terms.ts'

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
const start = Date.UTC(2026, 5, 1)
const day = 86_400_000

before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  await at.database.query('update ended_terms_told set told_upto = $1', [new Date(start)])
  await at.database.query(
    `insert into declared_use (id, person_id, patient_id, purpose, reason, declared_at, valid_until)
     values (gen_random_uuid(), 'dr-000001', 'p-1', 'TREAT', 'consult', $1, $2)`,
    [new Date(start - day), new Date(start + 60_000)],
  )
  // Discharged thirty days before: the attending doctor's window ends two minutes in.
  await at.database.query(
    `insert into care_relation (person_id, patient_id, kind, source, valid_from, valid_until)
     select 'dr-' || n, 'p-2', 'attending', 'Encounter/' || n, $1, $2 from generate_series(1, 250) n`,
    [new Date(start - 60 * day), new Date(start - 30 * day + 120_000)],
  )
})
after(async () => {
  await ledger.close()
  await at.drop()
})

const tellAt = (now: number) =>
  tellEndedTerms({ database: at.database, ledger, clock: fixedClock(now), settings: defaultSettings })
const entries = async () =>
  (await at.database.query<{ body: string }>('select body from ledger_entry order by sequence')).map((row) =>
    parseEntry(row.body),
  )

test('nothing has ended: nothing is told and no right is decided again', async () => {
  assert.deepEqual(await tellAt(start + 1_000), { told: 0, more: false })
  assert.equal((await entries()).length, 0)
  assert.equal(ledger.currentEpoch(), 0)
})

test('a declared use that ran out is an entry that raises the epoch, told once by many tellers', async () => {
  const told = await Promise.all(Array.from({ length: 4 }, () => tellAt(start + 60_000)))
  assert.equal(
    told.reduce((sum, one) => sum + one.told, 0),
    1,
  )
  const [entry] = await entries()
  assert.equal(entry!.raisesEpoch, true)
  assert.equal(entry!.patient, 'p-1')
  assert.deepEqual(entry!.record, { type: 'Practitioner', id: 'dr-000001' })
  assert.equal(entry!.detail!.ground, 'declared')
})

test('windows that end together share entries, each naming whose', async () => {
  const before = (await entries()).length
  assert.deepEqual(await tellAt(start + 120_000), { told: 250, more: false })
  const told = (await entries()).slice(before)
  const terms = told.flatMap((entry) => entry.detail!.terms as { person: string }[])
  assert.equal(told.length, 3)
  assert.equal(new Set(terms.map((term) => term.person)).size, 250)
  assert.deepEqual(
    told.map((entry) => entry.raisesEpoch === true),
    [false, false, true],
  )
})

test('a standstill is caught up in steps, and a clock set back tells nothing twice', async () => {
  assert.equal((await tellAt(start + 3 * day)).more, true)
  const size = (await entries()).length
  assert.deepEqual(await tellAt(start), { told: 0, more: false })
  while ((await tellAt(start + 3 * day)).more);
  assert.equal((await entries()).length, size)
})
