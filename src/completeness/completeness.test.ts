import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, test } from 'node:test'
import { fixedClock, silentLog } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Entry, type EntryDraft, type Ledger, openLedger, parseEntry } from '../ledger/index.ts'
import { openCounters } from './counters.ts'
import { type Completeness, openCompleteness } from './open-completeness.ts'
import { packSequences, unpackSequences } from './sequence-list.ts'

const minute = 60_000
let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let clock: ReturnType<typeof fixedClock>
let counters: ReturnType<typeof openCounters>
let completeness: Completeness
let run: string
const open: Completeness[] = []

beforeEach(async () => {
  at = await openTestDatabase()
  clock = fixedClock(Math.floor(Date.now() / minute) * minute)
  ledger = await openLedger({ database: at.database, clock })
  counters = openCounters()
  run = randomUUID()
  completeness = await begin(run)
})
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  await ledger.close()
  await at.drop()
})

async function begin(process: string, more: object = {}): Promise<Completeness> {
  const opened = await openCompleteness({
    database: at.database,
    ledger,
    counters,
    clock,
    log: silentLog,
    process,
    version: 'test',
    watchesTables: false,
    // Rounds are made by the test, when it wants one.
    reconciles: false,
    writeEveryMs: 3_600_000,
    settleMs: 1_000,
    ...more,
  })
  open.push(opened)
  return opened
}

const permit: EntryDraft = {
  kind: 'permit',
  outcome: 0,
  decision: { effect: 'permit', policies: [], bundle: '', epoch: 0 as never },
}

async function record(...drafts: readonly EntryDraft[]): Promise<number> {
  const [receipt] = await ledger.record(drafts)
  return receipt!.sequence
}
async function releasedUse(): Promise<number> {
  const sequence = await record(permit)
  await record({ kind: 'release', follows: sequence as never, outcome: 0 })
  return sequence
}

/** Closes the minute, lets it settle, and compares; returns the gaps told by it. */
async function gapsAfterAMinute(): Promise<readonly Entry[]> {
  const size = await ledger.size()
  await completeness.round()
  clock.advance(2 * minute)
  await completeness.round()
  return gapsFrom(size)
}

async function gapsFrom(from: number): Promise<readonly (Entry & { readonly sequence: number })[]> {
  const rows = await at.database.query<{ sequence: number; body: string }>(
    'select sequence, body from ledger_entry where sequence >= $1 order by sequence',
    [from],
  )
  return rows.map(({ sequence, body }) => ({ sequence, ...parseEntry(body) })).filter((entry) => entry.kind === 'gap')
}

function countersOf(gaps: readonly Entry[]): readonly unknown[] {
  return gaps.map((gap) => gap.detail!.counter)
}

test('where everything agrees nothing is told', async () => {
  for (let use = 0; use < 40; use++) {
    const sequence = await releasedUse()
    counters.read({ sequence: sequence as never }, 1)
    counters.answered({ sequences: [sequence] }, 400)
  }
  const refusal = await record({ kind: 'refusal', outcome: 8 })
  counters.answered({ sequences: [refusal] }, 10)
  assert.deepEqual(await gapsAfterAMinute(), [])
})

test('an answer without a receipt that was stopped is told', async () => {
  counters.stopped()
  const [gap, ...more] = await gapsAfterAMinute()
  assert.equal(more.length, 0)
  assert.deepEqual(
    [gap!.detail!.counter, gap!.detail!.found, gap!.detail!.expected, gap!.detail!.process, gap!.outcome],
    ['answer-without-receipt', 1, 0, run, 4],
  )
})

test('an answer under a receipt without release, or under one that does not exist, is told by its number', async () => {
  const withheld = await record(permit)
  await record({ kind: 'withheld', follows: withheld as never, outcome: 4 })
  const good = await releasedUse()
  const invented = (await ledger.size()) + 1_000_000
  counters.answered({ sequences: [good, withheld] }, 10)
  counters.answered({ sequences: [invented] }, 10)
  const [gap, ...more] = await gapsAfterAMinute()
  assert.equal(more.length, 0)
  assert.equal(gap!.detail!.counter, 'answer-without-release')
  assert.deepEqual([gap!.detail!.sequences, gap!.detail!.expected, gap!.detail!.found], [[withheld, invented], 3, 1])
  assert.equal(gap!.outcome, 8)
})

test('content read under something that is no permit is told', async () => {
  const refusal = await record({ kind: 'refusal', outcome: 8 })
  counters.read({ sequence: refusal as never }, 3)
  const [gap] = await gapsAfterAMinute()
  assert.deepEqual([gap!.detail!.counter, gap!.detail!.sequences], ['reading-without-permit', [refusal]])
})

test('content that was read and neither released nor withheld is told, and its late end heals the gap', async () => {
  const sequence = await record(permit)
  counters.read({ sequence: sequence as never }, 1)
  const gaps = await gapsAfterAMinute()
  assert.deepEqual(countersOf(gaps).toSorted(), ['permit-without-end', 'reading-without-end'])
  const from = await record({ kind: 'release', follows: sequence as never, outcome: 0 })
  await completeness.round()
  const healed = await gapsFrom(from)
  assert.deepEqual(
    healed.map((gap) => [gap.detail!.heals, gap.outcome]),
    gaps.map((gap) => [(gap as { sequence?: number }).sequence, 0]),
  )
})

test('what is told is told once', async () => {
  counters.stopped()
  assert.deepEqual(countersOf(await gapsAfterAMinute()), ['answer-without-receipt'])
  await at.database.query('update counting_bucket set reconciled = false where process_id = $1', [run])
  assert.deepEqual(await gapsAfterAMinute(), [])
})

test('a minute that a database administrator takes away is missed', async () => {
  await completeness.round()
  for (let one = 0; one < 4; one++) {
    clock.advance(minute)
    await completeness.round()
  }
  await at.database.query('delete from counting_bucket where process_id = $1 and minute = $2', [
    run,
    Math.floor(clock.now() / minute) - 2,
  ])
  await at.database.query('update counting_process set judged_minute = null where id = $1', [run])
  const [gap] = await gapsAfterAMinute()
  assert.deepEqual([gap!.detail!.counter, gap!.detail!.expected, gap!.detail!.found], ['bucket', 1, 0])
})

test('a counter lowered in the database contradicts the heartbeat that stated it', async () => {
  const sequences = [await releasedUse(), await releasedUse()]
  counters.answered({ sequences }, 10)
  counters.answered({ sequences: [await releasedUse()] }, 10)
  await completeness.round()
  clock.advance(61 * minute)
  await completeness.round()
  await at.database.query('update counting_bucket set answers = 0 where process_id = $1', [run])
  const [gap] = await gapsAfterAMinute()
  assert.deepEqual(
    [gap!.detail!.counter, gap!.detail!.counters, gap!.detail!.expected, gap!.detail!.found],
    ['totals', ['answers'], { answers: 2 }, { answers: 0 }],
  )
})

test('a process that fell silent without having stopped is told, and healed when it is heard again', async () => {
  const silent = randomUUID()
  await begin(silent)
  open.pop()
  await at.database.query(`update counting_process set heard_at = now() - interval '10 minutes' where id = $1`, [
    silent,
  ])
  const [gap] = await gapsAfterAMinute()
  assert.deepEqual([gap!.detail!.counter, gap!.detail!.process], ['process', silent])
  const from = await ledger.size()
  await at.database.query('update counting_process set heard_at = now(), ended_at = now() where id = $1', [silent])
  await completeness.round()
  assert.deepEqual(
    (await gapsFrom(from)).map((one) => one.detail!.heals),
    [(gap as { sequence?: number }).sequence],
  )
})

test('a spool that was announced and does not come back is told', async () => {
  await at.database.query(
    `insert into continuity_spool (id, process_id, key_fingerprint, opened_sequence, opened_at)
     values ('00112233445566ff', $1, 'f', 0, now() - interval '1 day')`,
    [randomUUID()],
  )
  await completeness.round()
  clock.advance(20 * minute)
  const from = await ledger.size()
  await completeness.round()
  const gaps = (await gapsFrom(from)).filter((gap) => gap.detail!.counter === 'spool')
  assert.deepEqual(
    gaps.map((gap) => [gap.detail!.spool, gap.detail!.missing]),
    [['00112233445566ff', true]],
  )
})

test('a hole in the journal is told, with where it is', async () => {
  const from = await record(permit, permit, permit)
  await at.database.query('alter table ledger_entry disable trigger all')
  await at.database.query('delete from ledger_entry where sequence = $1', [from + 1])
  await at.database.query('alter table ledger_entry enable trigger all')
  const gap = (await gapsAfterAMinute()).find((one) => one.detail!.counter === 'sequence')!
  const detail = gap.detail as { from: number; upto: number; expected: number; found: number }
  assert.ok(detail.from <= from + 1 && detail.upto > from + 1)
  assert.equal(detail.expected - detail.found, 1)
})

test('each start, each hour and each stop says so, with what was counted', async () => {
  counters.answered({ sequences: [await releasedUse()] }, 25)
  await completeness.round()
  clock.advance(61 * minute)
  await completeness.round()
  await open.pop()!.close()
  const rows = await at.database.query<{ body: string }>(
    `select body from ledger_entry where body like '%"process":"${run}"%' order by sequence`,
  )
  const said = rows.map((row) => parseEntry(row.body)).filter((entry) => entry.kind === 'system')
  assert.deepEqual(
    said.map((entry) => entry.detail!.event),
    ['counting-started', 'heartbeat', 'counting-stopped'],
  )
  assert.equal((said[1]!.detail!.totals as { answers: number }).answers, 1)
  assert.equal((said[2]!.detail!.totals as { answerBytes: number }).answerBytes, 25)
})

test('two processes compare one after the other, and none of them twice', async () => {
  const other = await begin(randomUUID())
  counters.stopped()
  const size = await ledger.size()
  await completeness.round()
  clock.advance(2 * minute)
  await Promise.all([completeness.round(), other.round(), completeness.round(), other.round()])
  assert.equal((await gapsFrom(size)).length, 1)
})

test('sequences are packed without loss, in whatever order they come', () => {
  const cases = [[], [0], [5, 4, 3, 1_000_000_007, 2, 2 ** 52], Array.from({ length: 1_000 }, (_, i) => i * 3)]
  for (const sequences of cases) assert.deepEqual(unpackSequences(packSequences(sequences)), sequences)
  assert.throws(() => unpackSequences(Buffer.from([200])), RangeError)
})
