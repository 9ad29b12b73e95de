import type { PatientId, PersonId } from '../kernel/index.ts'
import type { AgreementEntry, PersonEntry, ProgrammeEntry, RotationEntry, TicketEntry, TrainingEntry } from './batch.ts'
import type { ChangeDesk, ChangeOrder, ChangeResult } from './change.ts'
import { type Department, type Institution, readDepartments, readInstitution } from './department.ts'
import { readPerson, readPersonByStaffNumber, searchPeople } from './people-search.ts'
import type { PeoplePage, PeopleQuestion, Person } from './person.ts'
import { registerPerson, reinstatePerson, stopPerson } from './personnel.ts'
import { assignPost, endPost, type PostAssignment } from './post-assignment.ts'
import { type RosterRevision, reviseRoster } from './roster-revision.ts'
import type { Subject } from './subject.ts'
import { readSubject } from './subject-store.ts'
import {
  bindCases,
  endProgramme,
  planRotation,
  recordTrainingPass,
  reviseCourse,
  startProgramme,
} from './trainee-programme.ts'
import { closeTicket, endAgreement, openTicket, signAgreement } from './vendor-work.ts'

export interface Course {
  readonly id: string
  readonly name: string
  /** A pass of any other version does not count. */
  readonly currentVersion: string
}

/**
 * Who there is, and on what their rights may stand. Trusted for: one person one id, terms that end, duties that stay
 * apart. Not for: whether a right follows, which is for `authority/`. Every change is an entry that raises the epoch.
 */
export interface Directory {
  subject(person: PersonId): Promise<Subject | undefined>
  person(id: PersonId): Promise<Person | undefined>
  personByStaffNumber(staffNumber: string): Promise<Person | undefined>
  people(question: PeopleQuestion, page: { readonly count: number; readonly after?: string }): Promise<PeoplePage>
  departments(): Promise<readonly Department[]>
  institution(): Promise<Institution | undefined>
  courses(): Promise<readonly Course[]>

  registerPerson(order: ChangeOrder, person: PersonEntry): Promise<ChangeResult>
  stopPerson(order: ChangeOrder, stop: { readonly person: PersonId; readonly reason: string }): Promise<ChangeResult>
  reinstatePerson(order: ChangeOrder, person: PersonId): Promise<ChangeResult>
  assignPost(order: ChangeOrder, post: PostAssignment): Promise<ChangeResult>
  endPost(order: ChangeOrder, post: string): Promise<ChangeResult>
  reviseRoster(order: ChangeOrder, revision: RosterRevision): Promise<ChangeResult>
  startProgramme(order: ChangeOrder, entry: ProgrammeEntry): Promise<ChangeResult>
  endProgramme(order: ChangeOrder, programme: string): Promise<ChangeResult>
  planRotation(order: ChangeOrder, entry: RotationEntry): Promise<ChangeResult>
  bindCases(
    order: ChangeOrder,
    binding: { readonly rotation: string; readonly cases: readonly PatientId[] },
  ): Promise<ChangeResult>
  recordTrainingPass(order: ChangeOrder, pass: TrainingEntry): Promise<ChangeResult>
  reviseCourse(order: ChangeOrder, course: Course): Promise<ChangeResult>
  signAgreement(order: ChangeOrder, entry: AgreementEntry): Promise<ChangeResult>
  endAgreement(order: ChangeOrder, agreement: string): Promise<ChangeResult>
  openTicket(order: ChangeOrder, entry: TicketEntry): Promise<ChangeResult>
  closeTicket(order: ChangeOrder, ticket: string): Promise<ChangeResult>
}

export function openDirectory(desk: ChangeDesk): Directory {
  const { database, clock } = desk
  return {
    subject: (person) => readSubject(database, person),
    person: (id) => readPerson(database, id),
    personByStaffNumber: (staffNumber) => readPersonByStaffNumber(database, staffNumber),
    people: (question, page) => searchPeople(database, question, { ...page, at: clock.now() }),
    departments: () => readDepartments(database),
    institution: () => readInstitution(database),
    courses: () =>
      database.query<Course>('select id, name, current_version as "currentVersion" from course order by id'),

    registerPerson: (order, person) => registerPerson(desk, order, person),
    stopPerson: (order, stop) => stopPerson(desk, order, stop),
    reinstatePerson: (order, person) => reinstatePerson(desk, order, person),
    assignPost: (order, post) => assignPost(desk, order, post),
    endPost: (order, post) => endPost(desk, order, post),
    reviseRoster: (order, revision) => reviseRoster(desk, order, revision),
    startProgramme: (order, entry) => startProgramme(desk, order, entry),
    endProgramme: (order, programme) => endProgramme(desk, order, programme),
    planRotation: (order, entry) => planRotation(desk, order, entry),
    bindCases: (order, binding) => bindCases(desk, order, binding),
    recordTrainingPass: (order, pass) => recordTrainingPass(desk, order, pass),
    reviseCourse: (order, course) => reviseCourse(desk, order, course),
    signAgreement: (order, entry) => signAgreement(desk, order, entry),
    endAgreement: (order, agreement) => endAgreement(desk, order, agreement),
    openTicket: (order, entry) => openTicket(desk, order, entry),
    closeTicket: (order, ticket) => closeTicket(desk, order, ticket),
  }
}
