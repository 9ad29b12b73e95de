export type { AuditAgent, AuditEntity, AuditEvent, Coding } from './audit-event.ts'
export { type AuditContext, auditEventOf } from './audit-event-of.ts'
export { type AuditSource, type AuditSources, noAuditSources, readAuditSources } from './audit-source.ts'
export { AuditFailure, type AuditFailureCode } from './errors.ts'
export { kindsOfType } from './event-shape.ts'
export type { ForeignEvent, ReadEvent } from './foreign-event.ts'
export { readDicomEvent } from './read-dicom-event.ts'
export { readFhirEvent } from './read-fhir-event.ts'
export {
  type AuditIntake,
  type AuditIntakeOptions,
  openAuditIntake,
  type Received,
  type ReceivedMessage,
} from './receive.ts'
