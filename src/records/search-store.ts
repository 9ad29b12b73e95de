import pg from 'pg'
import type { RecordFacts } from '../authority/index.ts'
import type { Clock, Database } from '../kernel/index.ts'
import type { RecordedPermit } from '../ledger/index.ts'
import { RecordsFailure } from './errors.ts'
import type { SearchOutcome, SearchPlan, SearchRow } from './search.ts'
import { conditionOf } from './search-condition.ts'
import { openCursor, sealCursor } from './search-cursor.ts'
import { includedRows } from './search-include.ts'
import { after, orderBy, type SortKey, sortKeysOf } from './search-order.ts'
import type { SearchShapes } from './search-shapes.ts'
import { type SqlDraft, sqlDraft } from './sql-draft.ts'
import { type ContentRow, type FactRow, factsOf, recordColumns, recordOf } from './stored-row.ts'

export interface SearchDesk {
  readonly database: Database
  readonly clock: Clock
  /** Seals the cursors. */
  readonly cursorSecret: () => Promise<string>
  readonly shapes: SearchShapes
}

export interface FoundRow extends FactRow, ContentRow {
  readonly tokens?: readonly string[]
  /** A text array as PostgreSQL writes it: only where a page ends is it read. */
  readonly sort_keys?: string
}

/** A row that was verified, with the facts it was verified by. */
export interface AdmittedRow {
  readonly row: FoundRow
  readonly facts: RecordFacts
}

/**
 * Runs a planned search: filter and conditions in SQL, every row verified before it is kept, pages filled in spite of
 * rows that are refused, then what is included, each under its own filter.
 */
export async function searchStore(
  permit: RecordedPermit,
  plan: SearchPlan,
  verify: (facts: RecordFacts) => boolean,
  desk: SearchDesk,
): Promise<SearchOutcome> {
  const { query } = plan
  const { scope } = permit
  if (scope.kind !== 'search' || !query.types.every((type) => scope.types.includes(type))) {
    throw new RecordsFailure('permit-mismatch', `the permit does not cover a search of ${query.types.join(', ')}`)
  }
  const onlyCount = query.summary === 'count' || query.count === 0
  const cursor = query.cursor === undefined ? undefined : openCursor(query.cursor, query, await desk.cursorSecret())
  const total = query.total === 'accurate' || onlyCount ? await countMatches(plan, desk) : undefined
  if (onlyCount) return { rows: [], total: total ?? 0, refusedRows: 0 }

  const page = await fillPage(plan, verify, cursor, desk)
  const included = await includedRows(page.rows, plan, verify, desk.database)
  return {
    rows: [
      ...page.rows.map((each) => foundRow(each, 'match')),
      ...included.rows.map((each) => foundRow(each, 'include')),
    ],
    ...(total !== undefined && { total }),
    ...(page.next && { nextCursor: sealCursor(page.next, query, await desk.cursorSecret()) }),
    ...(included.areIncomplete && { includesAreIncomplete: true }),
    refusedRows: page.refused + included.refused,
  }
}

function foundRow({ row, facts }: AdmittedRow, mode: SearchRow['mode']): SearchRow {
  return { record: recordOf(row), facts, mode }
}

interface Page {
  readonly rows: readonly AdmittedRow[]
  readonly refused: number
  /** Sort keys of the last row looked at, when there are more. */
  readonly next?: readonly string[]
}

async function fillPage(
  plan: SearchPlan,
  verify: (facts: RecordFacts) => boolean,
  start: readonly string[] | undefined,
  desk: SearchDesk,
): Promise<Page> {
  const { count } = plan.query
  const rows: AdmittedRow[] = []
  let refused = 0
  let at = start
  for (;;) {
    const wanted = count - rows.length + 1
    const batch = await fetchBatch(plan, at, wanted, desk)
    let last: FoundRow | undefined
    for (const row of batch) {
      if (rows.length === count) return { rows, refused, next: last ? sortKeysIn(last) : at! }
      last = row
      const facts = factsOf(row)
      if (verify(facts)) rows.push({ row, facts })
      else refused += 1
    }
    if (batch.length < wanted) return { rows, refused }
    at = sortKeysIn(last!)
  }
}

async function fetchBatch(
  plan: SearchPlan,
  start: readonly string[] | undefined,
  limit: number,
  desk: SearchDesk,
): Promise<readonly FoundRow[]> {
  const draft = sqlDraft()
  const conditions = matchConditions(plan, draft, desk.clock.now())
  const keys = sortKeysOf(plan.query, draft)
  if (start) conditions.push(after(keys, start, draft))
  const tokens = plan.query.includes.length > 0 ? ', r.tokens' : ''
  const text = `select ${recordColumns}${tokens}, ${keyColumns(keys)} as sort_keys from resource r
    where ${conditions.join(' and ')} order by ${orderBy(keys)} limit ${draft.bind(limit, 'int')}`
  return desk.database.query<FoundRow>(desk.shapes.statement(text), draft.values)
}

/** Times with all their digits and a zone, whatever the session's settings. */
const keyColumns = (keys: readonly SortKey[]): string =>
  `(array[${keys.map((key) => `(${key.expression})::text`).join(', ')}])::text`

/** `text[]`, which the list of built-in types does not name. */
const textArray = 1009 as Parameters<typeof pg.types.getTypeParser>[0]
const readTextArray = pg.types.getTypeParser(textArray) as (text: string) => string[]
const sortKeysIn = (row: FoundRow): readonly string[] => readTextArray(row.sort_keys!)

async function countMatches(plan: SearchPlan, desk: SearchDesk): Promise<number> {
  const draft = sqlDraft()
  const conditions = matchConditions(plan, draft, desk.clock.now())
  const rows = await desk.database.query<{ n: number }>(
    `select count(*) as n from resource r where ${conditions.join(' and ')}`,
    draft.values,
  )
  return rows[0]?.n ?? 0
}

function matchConditions(plan: SearchPlan, draft: SqlDraft, now: number): string[] {
  const { query, filter, includeFilter } = plan
  const context = { draft, throughFilter: includeFilter, now }
  const { types, compartment } = query
  return [
    types.length === 1 ? `r.type = ${draft.bind(types[0], 'text')}` : `r.type = any(${draft.bind(types, 'text[]')})`,
    'not r.deleted',
    draft.embed(filter),
    ...(compartment === undefined ? [] : [`r.patient_id = ${draft.bind(compartment, 'text')}`]),
    ...query.parameters.map((use) => conditionOf(use, types, context)),
  ]
}
