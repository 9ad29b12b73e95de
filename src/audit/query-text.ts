import { z } from 'zod'
import type { Entry } from '../ledger/index.ts'

const termSchema = z.object({
  name: z.string(),
  modifier: z.string().optional(),
  values: z.array(z.string()),
})
type Term = z.infer<typeof termSchema>

/**
 * The question a search asked, as it stands in the ledger: a FHIR search as its address, anything else as its terms in
 * JSON. Undefined where the entry holds no terms.
 */
export function queryTextOf({ detail }: Pick<Entry, 'detail'>): string | undefined {
  if (detail === undefined) return undefined
  const { terms, types } = detail
  if (terms === undefined && types === undefined) return undefined
  const names = Array.isArray(types) ? types.map(String) : []
  const parameters = z.array(termSchema).safeParse(terms)
  if (!parameters.success || !plain(terms)) return JSON.stringify({ types, terms })
  const path = names.length === 1 ? names[0]! : ''
  const stated = names.length > 1 ? [`_type=${names.join(',')}`] : []
  const pairs = [...stated, ...parameters.data.map(pairOf)]
  return `GET /fhir/${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`
}

/** Chains and `_has` have no short form here: their terms are told as they are recorded. */
function plain(terms: unknown): boolean {
  return Array.isArray(terms) && terms.every((term) => !('chain' in (term as object)) && !('has' in (term as object)))
}

function pairOf({ name, modifier, values }: Term): string {
  const stated = modifier === undefined ? name : `${name}:${modifier}`
  return `${encodeURIComponent(stated).replaceAll('%3A', ':')}=${values.map(encodeURIComponent).join(',')}`
}
