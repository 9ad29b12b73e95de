import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Api } from '../api/client.ts'
import { Misread } from '../api/problem.ts'
import { type BundlePage, readBundle } from './fhir/bundle.ts'
import { isJson, type Json } from './fhir/element.ts'

/**
 * Every read leaves its trace, so what was read is kept for five minutes and never fetched again behind the reader's
 * back; a reload of the page is the way to read anew.
 */
const once = { staleTime: 300_000, refetchOnWindowFocus: false, refetchOnReconnect: false, retry: false } as const

/** How records are asked for in this viewer: by whom is the session's matter, for what is stated here. */
export interface Reader {
  readonly api: Api
  /** Purpose of use as chosen by the person; absent, the server derives it from the care relation. */
  readonly purpose: string | undefined
}

export interface ReadRecord {
  readonly resource: Json
  readonly receipt: number | undefined
}

export interface FoundPage extends BundlePage {
  readonly receipt: number | undefined
}

export const recordQuery = (reader: Reader, type: string, id: string) =>
  queryOptions({
    ...once,
    queryKey: ['record', type, id, reader.purpose],
    queryFn: () => readRecord(reader, `/${type}/${id}`),
  })

/** The first page of a search; `question` is the part after `/fhir/`. */
export const searchQuery = (reader: Reader, question: string) =>
  queryOptions({
    ...once,
    queryKey: ['records', question, reader.purpose],
    queryFn: () => search(reader, `/${question}`),
  })

/** A search page by page, by the server's own next links. */
export const pagedSearchQuery = (reader: Reader, question: string) =>
  infiniteQueryOptions({
    ...once,
    queryKey: ['records', 'paged', question, reader.purpose],
    queryFn: ({ pageParam }) => search(reader, pageParam),
    initialPageParam: `/${question}`,
    getNextPageParam: (last) => (last.next === undefined ? undefined : pathOfNext(last.next)),
  })

export const historyQuery = (reader: Reader, type: string, id: string) =>
  pagedSearchQuery(reader, `${type}/${id}/_history?_count=50`)

export async function search(reader: Reader, path: string): Promise<FoundPage> {
  const answer = await reader.api.fhir(path, purposeOf(reader))
  if (!isJson(answer.resource) || answer.resource.resourceType !== 'Bundle') throw new Misread(path)
  return { ...readBundle(answer.resource), receipt: answer.receipt }
}

export async function readRecord(reader: Reader, path: string): Promise<ReadRecord> {
  const answer = await reader.api.fhir(path, purposeOf(reader))
  if (!isJson(answer.resource)) throw new Misread(path)
  return { resource: answer.resource, receipt: answer.receipt }
}

function purposeOf(reader: Reader): { readonly purpose?: string } {
  return reader.purpose === undefined ? {} : { purpose: reader.purpose }
}

/** The server's next link, absolute or not, as a path below `/fhir`. */
export function pathOfNext(next: string): string {
  const below = next.indexOf('/fhir')
  const path = below < 0 ? next : next.slice(below + '/fhir'.length)
  return path.startsWith('/') || path.startsWith('?') ? path : `/${path}`
}
