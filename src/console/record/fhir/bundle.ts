import { isJson, type Json, listAt, numberAt, objectAt, textAt } from './element.ts'
import { suppressedTexts } from './withheld.ts'

/** A page of a search or of a history. */
export interface BundlePage {
  readonly resources: readonly Json[]
  readonly included: readonly Json[]
  readonly total: number | undefined
  /** Address of the next page, as the server gave it. */
  readonly next: string | undefined
  /** Present when the server says that something was withheld from this answer; its words, perhaps none. */
  readonly withheld: readonly string[] | undefined
}

export function readBundle(bundle: unknown): BundlePage {
  const resources: Json[] = []
  const included: Json[] = []
  let withheld: string[] | undefined
  for (const entry of listAt(bundle, 'entry')) {
    const resource = objectAt(entry, 'resource')
    if (!resource) continue
    if (resource.resourceType === 'OperationOutcome') {
      const texts = suppressedTexts(resource)
      if (texts.length > 0) withheld = [...(withheld ?? []), ...texts.filter((text) => text !== '')]
    } else if (textAt(entry, 'search', 'mode') === 'include') included.push(resource)
    else resources.push(resource)
  }
  const next = listAt(bundle, 'link').find((link) => textAt(link, 'relation') === 'next')
  return { resources, included, total: numberAt(bundle, 'total'), next: textAt(next, 'url'), withheld }
}

export function resourceType(resource: unknown): string | undefined {
  return isJson(resource) ? textAt(resource, 'resourceType') : undefined
}
