import { type Clock, type Database, type Log, silentLog } from '../kernel/index.ts'
import { turnMonth } from '../ledger/index.ts'

export interface MonthTurning {
  close(): Promise<void>
}

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
}: MonthTurningOptions): MonthTurning {
  let closed = false
  let wake = () => {}
  const running = run()
  return {
    close() {
      closed = true
      wake()
      return running
    },
  }

  async function run(): Promise<void> {
    while (!closed) {
      try {
        if (await turnMonth(database, clock)) log.info('the journal has begun a new month')
      } catch (err) {
        // The database may be away; the month can be turned at any later minute.
        log.warn({ err }, 'the month of the journal could not be turned')
      }
      if (closed) return
      await new Promise<void>((next) => {
        const timer = setTimeout(next, everyMs)
        wake = () => {
          clearTimeout(timer)
          next()
        }
      })
    }
  }
}
