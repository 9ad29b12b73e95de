import type { Denied } from '../../authority/index.ts'
import { Failure, InvalidInput } from '../../kernel/index.ts'
import type { Receipt } from '../../ledger/index.ts'
import { failureTable } from './failure-table.ts'
import type { IssueType } from './issue-type.ts'
import { refusalTable } from './refusal-table.ts'
import type { Words } from './words.ts'

/** One point of what is wrong: where it is, which rule, and words. */
export interface ToldDetail {
  /** FHIRPath, JSON Pointer, header or parameter. */
  readonly field?: string
  readonly rule: string
  readonly words: Words
}

/** What a caller is told when a request does not succeed, before language and format are chosen. */
export interface Told {
  readonly status: number
  readonly code: string
  readonly issue: IssueType
  readonly what: Words
  readonly why?: Words
  readonly next: Words
  readonly details: readonly ToldDetail[]
  /** Ledger sequence of the refusal, where the ledger has one. */
  readonly receipt?: number
  /** Methods for `Allow` (405). */
  readonly allow?: readonly string[]
  /** True when it is a bug: the caller is told nothing of it, and the log everything. */
  readonly isBug: boolean
}

/** A failure that can list the points it is about. */
interface Detailed {
  readonly details?: readonly ToldDetail[]
  readonly allow?: readonly string[]
}

/** Turns whatever was thrown into what may be told. Unknown errors become `internal`: no message, no stack, no SQL. */
export function tellFailure(error: unknown): Told {
  if (isThrownRefusal(error)) return tellRefusal(error.decision, error.receipt)
  const code = codeOf(error)
  const row = failureTable[code] ?? failureTable.internal!
  return {
    status: row.status,
    code: code in failureTable ? code : 'internal',
    issue: row.issue,
    what: row.title,
    next: row.next,
    details: detailsOf(error),
    ...allowOf(error),
    isBug: row.status === 500,
  }
}

export function tellRefusal(decision: Denied, receipt: Receipt): Told {
  const row = refusalTable[decision.code]
  return {
    status: 403,
    code: decision.code,
    issue: 'forbidden',
    what: row.what,
    why: row.why,
    next: row.next,
    details: [],
    receipt: receipt.sequence,
    isBug: false,
  }
}

/** A refusal that a route threw to leave at once; it is told as the refusal it carries. */
function isThrownRefusal(error: unknown): error is Failure & { decision: Denied; receipt: Receipt } {
  return error instanceof Failure && error.code === 'refused' && 'decision' in error && 'receipt' in error
}

function codeOf(error: unknown): string {
  if (error instanceof Failure) return error.code
  if (!(error instanceof Error)) return 'internal'
  const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown }
  if (typeof code === 'string' && code.startsWith('FST_') && Object.hasOwn(failureTable, code)) return code
  return (typeof statusCode === 'number' && codeOfStatus[statusCode]) || 'internal'
}

const codeOfStatus: Readonly<Record<number, string>> = {
  400: 'invalid-input',
  401: 'unauthenticated',
  404: 'not-found',
  413: 'body-too-large',
  415: 'media-type-unsupported',
  429: 'too-many-requests',
}

function detailsOf(error: unknown): readonly ToldDetail[] {
  if (error instanceof InvalidInput) {
    return error.issues.map((issue) => ({
      field: issue.field,
      rule: issue.rule,
      words: { zh: issue.zh, en: issue.en },
    }))
  }
  return error instanceof Failure ? ((error as Detailed).details ?? []) : []
}

function allowOf(error: unknown): { allow?: readonly string[] } {
  const allow = error instanceof Failure ? (error as Detailed).allow : undefined
  return allow ? { allow } : {}
}
