import type { Action, InputIssue, PurposeOfUse } from '../kernel/index.ts'
import type { Outcome } from '../ledger/index.ts'
import type { AuditAction } from './audit-event.ts'

export interface EventCode {
  readonly system: string
  readonly code: string
}

/**
 * An event of another system's trail, read from whichever format it came in: who, whom, what, when, whence. Nothing
 * else of the original is kept; names of patients, descriptions and queries may hold clinical content.
 */
export interface ForeignEvent {
  /** The source's own id, where it has one. */
  readonly eventId?: string
  /** RFC 3339 with its zone, as the source claims. */
  readonly occurred?: string
  readonly type: EventCode
  readonly subtypes: readonly EventCode[]
  readonly action?: AuditAction
  readonly outcome: Outcome
  readonly person?: { readonly id?: string; readonly name?: string }
  readonly roles: readonly string[]
  /** The system that acted where no person is named. */
  readonly application?: string
  readonly purpose?: PurposeOfUse
  readonly address?: string
  readonly patients: readonly string[]
  readonly records: readonly { readonly type: string; readonly id: string }[]
  /** In our words, where the source's own words were mapped to them. */
  readonly doing?: Action
  /** True when what was asked is a search. */
  readonly isQuery: boolean
  readonly site?: string
  readonly observer?: string
}

export type ReadEvent =
  | { readonly outcome: 'read'; readonly event: ForeignEvent }
  | { readonly outcome: 'refused'; readonly issues: readonly InputIssue[] }

export const refusedEvent = (field: string, rule: string, zh: string, en: string): ReadEvent => ({
  outcome: 'refused',
  issues: [{ field, rule, zh, en }],
})

/** Longest id or name that is taken in; what is longer is no name. */
export const maxNameLength = 256
export const maxPatients = 200
