export {
  type AuditConfiguration,
  auditSettings,
  describeAuditConfiguration,
  readAuditConfiguration,
} from './audit-configuration.ts'
export type { AuditDestination } from './audit-destination.ts'
export type { AuditAgent, AuditEntity, AuditEvent, Coding } from './audit-event.ts'
export { type AuditContext, auditEventOf } from './audit-event-of.ts'
export type { AuditSource, AuditSources } from './audit-source.ts'
export { readCsvMapping } from './csv-mapping.ts'
export { AuditFailure, type AuditFailureCode } from './errors.ts'
export { kindsOfType } from './event-shape.ts'
export { type IngestReport, ingestFile } from './ingest-file.ts'
export { type Audit, type AuditOptions, openAudit } from './open-audit.ts'
export type { DestinationState } from './outbox-position.ts'
export { readFhirEvent } from './read-fhir-event.ts'
export {
  type AuditIntake,
  type AuditIntakeOptions,
  openAuditIntake,
  type Received,
  type ReceivedMessage,
} from './receive.ts'
