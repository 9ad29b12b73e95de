import type { AuditReference } from './audit-event.ts'

const fhirId = /^[A-Za-z0-9\-.]{1,64}$/
const fhirType = /^[A-Z][A-Za-z]{1,63}$/

/** A reference where type and id make a FHIR address; otherwise the id as an identifier of its system. */
export function whoOf(type: string, system: string, id: string): AuditReference {
  return fhirId.test(id)
    ? { reference: `${type}/${id}`, identifier: { system, value: id } }
    : { identifier: { system, value: id } }
}

export function whatOf(record: {
  readonly type: string
  readonly id: string
  readonly version?: number
}): AuditReference {
  const { type, id, version } = record
  if (!fhirType.test(type) || !fhirId.test(id)) return { identifier: { value: `${type}/${id}` } }
  return { reference: version === undefined ? `${type}/${id}` : `${type}/${id}/_history/${version}` }
}
