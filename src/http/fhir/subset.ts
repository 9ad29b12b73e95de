import { InvalidInput } from '../../kernel/index.ts'
import { type SearchQuery, summaryElementsOf } from '../../records/index.ts'
import type { QueryPair } from './query-text.ts'
import { single } from './search-text.ts'

/** Which part of a resource is wanted (FHIR R4 search.html#summary, #elements). */
export type Subset = Pick<SearchQuery, 'summary' | 'elements'>

const wholes = ['true', 'text', 'data', 'count', 'false'] as const

/** `_summary` and `_elements` of a read; a search has them read with the rest. */
export function readSubset(pairs: readonly QueryPair[]): Subset {
  const stated = single(pairs, '_summary')
  const summary = wholes.find((whole) => whole === (stated ?? 'false'))
  const elements = single(pairs, '_elements')?.split(',')
  if (summary === undefined || summary === 'count') throw refused('_summary')
  if (elements?.some((name) => !/^([A-Z][A-Za-z]+\.)?[a-z][A-Za-z]*$/.test(name))) throw refused('_elements')
  return { summary, ...(elements && { elements }) }
}

function refused(field: string): InvalidInput {
  return new InvalidInput([{ field, rule: 'value-choice', zh: '取值不合规。', en: 'The value is not allowed.' }])
}

/** Marks of the use and of what was left out: they stay, whatever is asked for. */
const always = ['resourceType', 'id', 'meta']

/**
 * The wanted part of a released resource, marked SUBSETTED. What leaves is then less than what the ledger's digest
 * stands for, never more.
 * @param content JSON text of one resource.
 */
export function subsetOf(content: string, wanted: Subset): string {
  const { summary, elements } = wanted
  if (!elements && (summary === 'false' || summary === 'count')) return content
  const resource = JSON.parse(content) as Resource
  const kept = elements
    ? pick(resource, [...elements.map((name) => bare(name, resource.resourceType)), ...mandatory(resource)])
    : summarised(resource, summary)
  return JSON.stringify(marked(kept))
}

type Resource = { readonly resourceType: string; readonly [element: string]: unknown }

function summarised(resource: Resource, summary: Subset['summary']): Resource {
  if (summary === 'text') return pick(resource, ['text', ...mandatory(resource)])
  if (summary === 'data') {
    const { text: _narrative, ...data } = resource
    return data
  }
  return pick(resource, [...summaryElementsOf(resource.resourceType).summary])
}

/** `Patient.name` and `name` are the same for a Patient, and nothing for another type. */
function bare(name: string, type: string): string {
  return name.startsWith(`${type}.`) ? name.slice(type.length + 1) : name
}

function mandatory(resource: Resource): readonly string[] {
  return [...summaryElementsOf(resource.resourceType).mandatory]
}

/** Elements by name, choice types (`value` keeps `valueQuantity`) and primitive extensions (`_birthDate`) with them. */
function pick(resource: Resource, paths: readonly string[]): Resource {
  const whole = new Set([...always, ...paths.filter((path) => !path.includes('.'))])
  const below = new Map<string, Set<string>>()
  for (const path of paths) {
    const [first = '', second] = path.split('.')
    if (second !== undefined) below.set(first, (below.get(first) ?? new Set()).add(second))
  }
  const entries = Object.entries(resource).flatMap(([name, value]) => {
    const element = name.replace(/^_/, '')
    const listed = whole.has(element) || [...whole].some((wanted) => isChoice(element, wanted))
    if (!listed) return []
    const inner = below.get(element)
    return [[name, inner ? pickBelow(value, inner) : value]]
  })
  return { ...Object.fromEntries(entries), resourceType: resource.resourceType }
}

function pickBelow(value: unknown, wanted: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => pickBelow(item, wanted))
  if (typeof value !== 'object' || value === null) return value
  const keeps = (name: string) => name === 'id' || wanted.has(name) || [...wanted].some((one) => isChoice(name, one))
  return Object.fromEntries(Object.entries(value).filter(([name]) => keeps(name.replace(/^_/, ''))))
}

/** R4 data types that a choice element may end in; `value` must not keep an element that only begins alike. */
const choice =
  /^(Base64Binary|Boolean|Canonical|Code|Date|DateTime|Decimal|Id|Instant|Integer|Markdown|Oid|PositiveInt|String|Time|UnsignedInt|Uri|Url|Uuid|Address|Age|Annotation|Attachment|CodeableConcept|Coding|ContactPoint|Count|Distance|Duration|HumanName|Identifier|Money|Period|Quantity|Range|Ratio|Reference|SampledData|Signature|Timing|ContactDetail|Contributor|DataRequirement|Expression|ParameterDefinition|RelatedArtifact|TriggerDefinition|UsageContext|Dosage|Meta)$/

function isChoice(name: string, wanted: string): boolean {
  return name.length > wanted.length && name.startsWith(wanted) && choice.test(name.slice(wanted.length))
}

const subsetted = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }

function marked(resource: Resource): Resource {
  const meta = (resource.meta ?? {}) as { readonly tag?: readonly unknown[] }
  return { ...resource, meta: { ...meta, tag: [...(meta.tag ?? []), subsetted] } }
}
