import { type Clock, type Database, type Log, type Rounds, silentLog, startRounds } from '../kernel/index.ts'
import { turnMonth } from '../ledger/index.ts'

export interface MonthTurningOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log?: Log
  readonly everyMs?: number
}

/** Looks each minute whether a month has begun. Any number of processes may: the first one turns it. */
export function startTurningMonths({
  database,
  clock,
  log = silentLog,
  everyMs = 60_000,
}: MonthTurningOptions): Rounds {
  return startRounds({
    name: 'turn of the month',
    everyMs,
    longestPauseMs: everyMs,
    log,
    async round() {
      if (await turnMonth(database, clock)) log.info('the journal has begun a new month')
    },
  })
}
