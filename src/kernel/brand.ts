/**
 * Brands give identities of different things different types, so that a patient's id cannot stand where a
 * person's id is expected. A brand is minted once, where a boundary is parsed; everywhere else it is carried.
 */
declare const brand: unique symbol
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name }

/** A natural person who uses records: one person, one identity, for life (notice 二(一)). */
export type PersonId = Brand<string, 'PersonId'>
/** The logical id of a FHIR Patient. */
export type PatientId = Brand<string, 'PatientId'>
/** The logical id of a department, clinic or ward in the directory; also the id of its FHIR Organization or Location. */
export type DepartmentId = Brand<string, 'DepartmentId'>
/** An application that calls on behalf of a person (SMART Backend Services client id). */
export type ApplicationId = Brand<string, 'ApplicationId'>
/** Place of an entry in the institution's ledger, from 0, without gaps. */
export type LedgerSequence = Brand<number, 'LedgerSequence'>
/** The clock of authority: raised by every change that can take a right away. */
export type AuthorityEpoch = Brand<number, 'AuthorityEpoch'>
