export type {
  AgreementEntry,
  DirectoryBatch,
  PersonEntry,
  PostEntry,
  ProgrammeEntry,
  RosterEntry,
  RotationEntry,
  TicketEntry,
  TrainingEntry,
} from './batch.ts'
export { type ChangeOrder, type ChangeRefusal, type ChangeResult, makeChange } from './change.ts'
export type { Department, Institution } from './department.ts'
export { type Course, type Directory, openDirectory } from './directory.ts'
export { loadDirectory } from './load.ts'
export { maskedName, maskedNumber } from './masked-name.ts'
export { type NameSound, nameSound } from './name-sound.ts'
export type { PeoplePage, PeopleQuestion, Person } from './person.ts'
export type { PostAssignment } from './post-assignment.ts'
export {
  type AgreementKind,
  agreementKinds,
  type DepartmentKind,
  departmentKinds,
  type Population,
  type ProgrammeKind,
  populations,
  programmeKinds,
  type Role,
  type RosterKind,
  roles,
  rosterKinds,
  type Sex,
} from './role.ts'
export type { RosterRevision } from './roster-revision.ts'
export { administrations, conflictingDuty, separatedDuties } from './separation-of-duties.ts'
export type { Agreement, Post, Roster, Rotation, Subject, Ticket, TrainingPass } from './subject.ts'
export { type Term, termIsLiving, termsOverlap } from './term.ts'
