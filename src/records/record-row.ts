import { classify } from '../authority/index.ts'
import { belongingOf, happenedAt } from './facts.ts'
import type { FhirResource } from './fhir.ts'
import { timestampText } from './fhir-date.ts'
import { indexResource, type SearchIndex } from './search-index.ts'

/** A version of a record ready to be kept: what goes into `resource`, `resource_version` and the search tables. */
export interface RecordRow {
  readonly type: string
  readonly id: string
  readonly version: number
  /** RFC 3339. */
  readonly lastUpdated: string
  readonly patient: string | undefined
  readonly encounter: string | undefined
  readonly department: string | undefined
  readonly author: string | undefined
  readonly category: string
  readonly sensitivity: number
  readonly kinds: readonly string[]
  readonly hasParts: boolean
  readonly deleted: boolean
  readonly sortDate: string
  readonly index: SearchIndex
  readonly content: string
}

export interface RowCircumstances {
  readonly id: string
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Who wrote it; absent, the author it names. */
  readonly author?: string
  /** Of the encounter it belongs to. */
  readonly department?: string
  readonly departmentName?: string
}

export function rowOf(resource: FhirResource, circumstances: RowCircumstances): RecordRow {
  const { id, version, at } = circumstances
  const lastUpdated = new Date(at).toISOString()
  const kept = withServerMeta(resource, id, version, lastUpdated)
  const belonging = belongingOf(kept)
  const { departmentName } = circumstances
  const classification = classify(kept, departmentName === undefined ? undefined : { departmentName })
  const index = indexResource(withoutListedParts(kept, classification.parts))
  const { label } = classification
  return {
    type: kept.resourceType,
    id,
    version,
    lastUpdated,
    patient: belonging.patient,
    encounter: belonging.encounter,
    department: belonging.department ?? circumstances.department,
    author: circumstances.author ?? belonging.author,
    category: label.category,
    sensitivity: label.sensitivity,
    kinds: label.kinds,
    hasParts: classification.parts.length > 0,
    deleted: false,
    sortDate: sortDateOf(index, at),
    index,
    content: JSON.stringify(kept),
  }
}

/** `id`, `meta.versionId` and `meta.lastUpdated` are the server's; what a client sends there is replaced. */
export function withServerMeta(resource: FhirResource, id: string, version: number, lastUpdated: string): FhirResource {
  const { resourceType, id: _, meta, ...content } = resource
  return { resourceType, id, meta: { ...meta, versionId: String(version), lastUpdated }, ...content }
}

/**
 * Sections and components with a label of their own are not indexed: someone who may see the record but not that part
 * must not learn of it by searching for it. Elements of a Patient (identifiers, addresses) are what one is found by.
 */
function withoutListedParts(resource: FhirResource, parts: readonly { readonly path: string }[]): FhirResource {
  const listed = parts.filter((part) => /\/\d+$/.test(part.path))
  if (listed.length === 0) return resource
  const copy = structuredClone(resource)
  for (const { path } of listed) {
    const steps = path.split('/').slice(1)
    const last = steps.pop()!
    let holder: unknown = copy
    for (const step of steps) holder = (holder as Record<string, unknown> | null)?.[step]
    // What is null in a list is passed over when values are taken out.
    if (Array.isArray(holder)) holder[Number(last)] = null
  }
  return copy
}

function sortDateOf(index: SearchIndex, at: number): string {
  const text = timestampText(happenedAt(index) ?? at)
  return text.includes('infinity') ? new Date(at).toISOString() : text
}

const emptyIndex: SearchIndex = { tokens: [], present: [], strings: [], dates: [], quantities: [] }

/** The version that says a record was deleted: it keeps the label and the patient, and no content. */
export function deletedRow(
  before: Omit<RecordRow, 'index' | 'content'>,
  version: number,
  at: number,
  author: string,
): RecordRow {
  return {
    ...before,
    version,
    lastUpdated: new Date(at).toISOString(),
    author,
    hasParts: false,
    deleted: true,
    index: emptyIndex,
    content: '',
  }
}
