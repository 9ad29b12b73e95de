import type { Action, AuthorityEpoch, Caller, PatientId, PurposeOfUse } from '../kernel/index.ts'

/** A list is asked for: which of these rows may this person see, for this purpose? */
export interface NarrowRequest {
  readonly caller: Caller
  readonly action: Action
  /** FHIR resource types the list may hold. */
  readonly types: readonly string[]
  readonly purpose?: PurposeOfUse
  /**
   * The one patient to whom the search is confined (a compartment, `$everything`, an open chart). Whoever says so sees
   * to it that no other row is selected: the filter is planned for rows of this patient only.
   */
  readonly confinedTo?: PatientId
  /** Milliseconds since the epoch. */
  readonly at: number
}

/**
 * The decision as SQL over one row of `resource r`, from partial evaluation of the same policies. It reads only the
 * declared columns `r.type, r.id, r.patient_id, r.department_id, r.author_id, r.category, r.sensitivity, r.kinds`;
 * a policy that needs anything else throws while planning (fail closed), it is never dropped.
 */
export type ListFilter =
  | { readonly kind: 'never'; readonly epoch: AuthorityEpoch }
  | { readonly kind: 'always'; readonly epoch: AuthorityEpoch }
  | {
      readonly kind: 'predicate'
      /** Boolean SQL; parameters are written `$1 … $n` and are renumbered by whoever embeds it. */
      readonly sql: string
      readonly values: readonly unknown[]
      readonly epoch: AuthorityEpoch
    }
