import { z } from 'zod'
import type { TraceQuestion } from '../contract/index.ts'
import { type Database, DatabaseFailure, InvalidInput, type LedgerSequence, type Transaction } from '../kernel/index.ts'
import type { ArchivedEntries } from './archived-entries.ts'
import { unavailable } from './durable-writer.ts'
import type { Entry, EntryKind } from './entry.ts'
import { LedgerFailure } from './errors.ts'
import { projectionState, projectUpTo } from './project.ts'
import { stretchSize } from './trace-block.ts'
import { candidates, type SequenceRange, sequencesOfTime, type TimeEdges, type TraceOrder } from './trace-index.ts'
import { entriesAt, type TraceRow } from './trace-row.ts'
import { tailCandidates } from './trace-tail.ts'
import { type AskedTerm, askedTerms, holdsTerms } from './trace-term.ts'

export interface TracePage {
  /** Newest first, or as the paging says. */
  readonly rows: readonly TraceRow[]
  /** Ask again with this as `before` (oldest first: `after`) for the next page; absent when this was the last. */
  readonly nextBefore?: LedgerSequence
  /** The answer holds every entry below this sequence that the question asks for. */
  readonly asOf: LedgerSequence
  /** Entries that seem to belong to this page, whose text has expired: only their hashes are left. */
  readonly expired?: readonly LedgerSequence[]
}

export interface TracePaging {
  readonly before?: number | undefined
  /** Only entries above this sequence. */
  readonly after?: number | undefined
  readonly count: number
  /** Beside the question's `kind`: any of these. */
  readonly kinds?: readonly EntryKind[]
  readonly order?: TraceOrder
}

/** Questions to the ledger. Whether one may ask, and the trace of the asking, are the caller's. */
export interface Trace {
  /**
   * Complete as of the call, without a cap: every matching entry is on some page.
   * @throws {InvalidInput} when `from` or `to` is no date or time. @throws {LedgerFailure} `trace-broken`.
   */
  askTrace(question: Partial<TraceQuestion>, paging: TracePaging): Promise<TracePage>
  /** One entry straight from the journal, or from the archive. @returns undefined for none, and for one that expired. */
  entryAt(sequence: number): Promise<TraceRow | undefined>
  /** Several, in the order asked for, without those that expired. @throws {LedgerFailure} `trace-broken` when one is missing. */
  entriesAt(sequences: readonly number[]): Promise<readonly TraceRow[]>
}

/** @param options `archived`: where entries are that have left the database. */
export function openTrace(options: { readonly database: Database; readonly archived?: ArchivedEntries }): Trace {
  const { database, archived } = options
  return {
    async askTrace(question, paging) {
      const asked = questionOf(question, paging)
      await catchUp(database, archived)
      return snapshot(database, (tx) => answer(tx, { asked, archived }, paging))
    },
    async entryAt(sequence) {
      if (!Number.isSafeInteger(sequence) || sequence < 0) return undefined
      const { rows } = await entriesAt(database, [sequence], archived)
      return rows[0]
    },
    async entriesAt(sequences) {
      const { rows, expired } = await entriesAt(database, sequences, archived)
      if (rows.length + expired.length < sequences.length) throw holed(Math.min(...sequences))
      return rows
    },
  }
}

interface Asked {
  readonly terms: readonly AskedTerm[]
  readonly edges: TimeEdges
  readonly range: SequenceRange
  readonly order: TraceOrder
}

function questionOf(question: Partial<TraceQuestion>, paging: TracePaging): Asked {
  const { sequence = -1 } = question
  const lowest = [0, sequence, (paging.after ?? -1) + 1]
  const upper = [question.before, paging.before, sequence < 0 ? undefined : sequence + 1]
  return {
    terms: askedTerms(question, paging.kinds),
    edges: { fromMs: edgeOfTime('from', question.from), toMs: edgeOfTime('to', question.to) },
    range: {
      from: Math.max(...lowest),
      below: Math.min(Number.MAX_SAFE_INTEGER, ...upper.filter((edge) => edge !== undefined)),
    },
    order: paging.order ?? 'newest-first',
  }
}

/** So many entries may wait in the journal for their stretch to be projected: looking through them takes milliseconds. */
const longestTail = 4 * stretchSize

async function catchUp(database: Database, archived: ArchivedEntries | undefined): Promise<void> {
  const { projected, size } = await projectionState(database)
  if (size - projected >= longestTail) await projectUpTo(database, size, archived)
}

/** Everything an answer is made of is read as of one moment. */
async function snapshot<Result>(database: Database, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  try {
    return await database.transaction(async (tx) => {
      // The lock comes before the snapshot: a partition leaves the database either before both or after both.
      await tx.query(
        'set transaction isolation level repeatable read read only; lock table only ledger_entry in access share mode',
      )
      return await work(tx)
    })
  } catch (cause) {
    if (cause instanceof DatabaseFailure) throw unavailable('the database does not answer', cause)
    throw cause
  }
}

interface Asking {
  readonly asked: Asked
  readonly archived: ArchivedEntries | undefined
}

async function answer(tx: Transaction, { asked, archived }: Asking, { count }: TracePaging): Promise<TracePage> {
  const { projected, size } = await projectionState(tx)
  await requireWholeTail(tx, { from: projected, below: size })
  const rows: TraceRow[] = []
  const expired: LedgerSequence[] = []
  let waiting: number[] = []
  const fetchWaiting = async () => {
    for (; waiting.length > 0 && rows.length <= count; ) {
      const some = waiting.slice(0, count + 1 - rows.length)
      waiting = waiting.slice(some.length)
      const found = await entriesAt(tx, some, archived)
      if (found.rows.length + found.expired.length < some.length) throw holed(Math.min(...some))
      expired.push(...found.expired)
      rows.push(...found.rows.filter((row) => !row.intact || isAsked(row.entry, asked)))
    }
  }
  // Candidates come a few from each unit: they are fetched once they fill the page.
  for await (const sequences of sequencesFor(tx, asked, projected, size)) {
    waiting.push(...sequences)
    if (rows.length + waiting.length > count) await fetchWaiting()
    if (rows.length > count) break
  }
  await fetchWaiting()
  const asOf = size as LedgerSequence
  const shown = rows.slice(0, count)
  return {
    rows: shown,
    asOf,
    ...(rows.length > count && { nextBefore: shown.at(-1)!.sequence }),
    ...(expired.length > 0 && { expired }),
  }
}

/** Where the answer may stand, in its order. Parts are looked into only as far as the page needs them. */
async function* sequencesFor(
  tx: Transaction,
  { terms, edges, range, order }: Asked,
  projected: number,
  size: number,
): AsyncGenerator<readonly number[]> {
  async function* fromTail() {
    const tail = { from: Math.max(range.from, projected), below: Math.min(range.below, size) }
    if (tail.from < tail.below) yield await tailCandidates(tx, { asked: terms, edges, range: tail, order })
  }
  async function* fromIndex() {
    const indexed = { from: range.from, below: Math.min(range.below, projected) }
    if (indexed.from >= indexed.below) return
    const timed = edges.fromMs !== undefined || edges.toMs !== undefined
    const within = timed ? overlap(indexed, await sequencesOfTime(tx, edges)) : indexed
    if (within.from < within.below) yield* candidates(tx, { asked: terms, range: within, projected, order })
  }
  for (const part of order === 'newest-first' ? [fromTail, fromIndex] : [fromIndex, fromTail]) yield* part()
}

const overlap = (one: SequenceRange, other: SequenceRange): SequenceRange => ({
  from: Math.max(one.from, other.from),
  below: Math.min(one.below, other.below),
})

function isAsked(entry: Entry, { terms, edges: { fromMs, toMs } }: Asked): boolean {
  const ms = Date.parse(entry.recorded)
  return (fromMs === undefined || ms >= fromMs) && (toMs === undefined || ms <= toMs) && holdsTerms(entry, terms)
}

async function requireWholeTail(tx: Transaction, tail: SequenceRange): Promise<void> {
  const [row] = await tx.query<{ count: number }>(
    {
      name: 'ledger_tail_count',
      text: 'select count(*) as count from ledger_entry where sequence >= $1 and sequence < $2',
    },
    [tail.from, tail.below],
  )
  if (row!.count !== tail.below - tail.from) throw holed(tail.from)
}

const holed = (sequence: number) =>
  new LedgerFailure('trace-broken', `the journal has a hole at or after sequence ${sequence}`)

const day = z.iso.date()
const time = z.iso.datetime({ offset: true })

/** An RFC 3339 time, or a calendar day in China (UTC+8): from its first moment, to its last. */
function edgeOfTime(field: 'from' | 'to', text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (day.safeParse(text).success) {
    return Date.parse(`${text}T${field === 'from' ? '00:00:00.000' : '23:59:59.999'}+08:00`)
  }
  if (time.safeParse(text).success) return Date.parse(text)
  throw new InvalidInput([
    {
      field,
      rule: 'date-or-time',
      zh: '须为日期（2026-01-31）或带时区的时间',
      en: 'must be a day or a time with its zone',
    },
  ])
}
