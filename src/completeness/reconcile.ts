import type { Clock, Database } from '../kernel/index.ts'
import { isTimeToLook, judgeReadings, readTableReadings, type TableReadings } from './database-readings.ts'
import { type Finding, type GapDesk, healGap, type OpenGap, openGaps, tellGap } from './gap.ts'
import { isHeard, judgeMinutes, judgeSilence, judgeTotals, statedTotals } from './judge-processes.ts'
import { judgeSpools, spoolIsJoined } from './judge-spools.ts'
import { judgeBucket, judgeJournal, settledBuckets, withoutEnd } from './judge-uses.ts'
import { minuteOf } from './keep-counts.ts'

export interface ReconcileDesk extends GapDesk {
  readonly clock: Clock
  /** How long a use may take from its permit to its end. */
  readonly settleMs: number
  /** How long a process may not be heard of. */
  readonly silentMs: number
  /** How long a spool may stay away once its process is gone. */
  readonly spoolGraceMs: number
  /** False in front of an upstream: its tables are not here. */
  readonly watchesTables: boolean
}

/** What one reconciler carries from one round to the next; lost with it, and begun anew. */
export interface Memory {
  /** Since when it has been there without an interruption. */
  readonly sinceMs: number
  /** How long the ledger was at which time: what stood there a settling time ago is settled, whatever its clock said. */
  readonly marks: readonly { readonly atMs: number; readonly size: number }[]
  /** The last look at the database's statistics, and whether it was quiet before it. */
  readonly readings?: TableReadings
  readonly wasQuiet?: boolean
  /** Milliseconds in which the database's own counter could say nothing. */
  readonly blindMs: number
}

export interface Round {
  /** False where another process reconciles. */
  readonly worked: boolean
  readonly told: number
  readonly judgedUpto: number
  readonly memory: Memory
}

/**
 * One round: everything that is settled is compared, what is amiss is told, and what has come after all is healed. One
 * process at a time does it, whichever comes first.
 */
export async function reconcileOnce(desk: ReconcileDesk, memory: Memory): Promise<Round> {
  const { database } = desk
  return database.transaction(async (turn) => {
    const [row] = await turn.query<{ mine: boolean }>('select pg_try_advisory_xact_lock(8710080) as mine')
    if (!row!.mine) return { worked: false, told: 0, judgedUpto: 0, memory }
    let told = 0
    const tell = async (findings: readonly Finding[]): Promise<void> => {
      for (const finding of findings) {
        if (await database.transaction((tx) => tellGap(tx, finding, desk))) told += 1
      }
    }
    const marked = await mark(desk, memory)
    const judgedUpto = await reconcileJournal(desk, marked, tell)
    await reconcileBuckets(desk, tell)
    await tell(await judgeMinutes(database))
    await reconcileProcesses(desk, memory, tell)
    const kept = desk.watchesTables ? await reconcileReadings(desk, marked, tell) : marked
    await healAll(desk)
    return { worked: true, told, judgedUpto, memory: kept }
  })
}

async function mark({ database, clock, settleMs }: ReconcileDesk, memory: Memory): Promise<Memory> {
  const [head] = await database.query<{ size: number }>('select size from ledger_head')
  const atMs = clock.now()
  // Of the marks that are old enough one is needed; a clock that was turned back begins anew.
  const kept = memory.marks.filter((one) => one.atMs <= atMs)
  const settled = kept.findLastIndex((one) => one.atMs <= atMs - settleMs)
  return { ...memory, marks: [...kept.slice(Math.max(settled, 0)), { atMs, size: head!.size }] }
}

type Tell = (findings: readonly Finding[]) => Promise<void>

/** Entry by entry, in stretches; where it stands is kept in the database, so that none is judged twice or left out. */
async function reconcileJournal(desk: ReconcileDesk, { marks }: Memory, tell: Tell): Promise<number> {
  const { database, clock, settleMs } = desk
  const settled = marks.findLast((mark) => mark.atMs <= clock.now() - settleMs)?.size ?? 0
  const [head] = await database.query<{ judged: number }>('select judged_upto as judged from completeness_head')
  let from = head!.judged
  for (let stretches = 0; stretches < 20; stretches++) {
    const { upto, findings } = await judgeJournal(database, from, settled)
    if (upto <= from) break
    await tell(findings)
    for (const stated of await statedTotals(database, from, upto)) await tell(await judgeTotals(database, stated))
    await database.query('update completeness_head set judged_upto = $1', [upto])
    from = upto
  }
  return from
}

async function reconcileBuckets({ database, clock, settleMs }: ReconcileDesk, tell: Tell): Promise<void> {
  for (const bucket of await settledBuckets(database, minuteOf(clock.now() - settleMs))) {
    await tell(await judgeBucket(database, bucket))
    await database.query(
      `update counting_bucket set reconciled = true, receipts = '', permits = '' where process_id = $1 and minute = $2`,
      [bucket.process, bucket.minute],
    )
  }
}

async function reconcileProcesses(desk: ReconcileDesk, memory: Memory, tell: Tell): Promise<void> {
  const { database, clock, silentMs, spoolGraceMs } = desk
  const thereForMs = clock.now() - memory.sinceMs
  if (thereForMs > silentMs) await tell(await judgeSilence(database, silentMs / 1000))
  if (thereForMs > spoolGraceMs) await tell(await judgeSpools(database, spoolGraceMs / 1000))
}

async function reconcileReadings({ database, clock }: ReconcileDesk, memory: Memory, tell: Tell): Promise<Memory> {
  const { readings: before, wasQuiet = false, blindMs } = memory
  if (!isTimeToLook(before, clock.now())) return memory
  const readings = await readTableReadings(database, clock.now())
  if (!before) return { ...memory, readings, wasQuiet: false }
  const { findings, isQuiet } = judgeReadings(before, readings, wasQuiet)
  await tell(findings)
  const isBlind = !isQuiet || !wasQuiet
  return { ...memory, readings, wasQuiet: isQuiet, blindMs: blindMs + (isBlind ? readings.atMs - before.atMs : 0) }
}

async function healAll(desk: ReconcileDesk): Promise<void> {
  const { database, silentMs } = desk
  for (const gap of await openGaps(database)) {
    if (gap.counter === 'process' && (await isHeard(database, gap.subject, silentMs / 1000))) {
      await healGap(gap, { heard: true }, desk)
    }
    if (gap.counter === 'spool' && gap.detail.missing === true && (await spoolIsJoined(database, gap.subject))) {
      await healGap(gap, { joined: true }, desk)
    }
    if (gap.counter === 'bucket' && (await bucketIsThere(database, gap.subject))) {
      await healGap(gap, { expected: 1, found: 1 }, desk)
    }
    if (await hasEndedLate(gap, desk)) await healGap(gap, { ended: true }, desk)
  }
}

/** A use that took longer than the settling time ends all the same. */
const lateEndings: readonly OpenGap['counter'][] = ['permit-without-end', 'reading-without-end']
const longestUseMs = 86_400_000

async function hasEndedLate(gap: OpenGap, { database, clock }: ReconcileDesk): Promise<boolean> {
  if (!lateEndings.includes(gap.counter) || clock.now() - gap.foundAt.getTime() > longestUseMs) return false
  const { sequences, found, expected } = gap.detail as { sequences: number[]; found: number; expected: number }
  const areAllNamed = sequences.length === Math.abs(expected - found)
  return areAllNamed && (await withoutEnd(database, sequences)).length === 0
}

async function bucketIsThere(database: Database, subject: string): Promise<boolean> {
  const [process, minute] = subject.split('/')
  const rows = await database.query('select from counting_bucket where process_id = $1 and minute = $2', [
    process,
    Number(minute),
  ])
  return rows.length > 0
}
