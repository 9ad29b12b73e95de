import type { Transaction } from '../kernel/index.ts'
import type { SequenceRange, TimeEdges, TraceOrder } from './trace-index.ts'
import type { AskedTerm, TermFilter } from './trace-term.ts'

interface TailSearch {
  readonly asked: readonly AskedTerm[]
  readonly edges: TimeEdges
  readonly range: SequenceRange
  readonly order: TraceOrder
}

/**
 * Sequences of the last entries, those in no full stretch yet, that seem to hold what is asked for. Bodies are canonical
 * JSON: a member is written in one way only, so looking for its text leaves nothing out. It may find a text that
 * stands elsewhere in the entry, so each is held against it.
 */
export async function tailCandidates(tx: Transaction, search: TailSearch): Promise<readonly number[]> {
  const { range, order } = search
  const values: unknown[] = [range.from, range.below]
  const place = (value: unknown) => `$${values.push(value)}`
  const conditions = search.asked.map(({ filter, values: alternatives }) => {
    const each = alternatives.map((value) =>
      membersOf(filter, value)
        .map((member) => `strpos(body, ${place(member)}) > 0`)
        .join(' and '),
    )
    return `(${each.join(' or ') || 'false'})`
  })
  const edges = timeCondition(search.edges, place)
  const rows = await tx.query<{ sequence: number }>(
    `select sequence from ledger_entry ${edges.joins}
     where sequence >= $1 and sequence < $2 ${[...conditions, ...edges.conditions].map((one) => `and ${one}`).join(' ')}
     order by sequence ${order === 'newest-first' ? 'desc' : 'asc'}`,
    values,
  )
  return rows.map((row) => row.sequence)
}

/**
 * The time is the first member of that name, or else there are several (a detail may have one too), and the entry
 * itself is asked. Bytes, because places in a text are counted from its beginning each time.
 */
function timeCondition({ fromMs, toMs }: TimeEdges, place: (value: unknown) => string) {
  if (fromMs === undefined && toMs === undefined) return { joins: '', conditions: [] }
  const textOf = (ms: number) => place(new Date(ms).toISOString())
  const within = [
    ...(fromMs === undefined ? [] : [`substring(bytes from at + 12 for 24) >= ${textOf(fromMs)}::text::bytea`]),
    ...(toMs === undefined ? [] : [`substring(bytes from at + 12 for 24) <= ${textOf(toMs)}::text::bytea`]),
  ]
  return {
    joins: `, lateral (select textsend(body) as bytes offset 0) b, lateral (select position(${member} in bytes) as at offset 0) p`,
    conditions: [`(${within.join(' and ')} or position(${member} in substring(bytes from at + 12)) > 0)`],
  }
}

const member = `'"recorded":"'::bytea`

function membersOf(filter: TermFilter, value: string): readonly string[] {
  const text = JSON.stringify(value)
  switch (filter) {
    case 'outcome':
      return [`"outcome":${value}`]
    case 'kind':
    case 'action':
    case 'purpose':
    case 'patient':
    case 'person':
    case 'onBehalfOf':
    case 'application':
    case 'session':
    case 'requestId':
      return [`"${filter}":${text}`]
    case 'department':
    case 'terminal':
      return [text]
    case 'record':
      return recordMembers(value)
    case 'spoolReceipt':
      return [JSON.stringify(value.slice(1).split('-')[0])]
  }
}

function recordMembers(value: string): readonly string[] {
  const slash = value.indexOf('/')
  if (slash < 0) return [`"type":${JSON.stringify(value)}`]
  return [`"type":${JSON.stringify(value.slice(0, slash))}`, `"id":${JSON.stringify(value.slice(slash + 1))}`]
}
