import type { AuditEvent } from './audit-event.ts'
import type { AuditPattern } from './audit-pattern.ts'

const base = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.'

const names: Partial<Readonly<Record<AuditPattern, string>>> = {
  read: 'Read',
  query: 'Query',
  create: 'Create',
  update: 'Update',
  delete: 'Delete',
}

/**
 * The profile of IHE BALP 1.1.4 that an event keeps: none is claimed where something the profile demands is not known
 * (a client without an address, a search without its terms) or where nothing came of it (outcome other than 0).
 */
export function balpProfileOf(
  pattern: AuditPattern,
  event: Pick<AuditEvent, 'entity' | 'outcome'>,
  clientIsKnown: boolean,
): string | undefined {
  if (event.outcome !== '0' || !clientIsKnown) return undefined
  const patientIsKnown = event.entity.some((entity) => entity.role?.code === '1')
  if (pattern === 'disclosure') {
    // PrivacyDisclosure asks for the patient and for what was disclosed.
    return patientIsKnown ? `${base}PrivacyDisclosure.Source` : undefined
  }
  const name = names[pattern]
  const subjectIsKnown = event.entity.some((entity) => entity.type.code === '2')
  if (name === undefined || !subjectIsKnown) return undefined
  return `${base}${patientIsKnown ? 'Patient' : ''}${name}`
}
