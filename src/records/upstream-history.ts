import type { RecordFacts } from '../authority/index.ts'
import { InvalidInput } from '../kernel/index.ts'
import type { FhirResource, StoredRecord } from './fhir.ts'
import type { HistoryPage, HistoryResult } from './record-store.ts'
import type { SearchQuery } from './search.ts'
import { openCursor, sealCursor } from './search-cursor.ts'
import type { UpstreamClient } from './upstream-client.ts'
import { UpstreamFailure } from './upstream-errors.ts'
import { recordOfResource, type UpstreamFacts } from './upstream-facts.ts'
import { nextPath } from './upstream-search.ts'

/**
 * `_history` of the upstream, page by page as it comes: every version is classified and decided for itself. A deletion
 * is told with the facts of the newest version known on the same page; alone, it is about nobody we know, and only who
 * may see records of unknown label is told.
 */
export async function historyUpstream(
  page: HistoryPage,
  admit: (facts: RecordFacts) => boolean,
  parts: { readonly client: UpstreamClient; readonly facts: UpstreamFacts; readonly cursorSecret: string },
): Promise<HistoryResult> {
  const { status, resource } = await parts.client.ask({ method: 'GET', path: pathOf(page, parts.cursorSecret) })
  if (status === 404 || status === 410) return { versions: [], facts: [], total: 0, withheld: 0 }
  if (status !== 200 || resource?.resourceType !== 'Bundle') {
    throw new UpstreamFailure('upstream-nonsense', 'the upstream answered a history with no bundle')
  }
  const versions: StoredRecord[] = []
  const facts: RecordFacts[] = []
  let withheld = 0
  for (const entry of await classified(resource, page, parts.facts)) {
    if (!admit(entry.facts)) {
      withheld += 1
      continue
    }
    versions.push(entry.record)
    facts.push(entry.facts)
  }
  const next = nextPath(resource, parts.client.url)
  const total = typeof resource.total === 'number' ? resource.total : versions.length + withheld
  return {
    versions,
    facts,
    total,
    withheld,
    ...(next !== undefined && { nextCursor: sealCursor([next], boundTo(page), parts.cursorSecret) }),
  }
}

function pathOf(page: HistoryPage, secret: string): string {
  if (page.cursor !== undefined) {
    const [path] = openCursor(page.cursor, boundTo(page), secret)
    if (path === undefined) throw new InvalidInput([])
    return path
  }
  const pairs = new URLSearchParams({ _count: String(page.count), ...(page.since && { _since: page.since }) })
  const record = page.id === undefined ? '' : `/${encodeURIComponent(page.id)}`
  return `${page.type}${record}/_history?${pairs}`
}

/** A cursor serves only the history it was made for. */
function boundTo(page: HistoryPage): SearchQuery {
  const parameters = [{ name: '_history', values: [page.id ?? '', page.since ?? ''] }]
  return { types: [page.type], parameters, sort: [], count: 0, includes: [], total: 'none', summary: 'false' }
}

interface ClassifiedVersion {
  readonly record: StoredRecord
  readonly facts: RecordFacts
}

async function classified(
  bundle: FhirResource,
  page: HistoryPage,
  known: UpstreamFacts,
): Promise<readonly ClassifiedVersion[]> {
  const entries = (Array.isArray(bundle.entry) ? bundle.entry : []) as readonly HistoryEntry[]
  const newest = new Map<string, RecordFacts>()
  const results: (ClassifiedVersion | HistoryEntry)[] = []
  for (const entry of entries) {
    const { resource } = entry
    if (resource === undefined) {
      results.push(entry)
      continue
    }
    const isAskedFor = resource.resourceType === page.type && (page.id === undefined || resource.id === page.id)
    if (!isAskedFor) continue
    const facts = await known.of(resource)
    if (!newest.has(facts.id)) newest.set(facts.id, facts)
    results.push({ record: recordOfResource(resource), facts })
  }
  return results.flatMap((one) => ('record' in one ? [one] : deletion(one, page, newest)))
}

interface HistoryEntry {
  readonly resource?: FhirResource
  readonly request?: { readonly method?: string; readonly url?: string }
  readonly response?: { readonly etag?: string; readonly lastModified?: string }
}

function deletion(
  entry: HistoryEntry,
  page: HistoryPage,
  newest: ReadonlyMap<string, RecordFacts>,
): readonly ClassifiedVersion[] {
  const id = /^(?:.*\/)?([A-Za-z0-9\-.]{1,64})$/.exec(entry.request?.url?.replace(/\/_history\/.*$/, '') ?? '')?.[1]
  if (entry.request?.method !== 'DELETE' || id === undefined || (page.id !== undefined && id !== page.id)) return []
  const known = newest.get(id)
  const stated = /(\d{1,9})"?$/.exec(entry.response?.etag ?? '')?.[1]
  const version = stated === undefined ? (known?.version ?? 0) + 1 : Number(stated)
  const facts: RecordFacts = known
    ? { ...known, version }
    : { type: page.type, id, version, label: { category: 'other', sensitivity: 3, kinds: [] } }
  const lastUpdated = new Date(entry.response?.lastModified ?? 0).toISOString()
  const record = { type: page.type, id, version, lastUpdated, content: '', deleted: true, hasLabelledParts: false }
  return [{ record, facts }]
}
