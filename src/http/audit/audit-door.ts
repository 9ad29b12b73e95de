import { type AccessDesk, readTrace } from '../../access/index.ts'
import type { AuditContext, AuditIntake } from '../../audit/index.ts'
import type { Trace } from '../../ledger/index.ts'

/** What the AuditEvent part of the FHIR surface stands on. */
export interface AuditDoor {
  /** Entries are read by the same decision, and with the same trace, as every question to the ledger. */
  readonly ask: (use: Parameters<typeof readTrace>[0]) => ReturnType<typeof readTrace>
  readonly entryAt: Trace['entryAt']
  readonly intake: AuditIntake
  readonly context: Pick<AuditContext, 'origin' | 'publicUrl'>
}

export function openAuditDoor(
  desk: AccessDesk & { readonly trace: Trace },
  { intake, context }: Pick<AuditDoor, 'intake' | 'context'>,
): AuditDoor {
  return {
    intake,
    context,
    ask: (use) => readTrace(use, desk, desk.trace),
    entryAt: (sequence) => desk.trace.entryAt(sequence),
  }
}
