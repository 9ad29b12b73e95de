import type { Caller, Channel, Clock, Database, PersonId, Transaction } from '../kernel/index.ts'
import type { EntryDraft, Ledger, Receipt } from '../ledger/index.ts'

export interface ChangeDesk {
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: Clock
}

/** Who orders a change of the directory, and by which door. Without `by`: the installation or a personnel feed. */
export interface ChangeOrder {
  readonly by?: Caller
  readonly channel: Channel
  readonly reason?: { readonly code: string; readonly text?: string }
}

/** Why a change is refused. Nothing was written, but the refusal was recorded. */
export type ChangeRefusal =
  | 'unknown-person'
  | 'unknown-department'
  | 'unknown-programme'
  | 'unknown-agreement'
  | 'unknown-thing'
  | 'already-so'
  | 'person-stopped'
  | 'self-assignment'
  | 'separation-of-duties'
  | 'outside-it-provisioning'
  | 'term-without-end'
  | 'outside-programme'
  | 'outside-agreement'
  | 'overlap'
  | 'wrong-population'
  | 'conflict'

export type ChangeResult =
  | { readonly outcome: 'changed'; readonly id: string; readonly receipt: Receipt }
  | { readonly outcome: 'refused'; readonly code: ChangeRefusal; readonly receipt: Receipt }

export interface Change {
  /** What changes, in the words of the ledger: `post-assigned`, `person-stopped`. */
  readonly name: string
  readonly person?: PersonId
  readonly detail: Readonly<Record<string, unknown>>
  /** Guards first, then writes: what it refuses, it refuses before it has written anything. */
  apply(tx: Transaction): Promise<{ readonly id: string } | { readonly refused: ChangeRefusal }>
}

/**
 * A change and its entry stand or fall together, and the epoch of authority rises with them, so that no decision
 * made before the change can release anything after it.
 */
export async function makeChange(desk: ChangeDesk, order: ChangeOrder, change: Change): Promise<ChangeResult> {
  const applied = await desk.database
    .transaction(async (tx) => {
      const result = await change.apply(tx)
      if ('refused' in result) return result
      const [receipt] = await desk.ledger.recordWithin(tx, [entryOf(order, change, 'authority-change', result.id)], {
        raisesEpoch: true,
      })
      return { id: result.id, receipt: receipt! }
    })
    .catch((error: unknown) => {
      const refused = refusalOfConstraint(error)
      if (refused === undefined) throw error
      return { refused }
    })
  if (!('refused' in applied)) return { outcome: 'changed', ...applied }

  const [receipt] = await desk.ledger.record([entryOf(order, change, 'refusal', undefined, applied.refused)])
  return { outcome: 'refused', code: applied.refused, receipt: receipt! }
}

function entryOf(
  order: ChangeOrder,
  change: Change,
  kind: 'authority-change' | 'refusal',
  id?: string,
  refused?: ChangeRefusal,
): EntryDraft {
  const { by } = order
  return {
    kind,
    action: 'administer',
    channel: order.channel,
    outcome: kind === 'refusal' ? 4 : 0,
    ...(by && {
      actor: {
        person: by.person,
        session: by.session,
        assurance: by.assurance,
        methods: by.methods,
        ...(by.application && { application: by.application }),
      },
      terminal: { address: by.terminal.address, ...(by.terminal.device && { device: by.terminal.device }) },
    }),
    ...(order.reason && { reason: order.reason }),
    ...(change.person && { record: { type: 'Practitioner', id: change.person } }),
    detail: {
      change: change.name,
      ...change.detail,
      ...(id !== undefined && { id }),
      ...(refused !== undefined && { refused }),
    },
  }
}

/** The database is the last guard of every rule; which of them spoke is told by the name of the constraint. */
export function refusalOfConstraint(error: unknown): ChangeRefusal | undefined {
  if (!(error instanceof Error) || !('constraint' in error) || typeof error.constraint !== 'string') return undefined
  return constraintRefusals[error.constraint]
}

const constraintRefusals: Readonly<Record<string, ChangeRefusal>> = {
  post_of_person: 'unknown-person',
  post_department_id_fkey: 'unknown-department',
  post_has_finite_term: 'term-without-end',
  post_trainee_role: 'wrong-population',
  post_vendor_role: 'wrong-population',
  post_not_self_assigned: 'self-assignment',
  post_trainee_names_programme: 'outside-programme',
  post_vendor_names_agreement: 'outside-agreement',
  post_within_bound: 'outside-programme',
  post_separates_duties: 'separation-of-duties',
  post_inspector_outside_it: 'outside-it-provisioning',
  roster_person_id_fkey: 'unknown-person',
  roster_department_id_fkey: 'unknown-department',
  roster_has_finite_term: 'term-without-end',
  roster_one_shift_at_a_time: 'overlap',
  programme_is_of_trainee: 'wrong-population',
  programme_has_finite_term: 'term-without-end',
  rotation_department_id_fkey: 'unknown-department',
  rotation_supervisor_is_staff: 'wrong-population',
  rotation_has_term: 'term-without-end',
  rotation_within_programme: 'outside-programme',
  rotation_one_at_a_time: 'overlap',
  training_pass_person_id_fkey: 'unknown-person',
  training_pass_course_id_fkey: 'unknown-thing',
  training_ends_after_pass: 'term-without-end',
  agreement_has_finite_term: 'term-without-end',
  agreement_authorization_states_scope: 'outside-agreement',
  agreement_confidentiality_grants_nothing: 'outside-agreement',
  agreement_person_of_vendor: 'wrong-population',
  agreement_vendor_id_fkey: 'unknown-thing',
  ticket_of_authorization: 'unknown-agreement',
  ticket_person_named_in_agreement: 'outside-agreement',
  ticket_sponsor_is_staff: 'wrong-population',
  ticket_has_term: 'term-without-end',
  ticket_within_agreement: 'outside-agreement',
  ticket_scope_within_agreement: 'outside-agreement',
  person_staff_number_key: 'conflict',
  person_pkey: 'conflict',
  agreement_pkey: 'conflict',
  service_ticket_pkey: 'conflict',
  programme_pkey: 'conflict',
  person_vendor_names_firm: 'wrong-population',
  person_service_has_owner: 'wrong-population',
  person_owner_is_staff: 'wrong-population',
}
