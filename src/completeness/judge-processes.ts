import type { Database } from '../kernel/index.ts'
import type { Counted } from './counters.ts'
import type { Finding } from './gap.ts'
import { periodOf } from './judge-uses.ts'

/**
 * Processes that fell silent without having stopped. Judged only by a reconciler that was itself there all the while:
 * after an outage of the database nobody has been heard.
 */
export async function judgeSilence(database: Database, silentSeconds: number): Promise<readonly Finding[]> {
  const rows = await database.query<{ id: string; heard: Date; minute: number | null }>(
    `select p.id, p.heard_at as heard, (select max(minute) from counting_bucket where process_id = p.id) as minute
     from counting_process p where p.ended_at is null and p.heard_at < now() - make_interval(secs => $1)`,
    [silentSeconds],
  )
  return rows.map(({ id, heard, minute }) => ({
    counter: 'process',
    subject: id,
    outcome: 8,
    detail: { process: id, lastHeard: heard.toISOString(), ...(minute !== null && { openMinute: periodOf(minute) }) },
  }))
}

/** Whether a process that had fallen silent is heard again, or stopped in good order. */
export async function isHeard(database: Database, process: string, silentSeconds: number): Promise<boolean> {
  const [row] = await database.query<{ heard: boolean }>(
    `select ended_at is not null or heard_at >= now() - make_interval(secs => $2) as heard
     from counting_process where id = $1`,
    [process, silentSeconds],
  )
  return row?.heard ?? false
}

/** Minutes between the first and the newest bucket of a process for which there is none. */
export async function judgeMinutes(database: Database): Promise<readonly Finding[]> {
  const rows = await database.query<{ process: string; minute: number }>(
    `with span as (
       select p.id, coalesce(p.judged_minute, min(b.minute) - 1) as low, max(b.minute) filter (where b.closed) as high
       from counting_process p join counting_bucket b on b.process_id = p.id
       where b.minute >= coalesce(p.judged_minute, 0) group by p.id)
     select span.id as process, m.minute from span,
       lateral generate_series(span.low + 1, span.high) as m (minute)
     where not exists (select from counting_bucket b where b.process_id = span.id and b.minute = m.minute)
     order by 1, 2 limit 1000`,
  )
  await database.query(
    `update counting_process p set judged_minute = s.high from (
       select process_id, max(minute) as high from counting_bucket where closed group by process_id) s
     where s.process_id = p.id and s.high is distinct from p.judged_minute`,
  )
  return rows.map(({ process, minute }) => ({
    counter: 'bucket',
    subject: `${process}/${minute}`,
    outcome: 8,
    detail: { process, ...periodOf(minute), expected: 1, found: 0 },
  }))
}

interface StatedTotals {
  readonly event: string
  readonly process: string
  readonly upto: number
  readonly totals: Counted
}

/** What a heartbeat stated in the ledger against what the buckets say now: a table can be edited, an entry cannot. */
export async function judgeTotals(database: Database, stated: StatedTotals): Promise<readonly Finding[]> {
  const { process, upto, totals } = stated
  const [found] = await database.query<{ [Name in keyof Counted]: number }>(
    `select coalesce(sum(answers), 0)::bigint as answers, coalesce(sum(answer_bytes), 0)::bigint as "answerBytes",
       coalesce(sum(stopped), 0)::bigint as stopped, coalesce(sum(spool_answers), 0)::bigint as "spoolAnswers",
       coalesce(sum(readings), 0)::bigint as readings, coalesce(sum(spool_readings), 0)::bigint as "spoolReadings",
       coalesce(sum(statements), 0)::bigint as statements
     from counting_bucket where process_id = $1 and minute <= $2`,
    [process, upto],
  )
  const differing = (Object.keys(totals) as (keyof Counted)[]).filter((name) => found![name] !== totals[name])
  if (differing.length === 0) return []
  return [
    {
      counter: 'totals',
      subject: `${process}/${upto}`,
      outcome: 8,
      detail: {
        process,
        until: periodOf(upto).until,
        counters: differing,
        expected: Object.fromEntries(differing.map((name) => [name, totals[name]])),
        found: Object.fromEntries(differing.map((name) => [name, found![name]])),
      },
    },
  ]
}

/** The heartbeats, and the last words, of every process in a stretch of the ledger. */
export async function statedTotals(database: Database, from: number, upto: number): Promise<readonly StatedTotals[]> {
  const rows = await database.query<{ detail: StatedTotals }>(
    `select r.detail from ledger_entry e, json_to_record(e.body::json) as r (kind text, detail json)
     where e.sequence >= $1 and e.sequence < $2 and r.kind = 'system'
       and r.detail ->> 'event' in ('heartbeat', 'counting-stopped')`,
    [from, upto],
  )
  return rows.map((row) => row.detail)
}
