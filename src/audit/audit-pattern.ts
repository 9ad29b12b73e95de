import type { AuditAction, Coding } from './audit-event.ts'

/**
 * Which of IHE BALP's patterns an event follows; it says which agent plays which part. `security` and `application`
 * are DICOM's security alert and application activity, for which BALP has no profile.
 */
export type AuditPattern =
  | 'read'
  | 'query'
  | 'create'
  | 'update'
  | 'delete'
  | 'authorization'
  | 'disclosure'
  | 'import'
  | 'log-use'
  | 'authentication'
  | 'security'
  | 'application'
  | 'foreign'

/** What kind of event an entry is, in the words of DICOM PS3.15 A.5 and FHIR R4. */
export interface EventShape {
  readonly pattern: AuditPattern
  readonly type: Coding
  readonly subtypes: readonly Coding[]
  readonly action: AuditAction
}
