import type { SearchQuery } from './search.ts'
import { searchParametersOf } from './search-parameters.ts'
import type { SqlDraft } from './sql-draft.ts'

/** One key by which results are ordered; never null, so that a page can go on exactly after any row. */
export interface SortKey {
  readonly expression: string
  readonly type: 'timestamptz' | 'text' | 'numeric'
  readonly descending: boolean
}

/** Newest first by when it happened, unless the search says otherwise; type and id make the order total. */
export function sortKeysOf(query: SearchQuery, draft: SqlDraft): readonly SortKey[] {
  const asked = query.sort.map(({ parameter, descending }) => keyOf(parameter, descending, query.types[0]!, draft))
  const keys =
    asked.length > 0 ? asked : [{ expression: 'r.sort_date', type: 'timestamptz', descending: true } as const]
  return [
    ...keys,
    ...(query.types.length > 1 ? [{ expression: 'r.type', type: 'text', descending: false } as const] : []),
    { expression: 'r.id', type: 'text', descending: false },
  ]
}

function keyOf(parameter: string, descending: boolean, type: string, draft: SqlDraft): SortKey {
  if (parameter === '_id') return { expression: 'r.id', type: 'text', descending }
  if (parameter === '_lastUpdated') return { expression: 'r.last_updated', type: 'timestamptz', descending }
  // `date` is what sort_date is made of: the index answers it, however many there are.
  if (parameter === 'date') return { expression: 'r.sort_date', type: 'timestamptz', descending }
  const name = draft.bind(parameter, 'text')
  const pick = descending ? 'max' : 'min'
  const from = (table: string, column: string) =>
    `(select ${pick}(v.${column}) from ${table} v where v.type = r.type and v.id = r.id and v.name = ${name})`
  switch (searchParametersOf(type).get(parameter)?.type) {
    case 'date':
      return {
        expression: `coalesce(${from('resource_date', descending ? 'high' : 'low')}, '${descending ? '-' : ''}infinity')`,
        type: 'timestamptz',
        descending,
      }
    case 'number':
    case 'quantity':
      return {
        expression: `coalesce(${from('resource_quantity', 'low')}, '${descending ? '-' : ''}Infinity')`,
        type: 'numeric',
        descending,
      }
    case 'string':
      return { expression: textKey(from('resource_string', 'value'), descending), type: 'text', descending }
    default: {
      const tokens = `(select ${pick}(t.token collate "C") from unnest(r.tokens) t (token) where starts_with(t.token, ${name} || '='))`
      return { expression: textKey(tokens, descending), type: 'text', descending }
    }
  }
}

/** Records without a value come last either way; U+10FFFF stands after every character. */
const textKey = (expression: string, descending: boolean): string =>
  `coalesce(${expression}, ${descending ? "''" : "U&'\\+10FFFF'"}) collate "C"`

export function orderBy(keys: readonly SortKey[]): string {
  return keys.map((key) => `${key.expression} ${key.descending ? 'desc' : 'asc'}`).join(', ')
}

/** Rows that come strictly after the row with these keys. */
export function after(keys: readonly SortKey[], values: readonly string[], draft: SqlDraft): string {
  const places = keys.map((key, at) => draft.bind(values[at], key.type))
  const later = (at: number): string => {
    const key = keys[at]!
    const beyond = `${key.expression} ${key.descending ? '<' : '>'} ${places[at]}`
    if (at === keys.length - 1) return beyond
    return `(${beyond} or (${key.expression} = ${places[at]} and ${later(at + 1)}))`
  }
  const first = keys[0]!
  return `${first.expression} ${first.descending ? '<=' : '>='} ${places[0]} and ${later(0)}`
}
