import type { RecordFacts } from '../authority/index.ts'
import type { Database } from '../kernel/index.ts'
import { InvalidInput } from '../kernel/index.ts'
import type { RecordedPermit } from '../ledger/index.ts'
import { RecordsFailure } from './errors.ts'
import type { HistoryPage, HistoryResult } from './record-store.ts'
import { refusal } from './search-refusal.ts'
import { type ContentRow, type FactRow, factsOf, recordOf, versionColumns, versionTables } from './stored-row.ts'

/** Versions newest first. The cursor is the place in that order and tells nothing else. */
export async function historyOf(
  permit: RecordedPermit,
  page: HistoryPage,
  admit: (facts: RecordFacts) => boolean,
  database: Database,
): Promise<HistoryResult> {
  checkPermit(permit, page)
  const since = page.since === undefined ? undefined : new Date(page.since)
  if (since && Number.isNaN(since.getTime())) throw new InvalidInput([refusal('_since', 'value-date', page.since)])
  const start = page.cursor === undefined ? undefined : readCursor(page.cursor)

  const values: unknown[] = [page.type, page.id ?? null, since ?? null]
  const scope = `r.type = $1 and ($2::text is null or r.id = $2) and ($3::timestamptz is null or r.last_updated >= $3)`
  const counted = await database.query<{ n: number }>(
    `select count(*) as n from resource_version r where ${scope}`,
    values,
  )
  const rows = await database.query<FactRow & ContentRow>(
    `select ${versionColumns} from ${versionTables}
     where ${scope} and ($4::timestamptz is null or (r.last_updated, r.id, r.version) < ($4, $5::text, $6::int))
     order by r.last_updated desc, r.id desc, r.version desc limit $7`,
    [...values, start?.at ?? null, start?.id ?? null, start?.version ?? null, page.count + 1],
  )
  const shown = rows.slice(0, page.count)
  const admitted = shown.filter((row) => admit(factsOf(row)))
  const last = shown.at(-1)
  return {
    versions: admitted.map(recordOf),
    facts: admitted.map(factsOf),
    total: counted[0]?.n ?? 0,
    withheld: shown.length - admitted.length,
    ...(rows.length > page.count && last && { nextCursor: writeCursor(last) }),
  }
}

function checkPermit({ scope }: RecordedPermit, page: HistoryPage): void {
  const covers =
    page.id === undefined
      ? scope.kind === 'search' && scope.types.includes(page.type)
      : scope.kind === 'record' && scope.record.type === page.type && scope.record.id === page.id
  if (!covers) {
    throw new RecordsFailure(
      'permit-mismatch',
      `the permit does not cover the history of ${page.type}/${page.id ?? ''}`,
    )
  }
}

function writeCursor(row: ContentRow): string {
  return Buffer.from(`${row.last_updated.toISOString()} ${row.id} ${row.version}`).toString('base64url')
}

function readCursor(cursor: string): { readonly at: Date; readonly id: string; readonly version: number } {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([A-Za-z0-9.-]{1,64}) (\d{1,9})$/.exec(text)
  const at = new Date(parts?.[1] ?? Number.NaN)
  if (!parts || Number.isNaN(at.getTime())) throw new InvalidInput([refusal('_cursor', 'cursor')])
  return { at, id: parts[2]!, version: Number(parts[3]) }
}
