import { randomUUID } from 'node:crypto'
import type { FoundRecords } from '../../access/index.ts'
import type { PatientId } from '../../kernel/index.ts'
import type { SearchQuery } from '../../records/index.ts'
import { type Language, type OperationOutcome, outcomeCodeSystem } from '../errors/index.ts'
import { type Answer, receiptHeader } from './answer.ts'
import { type BundleEntryText, type BundleText, writeBundle } from './bundle-text.ts'
import type { InteractionCall, Surroundings } from './interaction-call.ts'
import { type QueryPair, writeQueryText } from './query-text.ts'
import { answerClosed } from './reading.ts'
import { readSearch } from './search-text.ts'
import { subsetOf } from './subset.ts'

/** Type, system and compartment search: one page as a `searchset`, its links absolute. */
export async function search(
  what: { readonly types: readonly [string] | 'stated'; readonly compartment?: PatientId },
  call: InteractionCall,
  around: Surroundings,
): Promise<Answer> {
  const { query, used } = readSearch(what.types, call.query, call.preference.handling, what.compartment)
  return runSearch(query, { path: call.path.replace(/\/_search$/, ''), used }, around)
}

/** Runs a search that has been read, and writes its page. */
export async function runSearch(
  query: SearchQuery,
  address: { readonly path: string; readonly used: readonly QueryPair[] },
  around: Surroundings,
): Promise<Answer> {
  const { compartment } = query
  const found = await around.door.search({ ...around.use, query, ...(compartment && { compartment }) })
  if (found.outcome !== 'released') return answerClosed(found, around)
  return {
    status: 200,
    headers: receiptHeader(found.receipt),
    body: writeBundle(searchset(found, query, address, around)),
    receipt: found.receipt,
  }
}

function searchset(
  found: FoundRecords,
  query: SearchQuery,
  address: { readonly path: string; readonly used: readonly QueryPair[] },
  around: Surroundings,
): BundleText {
  const entries = found.rows.map(({ record, mode }) => ({
    fullUrl: `${around.base}/${record.type}/${record.id}`,
    resource: subsetOf(record.content, query),
    search: { mode },
  }))
  const withheld = found.rows.map(({ record }) => record.withheld)
  return {
    type: 'searchset',
    id: randomUUID(),
    timestamp: new Date(around.clock.now()).toISOString(),
    ...(found.total !== undefined && { total: found.total }),
    links: linksOf(around.base, address, found.nextCursor),
    entries:
      query.summary === 'count'
        ? []
        : [...entries, ...suppressed(withheld, around.language), ...incomplete(found, around.language)],
  }
}

/** `self` as understood; `next` with the mark of the next page. FHIR R4 http.html#paging. */
export function linksOf(
  base: string,
  address: { readonly path: string; readonly used: readonly QueryPair[] },
  nextCursor: string | undefined,
): BundleText['links'] {
  const at = `${base}/${address.path.replace(/^\//, '')}`.replace(/\/$/, '')
  const link = (pairs: readonly QueryPair[]) => (pairs.length === 0 ? at : `${at}?${writeQueryText(pairs)}`)
  const self = { relation: 'self' as const, url: link(address.used) }
  if (nextCursor === undefined) return [self]
  const others = address.used.filter(([name]) => name !== '_cursor')
  return [self, { relation: 'next' as const, url: link([...others, ['_cursor', nextCursor]]) }]
}

/** Says that not everything the matches refer to is on the page: nobody takes a part for the whole. */
function incomplete(found: FoundRecords, language: Language): readonly BundleEntryText[] {
  if (!found.includesAreIncomplete) return []
  const text =
    language === 'zh' ? '引用的记录过多，本页未全部包含。' : 'More records are referred to than one page includes.'
  const issue: OperationOutcome['issue'] = [
    {
      severity: 'warning',
      code: 'incomplete',
      details: { coding: [{ system: outcomeCodeSystem, code: 'includes' }], text },
    },
  ]
  return [{ resource: JSON.stringify({ resourceType: 'OperationOutcome', issue }), search: { mode: 'outcome' } }]
}

/** Says what was left out of the rows of a page: one issue for each row that is less than what is kept. */
export function suppressed(withheld: readonly (readonly string[])[], language: Language): readonly BundleEntryText[] {
  const issues = withheld.flatMap((names, index): OperationOutcome['issue'] => {
    if (names.length === 0) return []
    const text =
      language === 'zh' ? `部分内容未予提供：${names.join('、')}。` : `Parts are withheld: ${names.join(', ')}.`
    return [
      {
        severity: 'warning',
        code: 'suppressed',
        details: { coding: [{ system: outcomeCodeSystem, code: 'withheld' }], text },
        expression: [`Bundle.entry[${index}].resource`],
      },
    ]
  })
  if (issues.length === 0) return []
  const outcome: OperationOutcome = { resourceType: 'OperationOutcome', issue: issues }
  return [{ resource: JSON.stringify(outcome), search: { mode: 'outcome' } }]
}
