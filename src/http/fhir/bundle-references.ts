import { fault } from './errors.ts'
import { isObject } from './incoming-resource.ts'
import type { JsonObject, JsonValue } from './json-text.ts'

/** Where the entries of a transaction end up: identity within the bundle → `Type/id` on this server. */
export type Destinations = ReadonlyMap<string, string>

/**
 * Rewrites the references between the entries of a transaction (FHIR R4 http.html#trules): by full URL, relative to
 * the full URL of the entry they stand in, in URI-typed elements, and in the links of a narrative.
 * @param conditions `Type?query` references already resolved → `Type/id`.
 * @throws {FhirFault} `bundle-invalid` for a `urn:` reference that no entry answers to.
 */
export function rewriteReferences(
  resource: JsonObject,
  inside: { readonly fullUrl?: string; readonly destinations: Destinations; readonly conditions: Destinations },
): JsonObject {
  const serverBase = /^(https?:\/\/.+)\/[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(inside.fullUrl ?? '')?.[1]

  const rewriteReference = (text: string): string => {
    const known =
      inside.destinations.get(withoutVersion(text)) ??
      inside.conditions.get(text) ??
      (serverBase !== undefined ? inside.destinations.get(`${serverBase}/${withoutVersion(text)}`) : undefined)
    if (known !== undefined) return known
    if (text.startsWith('urn:uuid:') || text.startsWith('urn:oid:')) {
      throw fault(
        'bundle-invalid',
        'reference-unresolved',
        '引用了 Bundle 中不存在的条目。',
        'A reference leads to no entry of the bundle.',
        text,
      )
    }
    return text
  }

  const rewrite = (value: JsonValue, name: string): JsonValue => {
    if (typeof value === 'string') {
      if (name === 'reference') return rewriteReference(value)
      if (name === 'div') return rewriteNarrative(value, inside.destinations)
      return value.startsWith('urn:') ? (inside.destinations.get(value) ?? value) : value
    }
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => rewrite(item, name))
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewrite(item, key)]))
  }

  return rewrite(resource, '') as JsonObject
}

/** Every conditional reference (`Patient?identifier=…`) in a resource. */
export function conditionalReferencesOf(resource: JsonValue): readonly string[] {
  if (Array.isArray(resource)) return (resource as readonly JsonValue[]).flatMap(conditionalReferencesOf)
  if (!isObject(resource)) return []
  return Object.entries(resource).flatMap(([name, value]) => {
    if (name === 'reference' && typeof value === 'string') return /^[A-Z][A-Za-z]+\?/.test(value) ? [value] : []
    return conditionalReferencesOf(value)
  })
}

function withoutVersion(reference: string): string {
  return reference.replace(/\/_history\/[^/]+$/, '')
}

function rewriteNarrative(div: string, destinations: Destinations): string {
  return div.replace(/\b(href|src)="(urn:[^"]+)"/g, (whole, attribute: string, urn: string) => {
    const known = destinations.get(urn)
    return known === undefined ? whole : `${attribute}="${known}"`
  })
}
