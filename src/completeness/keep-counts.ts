import type { Clock, Database, Log } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { addCounted, addTally, type Counted, type Counters, countedOf, emptyTally, type Tally } from './counters.ts'
import { packSequences } from './sequence-list.ts'

export interface CountKeeperOptions {
  readonly database: Database
  readonly ledger: Ledger
  readonly counters: Counters
  readonly clock: Clock
  readonly log: Log
  /** UUID of this run. */
  readonly process: string
  readonly version: string
  readonly heartbeatMinutes: number
  readonly writeEveryMs: number
}

/** Writes down what this process counts, and says in the ledger that it does. */
export interface CountKeeper {
  /** Writes now. While the database is away nothing is lost: the minutes wait in memory. */
  write(): Promise<void>
  close(): Promise<void>
}

interface Bucket {
  readonly minute: number
  readonly tally: Tally
  closed: boolean
}

/**
 * One row a minute, also where nothing was counted, so that a minute that is missing is missed. A row is written anew
 * every few seconds; what a crash loses is the last of them, and its row stays open, which is found.
 */
export async function keepCounts(options: CountKeeperOptions): Promise<CountKeeper> {
  const { database, ledger, counters, clock, log, process, heartbeatMinutes } = options
  const heartbeatMs = heartbeatMinutes * 60_000
  let buckets: Bucket[] = [{ minute: minuteOf(clock.now()), tally: emptyTally(), closed: false }]
  let written: Counted = countedOf(emptyTally())
  let lastHeartbeatMs = clock.now()
  await begin(options)

  const write = async (): Promise<void> => {
    const current = buckets.at(-1)!
    addTally(current.tally, counters.take())
    const minute = minuteOf(clock.now())
    for (let next = current.minute + 1; next <= minute; next++) {
      buckets.at(-1)!.closed = true
      buckets.push({ minute: next, tally: emptyTally(), closed: false })
    }
    for (const bucket of [...buckets]) {
      await writeBucket(database, process, bucket)
      if (!bucket.closed) continue
      written = addCounted(written, countedOf(bucket.tally))
      buckets = buckets.filter((one) => one !== bucket)
    }
    if (clock.now() - lastHeartbeatMs >= heartbeatMs) await beat()
  }

  /** Totals of closed minutes: whoever lowers a counter afterwards contradicts a signed entry. */
  async function beat(): Promise<void> {
    const upto = buckets[0]!.minute - 1
    await ledger.record([
      {
        kind: 'system',
        outcome: 0,
        detail: { event: 'heartbeat', process, heartbeatMinutes, upto, totals: { ...written } },
      },
    ])
    lastHeartbeatMs = clock.now()
  }

  let turn: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    turn = turn.catch(() => {}).then(work)
    return turn
  }
  const timer = setInterval(() => {
    inTurn(write).catch((err: unknown) => log.warn({ err }, 'what was counted could not be written down yet'))
  }, options.writeEveryMs)
  timer.unref()

  return {
    write: () => inTurn(write),
    async close() {
      clearInterval(timer)
      await inTurn(async () => {
        await write()
        const last = buckets[0]!
        last.closed = true
        await writeBucket(database, process, last)
        written = addCounted(written, countedOf(last.tally))
        await database.query('update counting_process set ended_at = now(), heard_at = now() where id = $1', [process])
        await ledger.record([
          {
            kind: 'system',
            outcome: 0,
            detail: { event: 'counting-stopped', process, upto: last.minute, totals: { ...written } },
          },
        ])
      })
    },
  }
}

export const minuteOf = (ms: number): number => Math.floor(ms / 60_000)

async function begin({ database, ledger, process, version, heartbeatMinutes }: CountKeeperOptions): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(
      'insert into counting_process (id, started_at, heard_at, opened_sequence) values ($1, now(), now(), -1)',
      [process],
    )
    const [receipt] = await ledger.recordWithin(tx, [
      { kind: 'system', outcome: 0, detail: { event: 'counting-started', process, version, heartbeatMinutes } },
    ])
    await tx.query('update counting_process set opened_sequence = $2 where id = $1', [process, receipt!.sequence])
  })
}

async function writeBucket(database: Database, process: string, { minute, tally, closed }: Bucket): Promise<void> {
  await database.query(
    {
      name: 'completeness-write-bucket',
      text: `
        with heard as (update counting_process set heard_at = now() where id = $1)
        insert into counting_bucket (process_id, minute, closed, answers, answer_bytes, stopped, spool_answers,
          receipts, readings, spool_readings, permits, statements)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        on conflict (process_id, minute) do update set closed = excluded.closed, answers = excluded.answers,
          answer_bytes = excluded.answer_bytes, stopped = excluded.stopped, spool_answers = excluded.spool_answers,
          receipts = excluded.receipts, readings = excluded.readings, spool_readings = excluded.spool_readings,
          permits = excluded.permits, statements = excluded.statements`,
    },
    [
      process,
      minute,
      closed,
      tally.answers,
      tally.answerBytes,
      tally.stopped,
      tally.spoolAnswers,
      packSequences(tally.receipts),
      tally.readings,
      tally.spoolReadings,
      packSequences(tally.permits),
      tally.statements,
    ],
  )
}
