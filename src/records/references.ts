import type { InputIssue, Queryable } from '../kernel/index.ts'
import type { FhirResource } from './fhir.ts'
import { localReference } from './search-index.ts'

export interface FoundReference {
  /** FHIRPath-like place, e.g. `Observation.subject`. */
  readonly path: string
  readonly reference: string
}

const deepest = 64

/** Every `Reference.reference` in a resource, contained resources included. */
export function referencesOf(resource: FhirResource): readonly FoundReference[] {
  const found: FoundReference[] = []
  walk(resource, resource.resourceType, 0, found)
  return found
}

function walk(value: unknown, path: string, depth: number, found: FoundReference[]): void {
  if (typeof value !== 'object' || value === null || depth > deepest) return
  if (Array.isArray(value)) {
    value.forEach((each, at) => {
      walk(each, `${path}[${at}]`, depth + 1, found)
    })
    return
  }
  for (const [key, child] of Object.entries(value)) {
    if (key === 'reference' && typeof child === 'string') found.push({ path: `${path}.reference`, reference: child })
    else walk(child, `${path}.${key}`, depth + 1, found)
  }
}

/** A copy in which `rewrite` has answered for every reference and every URL that may name another entry of a Bundle. */
export function rewriteReferences(resource: FhirResource, rewrite: (reference: string) => string): FhirResource {
  return rewritten(resource, rewrite, 0) as FhirResource
}

function rewritten(value: unknown, rewrite: (reference: string) => string, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > deepest) return value
  if (Array.isArray(value)) return value.map((each) => rewritten(each, rewrite, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      typeof child === 'string' && (key === 'reference' || child.startsWith('urn:uuid:'))
        ? rewrite(child)
        : rewritten(child, rewrite, depth + 1),
    ]),
  )
}

/** References to records of this store that are not there or were deleted, each with its place. */
export async function danglingReferences(resource: FhirResource, tx: Queryable): Promise<readonly InputIssue[]> {
  const local = referencesOf(resource).flatMap((each) => {
    const target = localReference(each.reference)
    return target ? [{ ...each, ...target }] : []
  })
  if (local.length === 0) return []
  const keys = [...new Map(local.map((each) => [`${each.type}/${each.id}`, each])).values()]
  const rows = await tx.query<{ type: string; id: string }>(
    {
      name: 'records-references',
      text: `select r.type, r.id from unnest($1::text[], $2::text[]) k (type, id)
             join resource r on r.type = k.type and r.id = k.id where not r.deleted`,
    },
    [keys.map((each) => each.type), keys.map((each) => each.id)],
  )
  const there = new Set(rows.map((row) => `${row.type}/${row.id}`))
  const own = `${resource.resourceType}/${resource.id}`
  return local
    .filter((each) => !there.has(`${each.type}/${each.id}`) && `${each.type}/${each.id}` !== own)
    .map((each) => ({
      field: each.path,
      rule: 'reference-to-nowhere',
      zh: `引用的 ${each.type}/${each.id} 不存在`,
      en: `${each.type}/${each.id} does not exist`,
    }))
}
