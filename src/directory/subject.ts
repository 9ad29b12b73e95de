import type { DepartmentId, PatientId, PersonId } from '../kernel/index.ts'
import type { AgreementKind, Population, Role, RosterKind, Sex } from './role.ts'
import type { Term } from './term.ts'

/**
 * Everything about one person on which a right may stand, past and future included: whoever decides compares each
 * term with the time of the use, so that a right ends by itself in the instant its ground does.
 */
export interface Subject {
  readonly person: PersonId
  readonly name: string
  readonly staffNumber: string
  readonly sex: Sex
  readonly population: Population
  /** False once the person, or the owner of a service identity, was stopped. */
  readonly active: boolean
  /** 执业证书编码 */
  readonly licence?: string
  readonly vendor?: string
  readonly posts: readonly Post[]
  readonly rosters: readonly Roster[]
  readonly rotations: readonly Rotation[]
  readonly training: readonly TrainingPass[]
  readonly agreements: readonly Agreement[]
  readonly tickets: readonly Ticket[]
}

export interface Post extends Term {
  readonly id: string
  readonly role: Role
  readonly title: string
  readonly department: DepartmentId
}

export interface Roster extends Term {
  readonly id: string
  readonly department: DepartmentId
  readonly kind: RosterKind
}

export interface Rotation extends Term {
  readonly id: string
  readonly programme: string
  readonly department: DepartmentId
  readonly supervisor: PersonId
  /** Patients bound to the trainee for this segment. */
  readonly cases: readonly PatientId[]
}

export interface TrainingPass {
  readonly course: string
  readonly version: string
  readonly passedAt: number
  readonly until?: number
}

export interface Agreement extends Term {
  readonly id: string
  readonly kind: AgreementKind
  readonly title: string
  readonly systems: readonly string[]
  readonly categories: readonly string[]
  readonly purposes: readonly string[]
}

export interface Ticket extends Term {
  readonly id: string
  readonly agreement: string
  readonly sponsor: PersonId
  readonly title: string
  readonly systems: readonly string[]
  readonly categories: readonly string[]
}
