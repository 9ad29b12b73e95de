import type { Clock, Database, Queryable } from '../kernel/index.ts'
import { RetentionFailure } from './errors.ts'

const minuteMs = 60_000
const dayMs = 86_400_000
/** Clocks of one house differ by no more. */
const toleranceMs = 5 * minuteMs
/** A running server appends every hour. */
const idleMs = dayMs
/** A ledger in use has no month without an entry. */
const jumpMs = 31 * dayMs

/**
 * Whether this machine's clock may decide that something is over. A clock set forward must not expire anything, so it is
 * held against every time there is: the database's clock, the newest entry and checkpoint, and each step in the ledger
 * from one entry to the next. A step of more than a month counts as a clock set forward, unless a witness or a time-stamp
 * authority has confirmed a time after it.
 * @throws {RetentionFailure} `clock-not-trusted` saying what it does not agree with.
 */
export async function requireTrustedClock(database: Database, clock: Clock): Promise<void> {
  const [known] = await database.query<{ now: Date; entry: Date | null; signed: Date | null; outside: Date | null }>(
    `select clock_timestamp() as now,
       (select (body::json ->> 'recorded')::timestamptz from ledger_entry order by sequence desc limit 1) as entry,
       (select signed_at from ledger_checkpoint order by size desc limit 1) as signed,
       greatest((select max(cosigned_at) from ledger_cosignature), (select max(stamped_at) from ledger_timestamp)) as outside`,
  )
  const now = clock.now()
  const { now: databaseNow, entry, signed, outside } = known!
  const distrust = (what: string) => new RetentionFailure('clock-not-trusted', `nothing expires: ${what}`)

  if (Math.abs(now - databaseNow.getTime()) > toleranceMs) {
    throw distrust(`this machine says ${iso(now)}, the database ${iso(databaseNow.getTime())}`)
  }
  for (const [what, time] of Object.entries({ entry, checkpoint: signed, 'time from outside': outside })) {
    if (time && time.getTime() > now + toleranceMs) {
      throw distrust(`the clock says ${iso(now)}, and the newest ${what} is of ${time.toISOString()}`)
    }
  }
  if (!entry || now - entry.getTime() > idleMs) {
    throw distrust(`the newest entry is of ${entry?.toISOString() ?? 'no time'}, and the clock says ${iso(now)}`)
  }
  const jump = await lastJump(database)
  if (jump && !(await confirmedAfter(database, jump))) {
    throw distrust(
      `between entries ${jump.sequence - 1} and ${jump.sequence} the clock went from ${iso(jump.fromMs)} to ${iso(jump.toMs)}`,
    )
  }
}

interface Jump {
  /** The first entry after it. */
  readonly sequence: number
  readonly fromMs: number
  readonly toMs: number
}

const stretchSize = 1024

/** The last step of more than a month from one entry to the next. */
async function lastJump(database: Queryable): Promise<Jump | undefined> {
  const steps = await database.query<{ first: number; times: Buffer; base: Date; before: Date | null }>(
    `select s.stretch::bigint * $1 as first, s.recorded as times, s.first_recorded as base, s.before
     from (select *, lag(last_recorded) over (order by stretch) as before from trace_stretch) s
     where s.last_recorded - s.first_recorded > $2::interval or s.first_recorded - s.before > $2::interval
     order by 1`,
    [stretchSize, `${jumpMs} milliseconds`],
  )
  let jump: Jump | undefined
  for (const { first, times, base, before } of steps) {
    const recorded = Array.from({ length: stretchSize }, (_, i) => base.getTime() + times.readUInt32LE(4 * i))
    jump = jumpIn(recorded, first, before?.getTime()) ?? jump
  }
  const tail = await database.query<{ sequence: number; recorded: Date }>(
    `select e.sequence, (e.body::json ->> 'recorded')::timestamptz as recorded
     from trace_head t, ledger_entry e where e.sequence >= t.projected_upto order by 1`,
  )
  const [last] = await database.query<{ last: Date }>(
    'select last_recorded as last from trace_stretch order by stretch desc limit 1',
  )
  const recorded = tail.map((row) => row.recorded.getTime())
  return jumpIn(recorded, tail[0]?.sequence ?? 0, last?.last.getTime()) ?? jump
}

function jumpIn(recorded: readonly number[], first: number, beforeMs: number | undefined): Jump | undefined {
  let jump: Jump | undefined
  let latest = beforeMs
  for (const [i, ms] of recorded.entries()) {
    if (latest !== undefined && ms - latest > jumpMs) jump = { sequence: first + i, fromMs: latest, toMs: ms }
    latest = Math.max(latest ?? ms, ms)
  }
  return jump
}

/** Somebody outside has seen a time as late as the one it went to, over a checkpoint that covers the entry after it. */
async function confirmedAfter(database: Queryable, { sequence, toMs }: Jump): Promise<boolean> {
  const [row] = await database.query<{ confirmed: boolean }>(
    `select exists (select from ledger_cosignature where size > $1 and cosigned_at >= $2)
         or exists (select from ledger_timestamp where size > $1 and stamped_at >= $2) as confirmed`,
    [sequence, new Date(toMs - dayMs)],
  )
  return row!.confirmed
}

const iso = (ms: number) => new Date(ms).toISOString()
