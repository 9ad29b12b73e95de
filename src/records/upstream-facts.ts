import { classify, type RecordFacts } from '../authority/index.ts'
import type { AuthorityEpoch, Clock, DepartmentId, PatientId } from '../kernel/index.ts'
import { belongingOf } from './facts.ts'
import type { FhirResource, StoredRecord } from './fhir.ts'
import type { UpstreamClient } from './upstream-client.ts'
import { UpstreamFailure } from './upstream-errors.ts'

/** What is kept about upstream records between uses: facts for decisions, never content. */
export interface UpstreamFacts {
  /** Facts of a resource at hand, its department taken from its encounter where it names none itself. */
  of(resource: FhirResource): Promise<RecordFacts>
  /** Facts kept from an earlier reading of the current version, while they may still be believed. */
  kept(type: string, id: string): RecordFacts | undefined
  keep(facts: RecordFacts): void
  forget(type: string, id: string): void
}

interface Place {
  readonly department: DepartmentId | undefined
  readonly departmentName: string | undefined
}

interface Kept<Value> {
  readonly value: Value
  readonly epoch: AuthorityEpoch
  readonly until: number
}

/**
 * An upstream has no labels, so a record is fetched to be classified, and its content is dropped. Facts are kept under
 * the epoch of authority and for a few seconds only: the upstream may change a record behind our back. What was decided
 * on old facts is caught at the reading, which is of exactly the version that was decided on.
 */
export function openUpstreamFacts(parts: {
  readonly client: UpstreamClient
  readonly currentEpoch: () => AuthorityEpoch
  readonly clock: Clock
  readonly capacity: number
  readonly keepMs: number
}): UpstreamFacts {
  const { client, currentEpoch, clock, capacity, keepMs } = parts
  const facts = new Map<string, Kept<RecordFacts>>()
  const places = new Map<string, Kept<Place>>()

  const good = <Value>(kept: Kept<Value> | undefined): Value | undefined =>
    kept && kept.epoch === currentEpoch() && kept.until > clock.now() ? kept.value : undefined
  const put = <Value>(into: Map<string, Kept<Value>>, key: string, value: Value): void => {
    into.delete(key)
    into.set(key, { value, epoch: currentEpoch(), until: clock.now() + keepMs })
    // A Map keeps the order of insertion: the first is the oldest.
    if (into.size > capacity) into.delete(into.keys().next().value!)
  }

  const placeOfEncounter = async (id: string): Promise<Place> => {
    const kept = good(places.get(id))
    if (kept) return kept
    const { status, resource } = await client.ask({ method: 'GET', path: `Encounter/${encodeURIComponent(id)}` })
    const place =
      status === 200 && resource?.resourceType === 'Encounter'
        ? placeOf(resource)
        : { department: undefined, departmentName: undefined }
    put(places, id, place)
    return place
  }

  return {
    async of(resource) {
      const { patient, encounter, department, author } = belongingOf(resource)
      const isEncounter = resource.resourceType === 'Encounter'
      const place =
        encounter === undefined || isEncounter
          ? { department: department as DepartmentId | undefined, departmentName: undefined }
          : await placeOfEncounter(encounter)
      const { departmentName } = place
      const { label } = classify(resource, departmentName === undefined ? undefined : { departmentName })
      return {
        type: resource.resourceType,
        id: idOf(resource),
        version: versionOf(resource),
        ...(patient && { patient: patient as PatientId }),
        ...(place.department !== undefined && { department: place.department }),
        ...(author && { author }),
        label,
      }
    },
    kept: (type, id) => good(facts.get(`${type}/${id}`)),
    keep: (known) => put(facts, `${known.type}/${known.id}`, known),
    forget: (type, id) => {
      facts.delete(`${type}/${id}`)
      if (type === 'Encounter') places.delete(id)
    },
  }
}

function placeOf(encounter: FhirResource): Place {
  const { department } = belongingOf(encounter)
  const display = (encounter.serviceProvider as { display?: unknown } | undefined)?.display
  return {
    department: department as DepartmentId | undefined,
    departmentName: typeof display === 'string' ? display : undefined,
  }
}

/** Upstream text as a stored record; identity and version must be there, or it cannot be governed. */
export function recordOfResource(resource: FhirResource): StoredRecord {
  const { resourceType, id, meta, ...content } = resource
  const version = versionOf(resource)
  const lastUpdated = new Date(meta?.lastUpdated ?? 0).toISOString()
  const kept = { resourceType, id, meta: { ...meta, versionId: String(version), lastUpdated }, ...content }
  return {
    type: resourceType,
    id: idOf(resource),
    version,
    lastUpdated,
    content: JSON.stringify(kept),
    deleted: false,
    hasLabelledParts: classify(resource).parts.length > 0,
  }
}

function idOf(resource: FhirResource): string {
  if (typeof resource.id === 'string' && /^[A-Za-z0-9\-.]{1,64}$/.test(resource.id)) return resource.id
  throw new UpstreamFailure('upstream-nonsense', 'a resource of the upstream has no id')
}

/**
 * Versions are whole numbers here. An upstream whose version ids are something else (a UUID) is given the milliseconds
 * of `lastUpdated` instead: equal exactly when the version is the same.
 */
export function versionOf(resource: FhirResource): number {
  const stated = resource.meta?.versionId
  if (typeof stated === 'string' && /^[1-9]\d{0,8}$/.test(stated)) return Number(stated)
  const at = Date.parse(resource.meta?.lastUpdated ?? '')
  if (Number.isFinite(at) && at > 0) return at
  throw new UpstreamFailure('upstream-nonsense', 'a resource of the upstream has neither version nor time')
}
