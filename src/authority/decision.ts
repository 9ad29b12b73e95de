import type {
  Action,
  AuthorityEpoch,
  Caller,
  DepartmentId,
  PatientId,
  PersonId,
  PurposeOfUse,
} from '../kernel/index.ts'
import type { RecordLabel } from './label.ts'

/** What a use is about, as far as a decision needs it: facts about the record, never its content. */
export interface RecordFacts {
  /** FHIR resource type, e.g. `Observation`. */
  readonly type: string
  readonly id: string
  /** Version these facts were read from; a read of another version is decided again. */
  readonly version?: number
  readonly patient?: PatientId
  readonly department?: DepartmentId
  readonly author?: PersonId
  readonly label: RecordLabel
}

export interface DecisionRequest {
  readonly caller: Caller
  readonly action: Action
  readonly record: RecordFacts
  /** As stated by the person; absent, it is derived from the care relation where there is one. */
  readonly purpose?: PurposeOfUse
  /** The one patient to whom the search this row belongs to is confined (a compartment, an open chart). */
  readonly confinedTo?: PatientId
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** A living fact on which a right stands, with its end: what the person is shown under "why can I see this". */
export interface Ground {
  readonly kind:
    | 'post'
    | 'roster'
    | 'attending'
    | 'care-team'
    | 'ward'
    | 'clinic'
    | 'consult'
    | 'on-call'
    | 'order'
    | 'declared'
    | 'rotation'
    | 'supervisor'
    | 'training'
    | 'agreement'
    | 'ticket'
    | 'self'
    | 'grant'
  readonly zh: string
  readonly en: string
  /** RFC 3339; absent only where the end is an event that has not happened (e.g. discharge). */
  readonly until?: string
  /** FHIR reference or directory id of the source of this fact. */
  readonly source?: string
}

/** A policy that determined a decision, in readable form. */
export interface PolicyCitation {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  /** Clause of the notice or of the rules it executes, e.g. `notice 一(四)`. */
  readonly clause: string
  readonly titleZh: string
  readonly titleEn: string
}

export type Obligation =
  /** Show the reminder before opening and record the choice; `proceed` becomes a declared ground. */
  | { readonly type: 'remind' }
  | { readonly type: 'step-up'; readonly assurance: 2 | 3 }
  /** Names, identity numbers and addresses are masked on the way out. */
  | { readonly type: 'mask-identity' }
  /** Direct and indirect identifiers are removed on the way out (teaching, research). */
  | { readonly type: 'de-identify' }

/** Why not, and what now: closed set, one text each in both languages. */
export type RefusalCode =
  | 'no-care-relation'
  | 'purpose-missing'
  | 'purpose-not-allowed'
  | 'sensitivity'
  | 'step-up-needed'
  | 'inactive'
  | 'outside-rotation'
  | 'outside-agreement'
  | 'untrained'
  | 'scope'
  | 'trace-closed'
  | 'forbidden'
  | 'default-deny'

interface DecisionCommon {
  /** The purpose decided under: stated, or derived from the care relation. */
  readonly purpose?: PurposeOfUse
  readonly policies: readonly PolicyCitation[]
  readonly grounds: readonly Ground[]
  readonly obligations: readonly Obligation[]
  /** The authority state it was decided under; a release commits only while it is current. */
  readonly epoch: AuthorityEpoch
  /** SHA-256 of the policy bundle, hex. */
  readonly bundle: string
  /** Roles and departments held, for the trace. */
  readonly roles: readonly string[]
  readonly departments: readonly DepartmentId[]
}

export interface Permitted extends DecisionCommon {
  readonly effect: 'permit'
}

export interface Denied extends DecisionCommon {
  readonly effect: 'deny'
  readonly code: RefusalCode
}

export type Decision = Permitted | Denied
