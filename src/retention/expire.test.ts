import assert from 'node:assert/strict'
import { chmod, cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { leafHash, tilePath } from '../crypto/index.ts'
import { fixedClock, systemClock } from '../kernel/index.ts'
import { openTrace } from '../ledger/index.ts'
import { hashedLeaves } from '../ledger/journal-leaves.ts'
import { soloCrew } from '../proof/crew.ts'
import { openDatabaseEvidence } from '../proof/database-evidence.ts'
import { verdictOf } from '../proof/verdict.ts'
import { verifyEvidence } from '../proof/verify-evidence.ts'
import {
  archivePartitions,
  checkVolume,
  type ExpiringOptions,
  expireBodies,
  noHolds,
  openArchive,
  type PatientCare,
  planExpiry,
  readPeriods,
  registeredVolumes,
  requireTrustedClock,
  setPeriod,
} from './index.ts'
import { openTestLedger, operator, origin, type TestLedger } from './test-ledger.ts'

let at: TestLedger
let options: ExpiringOptions
const dayMs = 86_400_000
const care = new Map<string, PatientCare>([
  ['outpatient', { classes: ['outpatient'] }],
  ['inpatient', { classes: ['outpatient', 'inpatient'] }],
  ['psychiatric', { classes: ['psychiatric'] }],
  ['still-coming', { classes: ['outpatient'] }],
  ['visited-since', { classes: ['outpatient'], lastEventMs: Date.now() - 1000 * dayMs }],
])
const view = (patient: string) =>
  ({ kind: 'permit', outcome: 0, patient: patient as never, record: { type: 'Observation', id: 'o' } }) as const
const staff = { kind: 'sign-in', outcome: 0 } as const

/** A ledger of twenty years, with an entry every 25 days, whose first month is archived. */
before(async () => {
  at = await openTestLedger(Date.now() - 20 * 365.25 * dayMs)
  const { ledger, clock, database } = at
  await ledger.record([
    view('outpatient'), // 0
    view('inpatient'), // 1
    view('psychiatric'), // 2
    view('nobody-knows'), // 3
    view('still-coming'), // 4
    view('visited-since'), // 5
    view('held'), // 6
    staff, // 7
    { kind: 'search', outcome: 0, detail: { terms: 'name=王' } }, // 8
    { kind: 'system', outcome: 0, detail: { event: 'history-contradicted' } }, // 9
  ])
  care.set('held', { classes: ['outpatient'] })
  await at.endMonth()
  await turnYears()
  await ledger.record([view('still-coming')])
  await at.settle()
  const archived = openArchive({ database, archives: [at.archive] })
  options = {
    ...at.options,
    archived,
    archives: [at.archive],
    trace: openTrace({ database, archived }),
    care: {
      of: async (patients) => new Map(patients.flatMap((one) => (care.has(one) ? [[one, care.get(one)!]] : []))),
    },
    holds: {
      held: async (entries) => new Set(entries.filter((one) => one.patient === 'held').map((one) => one.sequence)),
    },
    operator,
    clock: systemClock,
  }
  await archivePartitions('2010-01', at.options)
  async function turnYears() {
    for (; clock.now() < Date.now() - 25 * dayMs; clock.advance(25 * dayMs)) await ledger.record([staff])
    await ledger.record([staff])
    clock.advance(Date.now() - clock.now())
  }
})
after(() => at.close())

const planned = async (changes: Partial<ExpiringOptions> = {}, nowMs = Date.now()) => {
  const [plan] = await planExpiry({ ...options, ...changes }, nowMs)
  return plan!
}
const among = (plan: { due: readonly { sequence: number; rule: string }[] }) =>
  plan.due.filter(({ sequence }) => sequence < 10).map(({ sequence, rule }) => [sequence, rule])

test('a body is due by the longest period of anything it speaks of, and never while that is not known', async () => {
  assert.deepEqual(among(await planned()), [
    [0, 'outpatient/180'],
    [7, 'no-patient/36'],
  ])
  const later = Date.now() + 11 * 365.25 * dayMs
  assert.deepEqual(
    among(await planned({}, later)).map(([sequence]) => sequence),
    [0, 1, 2, 3, 5, 7, 8].filter((sequence) => sequence !== 5),
  )
})

test('a period is kept from the last event: a visit, or any use of the record since', async () => {
  const fourteen = await planned({}, Date.now() + 14 * 365.25 * dayMs)
  assert.ok(!among(fourteen).some(([sequence]) => sequence === 4))
  const fifteen = await planned({}, Date.now() + 15.1 * 365.25 * dayMs)
  assert.ok(among(fifteen).some(([sequence]) => sequence === 4))
  assert.ok(among(fifteen).some(([sequence]) => sequence === 5))
})

test('what is held stays, whatever its period', async () => {
  assert.equal((await planned()).held, 1)
  const without = await planned({ holds: noHolds })
  assert.ok(among(without).some(([sequence]) => sequence === 6))
})

test('no period is set below its floor, and each change stands in the ledger', async () => {
  const change = (months: number, careClass = 'outpatient' as const, recordType = '*') =>
    setPeriod({ database: at.database, ledger: at.ledger, operator, period: { careClass, recordType, months } })
  await assert.rejects(change(179), { code: 'invalid-input' })
  await assert.rejects(change(180, 'outpatient', 'observation'), { code: 'invalid-input' })
  await assert.rejects(at.database.query(`update retention_period set months = 5 where care_class = 'no-patient'`), {
    code: '23514',
  })
  await change(360, 'outpatient', 'Observation')
  assert.deepEqual(among(await planned()), [[7, 'no-patient/36']])
  await change(180, 'outpatient', 'Observation')
  assert.equal((await readPeriods(at.database)).length, 5)
  const [told] = await at.database.query<{ body: string }>(
    'select body from ledger_entry order by sequence desc limit 1',
  )
  const { kind, detail } = JSON.parse(told!.body)
  assert.deepEqual(
    [kind, detail.event, detail.months, detail.before],
    ['configuration-change', 'retention-period', 180, 360],
  )
})

test('a clock that does not agree expires nothing', async () => {
  const refused = { code: 'clock-not-trusted' }
  const ahead = fixedClock(Date.now() + 365 * dayMs)
  await assert.rejects(expireBodies({ ...options, clock: ahead }), refused)
  await assert.rejects(expireBodies({ ...options, clock: fixedClock(Date.now() - 365 * dayMs) }), refused)
  await at.database.query(`insert into ledger_cosignature values ($1, 10, 'w', 1, '— w x', now() + interval '1 day')`, [
    origin,
  ])
  await assert.rejects(expireBodies(options), refused)
  await at.database.query('delete from ledger_cosignature')
  assert.equal((await registeredVolumes(at.database))[0]!.version, 1)
})

test('an expiry that cannot be told leaves the version that counts, and is done again', async () => {
  await at.database.query(
    'create trigger refused before insert on ledger_volume for each statement execute function ledger_refuse_change()',
  )
  await assert.rejects(expireBodies(options), { code: '23001' })
  await at.database.query('drop trigger refused on ledger_volume')
  assert.deepEqual((await readdir(at.archive)).sort(), ['000000000000-000000001024.v1', '000000000000-000000001024.v2'])
  assert.equal((await options.archived.at([0]))[0]!.body?.includes('"patient":"outpatient"'), true)
})

test('a volume that is damaged does not expire', async () => {
  const file = join(at.archive, '000000000000-000000001024.v1', 'tile/entries/001')
  const kept = await readFile(file)
  await chmod(file, 0o600)
  await writeFile(file, kept.subarray(1))
  await assert.rejects(expireBodies(options), { code: 'volume-damaged' })
  await writeFile(file, kept)
})

test('expired bodies are gone, their hashes stay, and the ledger tells by which rule', async () => {
  const [plan] = await planExpiry(options, Date.now())
  const leaves = () => hashedLeaves(at.database, 0, 1024, options.archived)
  const before = await leaves()
  const [expired, ...more] = await expireBodies(options)
  assert.equal(more.length, 0)
  assert.equal(expired!.count, plan!.due.length)
  assert.equal(expired!.rules['outpatient/180'], 1)
  assert.deepEqual(await readdir(at.archive), ['000000000000-000000001024.v2'])

  const bundle = await readFile(join(at.archive, expired!.volume, tilePath({ level: 'entries', index: 0, width: 256 })))
  assert.ok(!bundle.includes('"patient":"outpatient"'))
  assert.ok(bundle.includes('"patient":"inpatient"'))
  const [gone, kept] = await options.archived.at([0, 1])
  assert.equal(gone!.body, undefined)
  assert.deepEqual(kept!.leafHash, leafHash(kept!.body!))

  const [told] = await at.database.query<{ body: string }>('select body from ledger_entry where sequence = $1', [
    expired!.recorded,
  ])
  const { detail } = JSON.parse(told!.body)
  assert.deepEqual([detail.event, detail.count, detail.operator.user], ['expired', plan!.due.length, 'archivist'])
  const [volume] = await registeredVolumes(at.database)
  assert.deepEqual(await leaves(), before)
  const { name, manifestSha256 } = volume!
  const { verifiers } = at.options
  await checkVolume({ origin, verifiers, name, manifestSha256, folder: join(at.archive, name) })
})

test('nothing expires twice, and questions go on over what is left', async () => {
  // As if the process had ended before it could remove the version that no longer counts.
  await cp(join(at.archive, '000000000000-000000001024.v2'), join(at.archive, '000000000000-000000001024.v1'), {
    recursive: true,
  })
  assert.deepEqual(await expireBodies(options), [])
  assert.deepEqual(await readdir(at.archive), ['000000000000-000000001024.v2'])
  const page = await options.trace.askTrace({ patient: 'inpatient' as never }, { count: 10 })
  assert.deepEqual(
    page.rows.map((row) => [row.sequence, row.intact]),
    [[1, true]],
  )
  const gone = await options.trace.askTrace({ patient: 'outpatient' as never }, { count: 10 })
  assert.deepEqual([gone.rows.length, gone.expired], [0, [0]])
  const evidence = await openDatabaseEvidence(at.database, origin, options.archived)
  const stretch = await evidence.entries!.stretch(0, 256)
  assert.ok(stretch!.absent!.includes(0) && !stretch!.absent!.includes(1))
  assert.deepEqual(stretch!.missing, [])
  await at.settle()
  const report = await verifyEvidence(await openDatabaseEvidence(at.database, origin, options.archived), {
    trust: { logs: at.verifierKeys, timestampRoots: [] },
    crew: soloCrew(),
    atMs: Date.now(),
  })
  const { verdict, words } = verdictOf(report, 'integrity')
  assert.equal(verdict, 'holds')
  assert.ok(
    words.some(({ en }) => /expired past its time.*no-patient\/36: \d+, outpatient\/180: 1/.test(en)),
    JSON.stringify(words),
  )
  assert.deepEqual(
    report.verdicts.flatMap(({ findings }) => findings),
    [],
  )
})

test('a step of more than a month in the ledger is a clock set forward, unless somebody outside has seen that time', async () => {
  await requireTrustedClock(at.database, systemClock)
  const jumped = await openTestLedger(Date.now() - 400 * dayMs)
  try {
    await jumped.ledger.record([staff])
    jumped.clock.advance(400 * dayMs)
    await jumped.ledger.record([staff])
    await assert.rejects(requireTrustedClock(jumped.database, systemClock), {
      code: 'clock-not-trusted',
      message: /entries 0 and 1/,
    })
    await jumped.database.query(`insert into ledger_cosignature values ($1, 2, 'w', 1, '— w x', now())`, [origin])
    await requireTrustedClock(jumped.database, systemClock)
  } finally {
    await jumped.close()
  }
})
