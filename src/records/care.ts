import { type CareChange, type CareKind, type CareRelation, type PatientStay, recordCare } from '../authority/index.ts'
import type { DepartmentId, PatientId, PersonId, Queryable } from '../kernel/index.ts'
import { patientOf } from './facts.ts'
import type { FhirResource } from './fhir.ts'
import { parseTimeSpan } from './fhir-date.ts'
import type { RecordRow } from './record-row.ts'
import { localReference } from './search-index.ts'

/**
 * What a record says about who treats whom: participants and places of an Encounter, the asked of a ServiceRequest,
 * the practitioners of an Appointment, the members of a CareTeam. Pure; times are milliseconds since the epoch.
 */
export interface CareStatement {
  readonly relations: readonly CareRelation[]
  readonly stays: readonly PatientStay[]
}

const nothing: CareStatement = { relations: [], stays: [] }
const statesCare = new Set(['Encounter', 'ServiceRequest', 'Appointment', 'CareTeam'])

/** @param at when the version was written: where a record says that something began or ended, but not when. */
export function careOf(resource: FhirResource, at: number): CareStatement {
  const patient = patientOf(resource)
  if (!patient || !statesCare.has(resource.resourceType)) return nothing
  const facts: Facts = { resource, patient, at, source: `${resource.resourceType}/${resource.id}` }
  switch (resource.resourceType) {
    case 'Encounter':
      return encounterCare(facts)
    case 'ServiceRequest':
      return requestCare(facts)
    case 'Appointment':
      return appointmentCare(facts)
    default:
      return teamCare(facts)
  }
}

/** Replaces what earlier versions said. @returns whether a right was taken away or cut short. */
export async function recordCareOf(
  tx: Queryable,
  resource: FhirResource | undefined,
  row: RecordRow,
): Promise<boolean> {
  if (!statesCare.has(row.type)) return false
  const said = resource ? careOf({ ...resource, id: row.id }, Date.parse(row.lastUpdated)) : nothing
  const change: CareChange = { ...said, retire: row.version === 1 ? [] : [`${row.type}/${row.id}`] }
  return (await recordCare(tx, change)).takesAway
}

interface Facts {
  readonly resource: FhirResource
  readonly patient: PatientId
  readonly at: number
  readonly source: string
}

interface Span {
  readonly from: number
  readonly until?: number
}

const notCare = new Set([
  'planned',
  'cancelled',
  'entered-in-error',
  'unknown',
  'revoked',
  'draft',
  'proposed',
  'noshow',
  'pending',
  'waitlist',
])
const ended = new Set(['finished', 'completed', 'inactive', 'fulfilled'])

function encounterCare({ resource, patient, at, source }: Facts): CareStatement {
  const status = String(resource.status)
  if (notCare.has(status)) return nothing
  const whole = closed(spanOf(resource.period, at), status, at)
  const isAmbulatory = codeOf(resource.class) === 'AMB'
  const relations = list(resource.participant).flatMap((participant) => {
    const person = idOf(participant.individual, 'Practitioner')
    const codes = list(participant.type).flatMap((type) => list(type.coding).map((coding) => String(coding.code)))
    // Who referred the patient here (REF) does not treat them here.
    if (!person || codes.includes('REF')) return []
    const kind: CareKind = codes.includes('ATND')
      ? 'attending'
      : codes.includes('CON')
        ? 'consult'
        : isAmbulatory
          ? 'clinic'
          : 'care-team'
    return [{ person: person as PersonId, patient, kind, source, ...within(participant.period, whole) }]
  })
  const provider = idOf(resource.serviceProvider, 'Organization')
  const wards = list(resource.location).flatMap((place) => {
    const isWard = list(asNode(place.physicalType).coding).some((coding) => coding.code === 'wa')
    const ward = isWard ? idOf(place.location, 'Location') : undefined
    return ward ? [stay(ward, within(place.period, whole), patient, source)] : []
  })
  return { relations, stays: [...(provider ? [stay(provider, whole, patient, source)] : []), ...wards] }
}

/** A consult (会诊) asks a person; an order is with the department that carries it out. */
function requestCare({ resource, patient, at, source }: Facts): CareStatement {
  const status = String(resource.status)
  if (notCare.has(status)) return nothing
  const stated = spanOf(resource.occurrencePeriod, at)
  const from = isNode(resource.occurrencePeriod) ? stated.from : (timeOf(resource.authoredOn) ?? at)
  const span = closed({ ...stated, from }, status, at)
  const kind: CareKind = isConsult(resource) ? 'consult' : 'order'
  const performers = list(resource.performer)
  return {
    relations: performers.flatMap((performer) => {
      const person = idOf(performer, 'Practitioner')
      return person ? [{ person: person as PersonId, patient, kind, source, ...span }] : []
    }),
    stays: performers.flatMap((performer) => {
      const department = idOf(performer, 'Organization')
      return department ? [stay(department, span, patient, source)] : []
    }),
  }
}

/** SNOMED CT 11429006 consultation, 103696004 patient referral to specialist; or the word. */
function isConsult(resource: FhirResource): boolean {
  const concepts = [...list(resource.category), asNode(resource.code)]
  return concepts.some((concept) => {
    if (/会诊|consult/i.test(String(concept.text ?? ''))) return true
    return list(concept.coding).some(
      (coding) =>
        ['11429006', '103696004', 'consult'].includes(String(coding.code)) || /会诊/.test(String(coding.display)),
    )
  })
}

/** The day of the appointment, in the hospital's zone. */
function appointmentCare({ resource, patient, at, source }: Facts): CareStatement {
  const start = timeOf(resource.start)
  if (notCare.has(String(resource.status)) || start === undefined) return nothing
  const day = parseTimeSpan(new Date(start + hospitalOffset).toISOString().slice(0, 10))!
  const span = closed({ from: day.low, until: day.high }, String(resource.status) === 'fulfilled' ? 'arrived' : '', at)
  return {
    relations: list(resource.participant).flatMap((participant) => {
      const person = participant.status === 'declined' ? undefined : idOf(participant.actor, 'Practitioner')
      return person ? [{ person: person as PersonId, patient, kind: 'clinic' as const, source, ...span }] : []
    }),
    stays: [],
  }
}
const hospitalOffset = 8 * 3_600_000

function teamCare({ resource, patient, at, source }: Facts): CareStatement {
  const status = String(resource.status ?? 'active')
  if (notCare.has(status)) return nothing
  const whole = closed(spanOf(resource.period, at), status, at)
  return {
    relations: list(resource.participant).flatMap((participant) => {
      const person = idOf(participant.member, 'Practitioner')
      if (!person) return []
      return [
        {
          person: person as PersonId,
          patient,
          kind: 'care-team' as const,
          source,
          ...within(participant.period, whole),
        },
      ]
    }),
    stays: [],
  }
}

function stay(department: string, span: Span, patient: PatientId, source: string): PatientStay {
  return { patient, department: department as DepartmentId, encounter: source, ...span }
}

function spanOf(period: unknown, at: number): Span {
  const { start, end } = asNode(period)
  const [from, until] = [timeOf(start) ?? at, endOf(end)]
  return { from, ...(until !== undefined && { until: Math.max(from, until) }) }
}

/** What is over has an end, also where none is written: when the record said so. */
function closed(span: Span, status: string, at: number): Span {
  return ended.has(status) && span.until === undefined ? { ...span, until: Math.max(at, span.from) } : span
}

/** A part's own period, never beyond the whole's end. */
function within(period: unknown, whole: Span): Span {
  const own = isNode(period) ? spanOf(period, whole.from) : whole
  const ends = [own.until, whole.until].filter((end) => end !== undefined)
  return { from: own.from, ...(ends.length > 0 && { until: Math.max(own.from, Math.min(...ends)) }) }
}

const timeOf = (text: unknown): number | undefined => (typeof text === 'string' ? parseTimeSpan(text)?.low : undefined)
/** A day as an end is meant to its last moment; an instant ends there. */
const endOf = (text: unknown): number | undefined => {
  const span = typeof text === 'string' ? parseTimeSpan(text) : undefined
  return span && (span.high - span.low >= 86_400_000 ? span.high : span.low)
}

interface Node {
  readonly [element: string]: unknown
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const asNode = (value: unknown): Node => (isNode(value) ? value : {})
const list = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : [])
const codeOf = (coding: unknown): unknown => asNode(coding).code

function idOf(reference: unknown, type: string): string | undefined {
  const text = asNode(reference).reference
  const local = typeof text === 'string' ? localReference(text) : undefined
  return local?.type === type ? local.id : undefined
}
