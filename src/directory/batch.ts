import type { DepartmentId, PatientId, PersonId } from '../kernel/index.ts'
import type { Department, Institution } from './department.ts'
import type { AgreementKind, Population, ProgrammeKind, Role, RosterKind, Sex } from './role.ts'
import type { Term } from './term.ts'

/**
 * What a personnel feed or the demonstration generator brings. Everything is put by its id: loading the same batch
 * again changes nothing. Posts, rosters and rotations without an id get one, so give ids where you mean to load again.
 */
export interface DirectoryBatch {
  readonly institutions?: readonly Institution[]
  /** Each names its `institution` when there are several; a parent stands in the same batch or is loaded already. */
  readonly departments?: readonly (Department & { readonly institution?: string })[]
  readonly vendors?: readonly { readonly id: string; readonly name: string; readonly unifiedCode?: string }[]
  readonly people?: readonly PersonEntry[]
  readonly courses?: readonly { readonly id: string; readonly name: string; readonly currentVersion: string }[]
  readonly programmes?: readonly ProgrammeEntry[]
  readonly agreements?: readonly AgreementEntry[]
  /** A trainee's lies within a programme of theirs, a vendor engineer's within an authorization that names them. */
  readonly posts?: readonly PostEntry[]
  readonly rosters?: readonly RosterEntry[]
  readonly rotations?: readonly RotationEntry[]
  readonly training?: readonly TrainingEntry[]
  readonly tickets?: readonly TicketEntry[]
}

export interface PersonEntry {
  readonly id: PersonId
  readonly staffNumber: string
  readonly name: string
  readonly sex: Sex
  readonly population: Population
  /** 执业证书编码 */
  readonly licence?: string
  /** The firm of a vendor's engineer. */
  readonly vendor?: string
  /** The member of staff who answers for a service identity. */
  readonly owner?: PersonId
}

export interface PostEntry extends Term {
  readonly id?: string
  readonly person: PersonId
  readonly role: Role
  readonly title: string
  readonly department: DepartmentId
  readonly assignedBy?: PersonId
}

export interface RosterEntry extends Term {
  readonly id?: string
  readonly person: PersonId
  readonly department: DepartmentId
  readonly kind: RosterKind
}

export interface ProgrammeEntry extends Term {
  readonly id: string
  readonly person: PersonId
  readonly name: string
  readonly kind: ProgrammeKind
}

export interface RotationEntry extends Term {
  readonly id?: string
  readonly programme: string
  readonly department: DepartmentId
  readonly supervisor: PersonId
  readonly cases?: readonly PatientId[]
}

export interface TrainingEntry {
  readonly person: PersonId
  readonly course: string
  readonly version: string
  readonly passedAt: number
  readonly until?: number
}

export interface AgreementEntry extends Term {
  readonly id: string
  readonly vendor: string
  readonly kind: AgreementKind
  readonly title: string
  /** `2026-01-31` */
  readonly signedOn: string
  readonly systems?: readonly string[]
  readonly categories?: readonly string[]
  readonly purposes?: readonly string[]
  /** The people it names, and when each signed for himself. */
  readonly people: readonly { readonly person: PersonId; readonly confirmedAt: number }[]
}

export interface TicketEntry extends Term {
  readonly id: string
  readonly person: PersonId
  /** The authorization it is served under. */
  readonly agreement: string
  readonly sponsor: PersonId
  readonly title: string
  readonly systems: readonly string[]
  readonly categories: readonly string[]
}
