import { randomUUID } from 'node:crypto'
import type { HistoryVersion } from '../../access/index.ts'
import { InvalidInput } from '../../kernel/index.ts'
import { type Answer, etagOf, receiptHeader } from './answer.ts'
import { type BundleEntryText, writeBundle } from './bundle-text.ts'
import type { InteractionCall, Surroundings } from './interaction-call.ts'
import { answerClosed } from './reading.ts'
import { refuseUnknown, single } from './search-text.ts'
import { linksOf, suppressed } from './searching.ts'

const known = ['_count', '_since', '_cursor']
const defaultCount = 50
const largestCount = 1000

/** Instance and type `_history`, newest first; every version is decided for itself by `access/`. */
export async function readHistory(
  what: { readonly type: string; readonly id?: string },
  call: InteractionCall,
  around: Surroundings,
): Promise<Answer> {
  refuseUnknown(call.query, known, call.preference)
  const since = single(call.query, '_since')
  const cursor = single(call.query, '_cursor')
  const read = await around.door.history({
    ...around.use,
    type: what.type,
    ...(what.id !== undefined && { id: what.id }),
    count: countOf(single(call.query, '_count')),
    ...(cursor !== undefined && { cursor }),
    ...(since !== undefined && { since: instantOf(since) }),
  })
  if (read.outcome !== 'released') return answerClosed(read, around)

  const used = call.query.filter(([name]) => known.includes(name))
  const withheld = read.versions.map((version) => (version.deleted ? [] : version.withheld))
  return {
    status: 200,
    headers: receiptHeader(read.receipt),
    body: writeBundle({
      type: 'history',
      id: randomUUID(),
      timestamp: new Date(around.clock.now()).toISOString(),
      total: read.total,
      links: linksOf(around.base, { path: call.path, used }, read.nextCursor),
      entries: [
        ...read.versions.map((version) => historyEntry(version, around.base)),
        ...suppressed(withheld, around.language),
      ],
    }),
    receipt: read.receipt,
  }
}

function historyEntry(version: HistoryVersion, base: string): BundleEntryText {
  const url = `${version.type}/${version.id}`
  const method = version.deleted ? 'DELETE' : version.version === 1 ? 'POST' : 'PUT'
  return {
    fullUrl: `${base}/${url}`,
    ...(!version.deleted && { resource: version.content }),
    request: { method, url: method === 'POST' ? version.type : url },
    response: {
      status: method === 'DELETE' ? '204' : method === 'POST' ? '201' : '200',
      etag: etagOf(version.version),
      lastModified: version.lastUpdated,
    },
  }
}

function countOf(text: string | undefined): number {
  if (text === undefined) return defaultCount
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= largestCount) return Number(text)
  throw new InvalidInput([
    {
      field: '_count',
      rule: 'count-range',
      zh: `须为 1 至 ${largestCount} 的整数。`,
      en: `It must be a whole number from 1 to ${largestCount}.`,
    },
  ])
}

function instantOf(text: string): string {
  const time = /^\d{4}(-\d{2}){0,2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(time)) return new Date(time).toISOString()
  throw new InvalidInput([{ field: '_since', rule: 'value-date', zh: '须为时刻。', en: 'It must be an instant.' }])
}
