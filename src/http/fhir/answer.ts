import type { ReleasedRecord } from '../../access/index.ts'
import { type Receipt, receiptName } from '../../ledger/index.ts'
import { type Language, outcomeOf, type Told, type Words } from '../errors/index.ts'

/** An answer to one interaction, before it becomes an HTTP response or an entry of a batch response. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON text of a resource; absent for 204 and 304. */
  readonly body?: string
  /** True when the body is an OperationOutcome about this interaction. */
  readonly bodyIsOutcome?: boolean
  readonly receipt?: Receipt
  /** Of a batch or transaction: the receipts of its entries. */
  readonly receipts?: readonly Receipt[]
  /** RFC 3339 with milliseconds; the `Last-Modified` header has whole seconds. */
  readonly lastUpdated?: string
}

export const etagOf = (version: number): string => `W/"${version}"`
export const httpDate = (rfc3339: string): string => new Date(rfc3339).toUTCString()

/** Headers of every answer that is a use of one record. */
export function headersOf(record: ReleasedRecord, receipt: Receipt): Record<string, string> {
  return {
    ETag: etagOf(record.version),
    'Last-Modified': httpDate(record.lastUpdated),
    ...receiptHeader(receipt),
    ...withheldHeader(record.withheld),
  }
}

export function receiptHeader(receipt: Receipt): Record<string, string> {
  return {
    'Chartward-Receipt': receiptName(receipt),
    // Told apart from a receipt of the ledger, so that a screen can say that the trace is local for now.
    ...(receipt.spool !== undefined && { 'Chartward-Continuity': 'spooled' }),
  }
}

/** Names of the parts left out of a single resource, percent-encoded because header values are ASCII. */
export function withheldHeader(withheld: readonly string[]): Record<string, string> {
  if (withheld.length === 0) return {}
  return { 'Chartward-Withheld': withheld.slice(0, 50).map(encodeURIComponent).join(', ') }
}

export function toldAnswer(told: Told, language: Language, requestId: string, receipt?: Receipt): Answer {
  return {
    status: told.status,
    headers: {
      ...(receipt ? receiptHeader(receipt) : {}),
      ...(told.status === 401 ? { 'WWW-Authenticate': 'Bearer realm="chartward"' } : {}),
      ...(told.allow ? { Allow: told.allow.join(', ') } : {}),
    },
    body: JSON.stringify(outcomeOf(told, language, requestId)),
    bodyIsOutcome: true,
    ...(receipt && { receipt }),
  }
}

/** What `Prefer: return=OperationOutcome` says of a write that succeeded. */
export const writtenWords: Readonly<Record<'created' | 'updated' | 'deleted' | 'matched', Words>> = {
  created: { zh: '已创建。', en: 'Created.' },
  updated: { zh: '已更新。', en: 'Updated.' },
  deleted: { zh: '已删除。', en: 'Deleted.' },
  matched: { zh: '已存在，未重复创建。', en: 'It exists already; nothing was created.' },
}
