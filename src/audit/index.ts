export type { AuditAgent, AuditEntity, AuditEvent, Coding } from './audit-event.ts'
export { type AuditContext, auditEventOf } from './audit-event-of.ts'
