import type { RecordFacts } from '../authority/index.ts'
import type { Database } from '../kernel/index.ts'
import type { SearchInclude, SearchPlan } from './search.ts'
import { localReference } from './search-index.ts'
import { searchParametersOf } from './search-parameters.ts'
import type { AdmittedRow, FoundRow } from './search-store.ts'
import { sqlDraft } from './sql-draft.ts'
import { factsOf, recordColumns } from './stored-row.ts'

/** `:iterate` follows what it brings in this many times. */
const deepestIteration = 3
/** One answer carries this many included records; more are told as incomplete. */
export const mostIncluded = 1000

interface Included {
  readonly rows: readonly AdmittedRow[]
  readonly refused: number
  readonly areIncomplete: boolean
}

/** What a page's matches refer to and what refers to them, as far as the include filter and `verify` let it be seen. */
export async function includedRows(
  matches: readonly AdmittedRow[],
  plan: SearchPlan,
  verify: (facts: RecordFacts) => boolean,
  database: Database,
): Promise<Included> {
  if (plan.query.includes.length === 0) return { rows: [], refused: 0, areIncomplete: false }
  const seen = new Set(matches.map(({ row }) => keyOf(row)))
  const rows: AdmittedRow[] = []
  let refused = 0
  let areIncomplete = false
  let frontier = matches.map(({ row }) => row)
  for (let depth = 0; depth <= deepestIteration && frontier.length > 0; depth++) {
    const found: AdmittedRow[] = []
    for (const include of plan.query.includes.filter((each) => depth === 0 || each.iterate)) {
      for (const row of await related(include, frontier, plan, database)) {
        if (seen.has(keyOf(row))) continue
        seen.add(keyOf(row))
        const facts = factsOf(row)
        if (!verify(facts)) refused += 1
        else if (rows.length + found.length < mostIncluded) found.push({ row, facts })
        else areIncomplete = true
      }
    }
    rows.push(...found)
    frontier = found.map(({ row }) => row)
  }
  return { rows, refused, areIncomplete }
}

const keyOf = (row: FoundRow): string => `${row.type}/${row.id}`

function related(
  include: SearchInclude,
  from: readonly FoundRow[],
  plan: SearchPlan,
  database: Database,
): Promise<readonly FoundRow[]> {
  return include.direction === 'include'
    ? referredTo(include, from, plan, database)
    : referringTo(include, from, plan, database)
}

async function referredTo(
  include: SearchInclude,
  from: readonly FoundRow[],
  plan: SearchPlan,
  database: Database,
): Promise<readonly FoundRow[]> {
  const parameters = referenceParameters(include)
  const wanted = new Map<string, { type: string; id: string }>()
  for (const row of from) {
    if (row.type !== include.sourceType) continue
    for (const token of row.tokens ?? []) {
      const equals = token.indexOf('=')
      if (equals < 0 || !parameters.has(token.slice(0, equals))) continue
      const target = localReference(token.slice(equals + 1))
      if (!target || (include.targetType !== undefined && target.type !== include.targetType)) continue
      wanted.set(token.slice(equals + 1), target)
    }
  }
  if (wanted.size === 0) return []
  const draft = sqlDraft()
  const targets = [...wanted.values()]
  const types = draft.bind(
    targets.map((target) => target.type),
    'text[]',
  )
  const ids = draft.bind(
    targets.map((target) => target.id),
    'text[]',
  )
  return database.query<FoundRow>(
    `select ${recordColumns}, r.tokens from resource r
     where (r.type, r.id) in (select * from unnest(${types}, ${ids})) and not r.deleted
       and ${draft.embed(plan.includeFilter)}
     order by r.type, r.id limit ${draft.bind(mostIncluded + 1, 'int')}`,
    draft.values,
  )
}

async function referringTo(
  include: SearchInclude,
  from: readonly FoundRow[],
  plan: SearchPlan,
  database: Database,
): Promise<readonly FoundRow[]> {
  const targets = from.filter((row) => include.targetType === undefined || row.type === include.targetType)
  const tokens = [...referenceParameters(include)].flatMap((code) => targets.map((row) => `${code}=${keyOf(row)}`))
  if (tokens.length === 0) return []
  const draft = sqlDraft()
  return database.query<FoundRow>(
    `select ${recordColumns}, r.tokens from resource r
     where r.type = ${draft.bind(include.sourceType, 'text')} and not r.deleted
       and r.tokens && ${draft.bind(tokens, 'text[]')} and ${draft.embed(plan.includeFilter)}
     order by r.sort_date desc, r.id limit ${draft.bind(mostIncluded + 1, 'int')}`,
    draft.values,
  )
}

function referenceParameters(include: SearchInclude): ReadonlySet<string> {
  if (include.parameter !== '*') return new Set([include.parameter])
  const all = [...searchParametersOf(include.sourceType).values()]
  return new Set(all.filter((parameter) => parameter.type === 'reference').map((parameter) => parameter.code))
}
