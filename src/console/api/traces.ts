import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import {
  type ExportOrder,
  explanationSchema,
  type SavedQuestionOrder,
  savedQuestionChangedSchema,
  savedQuestionsSchema,
  type TraceExport,
  type TraceTerms,
  traceExportSchema,
  traceExportsSchema,
  usePageSchema,
  useProofSchema,
} from '../../contract/index.ts'
import type { Api } from './client.ts'

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

export const traceQuery = (api: Api, question: TraceTerms) =>
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

const questionsPath = '/api/trace/questions'

/** Questions kept under a name: one's own, and those shared with one's office. Looking is traced, so not too often. */
export const savedQuestionsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['trace', 'questions'],
    queryFn: () => api.get(savedQuestionsSchema, questionsPath),
    staleTime: 300_000,
  })

export const keepQuestion = (api: Api, order: SavedQuestionOrder, id?: string) =>
  id === undefined
    ? api.send(savedQuestionChangedSchema, 'POST', questionsPath, order)
    : api.send(savedQuestionChangedSchema, 'PUT', `${questionsPath}/${id}`, order)

export const removeQuestion = (api: Api, id: string) =>
  api.send(savedQuestionChangedSchema, 'DELETE', `${questionsPath}/${id}`)

export const restoreQuestion = (api: Api, id: string) =>
  api.send(savedQuestionChangedSchema, 'POST', `${questionsPath}/${id}/restore`)

const exportsPath = '/api/trace/exports'

export const startExport = (api: Api, order: ExportOrder) => api.send(traceExportSchema, 'POST', exportsPath, order)

/** Own exports that are under way or kept, for whoever left the page and comes back. */
export const exportsQuery = (api: Api) =>
  queryOptions({ queryKey: ['trace', 'exports'], queryFn: () => api.get(traceExportsSchema, exportsPath) })

export const isUnderWay = ({ state }: TraceExport): boolean =>
  state === 'finding' || state === 'waiting' || state === 'writing'

/** One export, asked again each second while it is under way. */
export const exportQuery = (api: Api, begun: TraceExport) =>
  queryOptions({
    queryKey: ['trace', 'export', begun.id],
    queryFn: () => api.get(traceExportSchema, `${exportsPath}/${begun.id}`),
    initialData: begun,
    refetchInterval: ({ state: { data } }) => (data && isUnderWay(data) ? 1_000 : false),
  })

export const stopExport = (api: Api, id: string) => api.send(traceExportSchema, 'DELETE', `${exportsPath}/${id}`)

export const exportFileAddress = (id: string): string => `${exportsPath}/${id}/file`
