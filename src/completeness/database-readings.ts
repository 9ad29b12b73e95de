import type { Database } from '../kernel/index.ts'
import type { Finding } from './gap.ts'

/** The tables that hold content of records in the own store. */
const tables = ['resource', 'resource_version']
/** A session hands its statistics over within ten seconds (PostgreSQL: PGSTAT_IDLE_INTERVAL); then some. */
const handOverMs = 12_000

/** What the database itself counted on the tables of records, since it was made or its statistics were reset. */
export interface TableReadings {
  readonly atMs: number
  /** Statements that this program had sent to them by then, all its processes together. */
  readonly statements: number
  readonly tables: readonly TableReading[]
  /** When an administrator threw the statistics away. */
  readonly resetAt: string | null
}

interface TableReading {
  readonly name: string
  readonly scans: number
  readonly rows: number
}

export async function readTableReadings(database: Database, atMs: number): Promise<TableReadings> {
  const rows = await database.query<TableReading>(
    `select relname as name, seq_scan + coalesce(idx_scan, 0) as scans,
       seq_tup_read + coalesce(idx_tup_fetch, 0) as rows
     from pg_stat_user_tables where schemaname = current_schema() and relname = any($1) order by 1`,
    [tables],
  )
  const [state] = await database.query<{ statements: number; reset: Date | null }>(
    `select (select coalesce(sum(statements), 0)::bigint from counting_bucket) as statements,
       (select stats_reset from pg_stat_database where datname = current_database()) as reset`,
  )
  return { atMs, statements: state!.statements, tables: rows, resetAt: state!.reset?.toISOString() ?? null }
}

export const isTimeToLook = (before: TableReadings | undefined, nowMs: number): boolean =>
  before === undefined || nowMs - before.atMs >= handOverMs

/**
 * Compares two looks at the database's own statistics between which this program read nothing: what was read all the
 * same was read by somebody else, past every permit. It must have been quiet before the first look too (`wasQuiet`),
 * so that everything this program had read was handed over by then. Between looks in which it did read, this counter
 * can say nothing, and `isQuiet` says so; statistics that were thrown away are a finding by themselves.
 */
export function judgeReadings(
  before: TableReadings,
  now: TableReadings,
  wasQuiet: boolean,
): { readonly findings: readonly Finding[]; readonly isQuiet: boolean } {
  const period = { from: new Date(before.atMs).toISOString(), until: new Date(now.atMs).toISOString() }
  if (wasReset(before, now)) {
    const detail = { ...period, statistics: 'reset' }
    const finding: Finding = { counter: 'database-reading', subject: `reset/${now.atMs}`, outcome: 8, detail }
    return { findings: [finding], isQuiet: false }
  }
  const isQuiet = before.statements === now.statements
  if (!isQuiet || !wasQuiet) return { findings: [], isQuiet }
  const findings = now.tables.flatMap((table): Finding[] => {
    const earlier = before.tables.find((one) => one.name === table.name)
    const scans = table.scans - (earlier?.scans ?? 0)
    if (scans === 0) return []
    const found = { scans, rows: table.rows - (earlier?.rows ?? 0) }
    const detail = { ...period, table: table.name, expected: { scans: 0, rows: 0 }, found }
    return [{ counter: 'database-reading', subject: `${table.name}/${now.atMs}`, outcome: 8, detail }]
  })
  return { findings, isQuiet }
}

function wasReset(before: TableReadings, now: TableReadings): boolean {
  if (before.resetAt !== now.resetAt) return true
  return before.tables.some((table) => (now.tables.find((one) => one.name === table.name)?.scans ?? 0) < table.scans)
}
