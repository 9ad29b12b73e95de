import { Failure } from '../kernel/index.ts'

export type AuditFailureCode =
  /** The file that AUDIT_SOURCES or AUDIT_DESTINATIONS names cannot be read. */
  | 'audit-configuration-unreadable'
  /** A listener for audit messages cannot listen on its port. */
  | 'audit-port-unavailable'
  /** A destination does not take what is sent to it: not reachable, not trusted, or gone in mid-stream. */
  | 'audit-destination-unavailable'

export class AuditFailure extends Failure<AuditFailureCode> {}
