import { z } from 'zod'
import type { TraceQuestion } from '../contract/index.ts'
import { leafHashHex } from '../crypto/index.ts'
import { type Database, InvalidInput, type LedgerSequence } from '../kernel/index.ts'
import type { Entry, EntryKind } from './entry.ts'
import { parseEntry } from './parse-entry.ts'
import { projectionState, projectUpTo } from './project.ts'

export interface TraceRow {
  readonly sequence: LedgerSequence
  readonly entry: Entry
  /** The bytes the ledger commits to, and their leaf hash as stored (hex). */
  readonly body: string
  readonly leafHash: string
  /** False when the bytes no longer have that hash: the row was altered in the database. */
  readonly intact: boolean
}

export interface TracePage {
  /** Newest first. */
  readonly rows: readonly TraceRow[]
  /** Ask again with this as `before` for the next page; absent when this was the last. */
  readonly nextBefore?: LedgerSequence
  /** The answer holds every entry below this sequence that the question asks for. */
  readonly asOf: LedgerSequence
}

export interface TracePaging {
  readonly before?: number | undefined
  readonly count: number
  /** Beside the question's `kind`: any of these. */
  readonly kinds?: readonly EntryKind[]
}

/** Questions to the ledger. Whether one may ask, and the trace of the asking, are the caller's. */
export interface Trace {
  /**
   * Complete as of the call, without a cap: every matching entry is on some page.
   * @throws {InvalidInput} when `from` or `to` is no date or time. @throws {LedgerFailure} `trace-broken`.
   */
  askTrace(question: Partial<TraceQuestion>, paging: TracePaging): Promise<TracePage>
  /** One entry straight from the journal. */
  entryAt(sequence: number): Promise<TraceRow | undefined>
}

export function openTrace(options: { readonly database: Database }): Trace {
  const { database } = options
  return {
    async askTrace(question, paging) {
      const { text, values } = selection(question, paging)
      const { projected, size } = await projectionState(database)
      if (projected < size) await projectUpTo(database, size)
      const rows = await database.query<JournalRow>(text, values)
      const shown = rows.slice(0, paging.count).map(traceRow)
      const asOf = size as LedgerSequence
      return rows.length > paging.count
        ? { rows: shown, nextBefore: shown.at(-1)!.sequence, asOf }
        : { rows: shown, asOf }
    },
    async entryAt(sequence) {
      if (!Number.isSafeInteger(sequence) || sequence < 0) return undefined
      const rows = await database.query<JournalRow>(
        { name: 'ledger_entry_at', text: `select ${journalColumns} from ledger_entry e where e.sequence = $1` },
        [sequence],
      )
      return rows[0] && traceRow(rows[0])
    },
  }
}

interface JournalRow {
  readonly sequence: number
  readonly body: string
  readonly leaf_hash: string
}
const journalColumns = `e.sequence, e.body, encode(e.leaf_hash, 'hex') as leaf_hash`

function traceRow({ sequence, body, leaf_hash: leafHash }: JournalRow): TraceRow {
  return {
    sequence: sequence as LedgerSequence,
    entry: parseEntry(body),
    body,
    leafHash,
    intact: leafHashHex(body) === leafHash,
  }
}

/** Every filter of the question as a condition on the trace; the page is found there, its bodies in the journal. */
function selection(question: Partial<TraceQuestion>, paging: TracePaging): { text: string; values: unknown[] } {
  const values: unknown[] = []
  const conditions: string[] = []
  const add = (value: unknown, condition: (place: string) => string) => {
    if (value === undefined) return
    values.push(value)
    conditions.push(condition(`$${values.length}`))
  }
  add(question.patient, (at) => `patient_id = ${at}`)
  add(question.person, (at) => `person_id = ${at}`)
  add(question.department, (at) => `${at} = any(department_ids)`)
  add(question.terminal, (at) => `(terminal = ${at} or device = ${at})`)
  add(question.kind, (at) => `kind = ${at}`)
  add(paging.kinds, (at) => `kind = any(${at}::text[])`)
  add(question.action, (at) => `action = ${at}`)
  add(question.purpose, (at) => `purpose = ${at}`)
  add(question.outcome, (at) => `outcome = ${at}`)
  add(question.sequence, (at) => `sequence = ${at}`)
  add(edgeOfTime('from', question.from), (at) => `recorded_at >= ${at}`)
  add(edgeOfTime('to', question.to), (at) => `recorded_at <= ${at}`)
  add(question.before, (at) => `sequence < ${at}`)
  add(paging.before, (at) => `sequence < ${at}`)
  values.push(paging.count + 1)
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''
  return {
    text: `with page as materialized (
             select sequence from trace ${where} order by sequence desc limit $${values.length})
           select ${journalColumns} from page join ledger_entry e using (sequence) order by sequence desc`,
    values,
  }
}

const day = z.iso.date()
const time = z.iso.datetime({ offset: true })

/** An RFC 3339 time, or a calendar day in China (UTC+8): from its first moment, to its last. */
function edgeOfTime(field: 'from' | 'to', text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  if (day.safeParse(text).success) {
    return new Date(`${text}T${field === 'from' ? '00:00:00.000' : '23:59:59.999'}+08:00`)
  }
  if (time.safeParse(text).success) return new Date(text)
  throw new InvalidInput([
    {
      field,
      rule: 'date-or-time',
      zh: '须为日期（2026-01-31）或带时区的时间',
      en: 'must be a day or a time with its zone',
    },
  ])
}
