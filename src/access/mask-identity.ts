import { maskedName, maskedNumber } from '../directory/index.ts'
import type { FhirResource } from '../records/index.ts'

type Node = { readonly [key: string]: unknown }
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Masks who the patient is and leaves the rest: names as 张*三, numbers by their last four digits, addresses down to
 * the city. Applies to a Patient (and RelatedPerson) itself and, in every other resource, to what is written beside a
 * reference to one.
 */
export function maskIdentity(resource: FhirResource): FhirResource {
  const masked = maskReferences(resource) as FhirResource
  if (resource.resourceType !== 'Patient' && resource.resourceType !== 'RelatedPerson') return masked
  const { photo: _, text: __, contact: ___, ...kept } = masked
  return {
    ...kept,
    ...(Array.isArray(kept.name) && { name: kept.name.filter(isNode).map(maskHumanName) }),
    ...(Array.isArray(kept.identifier) && { identifier: kept.identifier.filter(isNode).map(maskValue) }),
    ...(Array.isArray(kept.telecom) && { telecom: kept.telecom.filter(isNode).map(maskValue) }),
    ...(Array.isArray(kept.address) && { address: kept.address.filter(isNode).map(coarseAddress) }),
  } as FhirResource
}

/** Everything in a resource that is written beside a reference to a patient or relative: `display`, `identifier`. */
export function maskReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskReferences)
  if (!isNode(value)) return value
  if (typeof value.reference === 'string' && /(^|\/)(Patient|RelatedPerson)\//.test(value.reference)) {
    const { identifier: _, ...kept } = value
    return { ...kept, ...(typeof value.display === 'string' && { display: maskedName(value.display) }) }
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, maskReferences(member)]))
}

function maskHumanName(name: Node): Node {
  const full = typeof name.text === 'string' ? name.text : fullName(name)
  return { ...(name.use !== undefined && { use: name.use }), text: maskedName(full) }
}

function fullName(name: Node): string {
  const given = Array.isArray(name.given) ? name.given.filter((part) => typeof part === 'string') : []
  const family = typeof name.family === 'string' ? name.family : ''
  return /[\u3400-\u9fff]/.test(family) ? family + given.join('') : [...given, family].join(' ').trim()
}

function maskValue(item: Node): Node {
  return { ...item, ...(typeof item.value === 'string' && { value: maskedNumber(item.value) }) }
}

function coarseAddress(address: Node): Node {
  const { use, state, city, country } = address
  return Object.fromEntries(Object.entries({ use, state, city, country }).filter(([, value]) => value !== undefined))
}
