import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { explanationSchema, usePageSchema, useProofSchema } from '../../contract/index.ts'
import type { Api, Question } from './client.ts'

export const myUsesQuery = (api: Api) =>
  infiniteQueryOptions({
    queryKey: ['uses', 'mine'],
    queryFn: ({ pageParam }) => api.get(usePageSchema, '/api/uses/mine', { before: pageParam }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.nextBefore,
  })

/** The newest uses in one page, enough to find the records opened last among the lists shown. */
export const recentUsesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['uses', 'recent'],
    queryFn: () => api.get(usePageSchema, '/api/uses/mine', { count: 200 }),
    staleTime: 0,
  })

export const traceQuery = (api: Api, question: Question) =>
  infiniteQueryOptions({
    queryKey: ['trace', question],
    queryFn: ({ pageParam }) => api.get(usePageSchema, '/api/trace', { ...question, before: pageParam }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.nextBefore,
  })

/** One entry with its proof against the newest checkpoint. */
export const proofQuery = (api: Api, sequence: number) =>
  queryOptions({
    queryKey: ['trace', 'entry', sequence],
    queryFn: () => api.get(useProofSchema, `/api/trace/${sequence}`),
    retry: false,
  })

/** What an explanation is asked about. */
export interface Matter {
  readonly type: string
  readonly id: string
  readonly action?: string
  readonly purpose?: string
}

export const explanationQuery = (api: Api, matter: Matter) =>
  queryOptions({
    queryKey: ['explanation', matter],
    queryFn: () => api.get(explanationSchema, '/api/explain', { action: 'view', ...matter }),
    staleTime: 30_000,
  })
