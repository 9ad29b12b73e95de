import type { RecordFacts } from '../authority/index.ts'
import type { FhirResource } from './fhir.ts'
import type { SearchOutcome, SearchPlan, SearchRow } from './search.ts'
import { openCursor, sealCursor } from './search-cursor.ts'
import type { UpstreamClient } from './upstream-client.ts'
import { UpstreamFailure } from './upstream-errors.ts'
import { recordOfResource, type UpstreamFacts } from './upstream-facts.ts'
import { refuseChains, upstreamSearch } from './upstream-query.ts'

/** Pages of the upstream read for one page of ours; a page may then be short, and its `next` goes on from there. */
const pagesForOne = 40

/** Where the next page begins: which type, which page of the upstream, and how many of its matches were given out. */
interface Mark {
  readonly type: number
  readonly path: string | undefined
  readonly taken: number
}

interface UpstreamPage {
  /** `hidden` holds the place of a match that its reader may not see, so that places within a page can be counted. */
  readonly rows: readonly (SearchRow | 'hidden')[]
  /** Matches on this page before any were left out. */
  readonly matches: number
  readonly total: number | undefined
  readonly next: string | undefined
}

/**
 * A search over the upstream: its parameters are passed on, each row it gives is classified and decided by `verify`,
 * and pages are filled up from further pages, so that a page is complete for its reader. The total is told only where
 * it is true for the reader: everything was read within this page, or the reader may see all.
 */
export async function searchUpstream(
  plan: SearchPlan,
  verify: (facts: RecordFacts) => boolean,
  parts: { readonly client: UpstreamClient; readonly facts: UpstreamFacts; readonly cursorSecret: string },
): Promise<SearchOutcome> {
  const { query } = plan
  if (plan.filter.kind === 'never') return { rows: [], refusedRows: 0, ...(query.total === 'accurate' && { total: 0 }) }
  refuseChains(query)

  const onlyCount = query.summary === 'count' || query.count === 0
  const wanted = onlyCount ? Number.POSITIVE_INFINITY : query.count
  const rows = new Map<string, SearchRow>()
  let mark: Mark | undefined = openMark(plan, parts.cursorSecret)
  let seen = 0
  let stated: number | undefined
  for (let read = 0; mark && seen < wanted && read < pagesForOne; read += 1) {
    const page: UpstreamPage = await readPage(mark, plan, verify, parts)
    stated = page.total
    const { taken, visible } = take(page, mark, wanted - seen)
    for (const row of visible) rows.set(`${row.record.type}/${row.record.id}`, row)
    seen += visible.filter((row) => row.mode === 'match').length
    mark = following(mark, page, taken, query.types.length)
  }

  const total = query.total === 'accurate' ? totalOf(plan, mark, seen, stated) : undefined
  return {
    rows: onlyCount ? [] : [...rows.values()],
    ...(total !== undefined && { total }),
    ...(mark && !onlyCount && { nextCursor: sealMark(mark, plan, parts.cursorSecret) }),
    refusedRows: 0,
  }
}

async function readPage(
  mark: Mark,
  plan: SearchPlan,
  verify: (facts: RecordFacts) => boolean,
  { client, facts }: { readonly client: UpstreamClient; readonly facts: UpstreamFacts },
): Promise<UpstreamPage> {
  const type = plan.query.types[mark.type]!
  const path = mark.path ?? upstreamSearch(plan.query, type, Math.max(plan.query.count, 20))
  if (path === undefined) return { rows: [], matches: 0, total: 0, next: undefined }
  const { status, resource } = await client.ask({ method: 'GET', path })
  if (status !== 200 || resource?.resourceType !== 'Bundle') {
    throw new UpstreamFailure('upstream-nonsense', 'the upstream answered a search with no bundle')
  }
  const rows: (SearchRow | 'hidden')[] = []
  let matches = 0
  for (const { found, mode } of entriesOf(resource)) {
    // What a person asked for is one type; the upstream may not answer with another.
    if (mode === 'match' && found.resourceType !== type) continue
    if (mode === 'match') matches += 1
    const rowFacts = await facts.of(found)
    const isOutside = plan.query.compartment !== undefined && rowFacts.patient !== plan.query.compartment
    if ((mode === 'match' && isOutside) || !verify(rowFacts)) {
      if (mode === 'match') rows.push('hidden')
      continue
    }
    rows.push({ record: recordOfResource(found), facts: rowFacts, mode })
  }
  return { rows, matches, total: totalStated(resource), next: nextPath(resource, client.url) }
}

function take(page: UpstreamPage, mark: Mark, room: number): { readonly taken: number; readonly visible: SearchRow[] } {
  const visible: SearchRow[] = []
  let place = 0
  let taken = mark.taken
  for (const row of page.rows) {
    if (row !== 'hidden' && row.mode === 'include') continue
    place += 1
    if (place <= mark.taken) continue
    if (visible.length >= room) break
    taken = place
    if (row !== 'hidden') visible.push(row)
  }
  const included = page.rows.filter((row) => row !== 'hidden').filter((row) => row.mode === 'include')
  return { taken, visible: [...visible, ...included] }
}

function following(mark: Mark, page: UpstreamPage, taken: number, types: number): Mark | undefined {
  if (taken < page.matches) return { ...mark, taken }
  if (page.next !== undefined) return { type: mark.type, path: page.next, taken: 0 }
  return mark.type + 1 < types ? { type: mark.type + 1, path: undefined, taken: 0 } : undefined
}

function totalOf(plan: SearchPlan, mark: Mark | undefined, seen: number, stated: number | undefined) {
  if (mark === undefined && plan.query.cursor === undefined) return seen
  const isOneType = plan.query.types.length === 1 && plan.query.compartment === undefined
  return plan.filter.kind === 'always' && isOneType ? stated : undefined
}

function openMark(plan: SearchPlan, secret: string): Mark {
  const { cursor } = plan.query
  if (cursor === undefined) return { type: 0, path: undefined, taken: 0 }
  const [type = '0', taken = '0', path = ''] = openCursor(cursor, plan.query, secret)
  return { type: Number(type), taken: Number(taken), path: path === '' ? undefined : path }
}

function sealMark(mark: Mark, plan: SearchPlan, secret: string): string {
  return sealCursor([String(mark.type), String(mark.taken), mark.path ?? ''], plan.query, secret)
}

interface Entry {
  readonly found: FhirResource
  readonly mode: 'match' | 'include'
}

function entriesOf(bundle: FhirResource): readonly Entry[] {
  const entries = Array.isArray(bundle.entry) ? (bundle.entry as readonly unknown[]) : []
  return entries.flatMap((entry) => {
    const { resource, search } = (entry ?? {}) as { resource?: FhirResource; search?: { mode?: string } }
    if (typeof resource?.resourceType !== 'string' || search?.mode === 'outcome') return []
    if (resource.resourceType === 'OperationOutcome' && search?.mode !== 'match') return []
    return [{ found: resource, mode: search?.mode === 'include' ? ('include' as const) : ('match' as const) }]
  })
}

function totalStated(bundle: FhirResource): number | undefined {
  return typeof bundle.total === 'number' ? bundle.total : undefined
}

/** The `next` link, if it leads to the same server; its path below the base. */
export function nextPath(bundle: FhirResource, base: string): string | undefined {
  const links = Array.isArray(bundle.link) ? (bundle.link as readonly { relation?: string; url?: string }[]) : []
  const url = links.find((link) => link.relation === 'next')?.url
  if (typeof url !== 'string') return undefined
  const target = new URL(url, `${base}/`)
  const root = new URL(`${base}/`)
  const prefix = root.pathname.replace(/\/$/, '')
  if (target.origin !== root.origin || !target.pathname.startsWith(prefix)) {
    throw new UpstreamFailure('upstream-nonsense', 'a next link of the upstream leads to another server')
  }
  return `${target.pathname.slice(prefix.length).replace(/^\//, '')}${target.search}`
}
