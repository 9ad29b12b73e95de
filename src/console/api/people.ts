import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import {
  departmentsSchema,
  peoplePageSchema,
  personDossierSchema,
  policyCatalogueSchema,
} from '../../contract/index.ts'
import type { Api } from './client.ts'

export interface PeopleQuestion {
  readonly q?: string | undefined
  readonly department?: string | undefined
}

export const peopleQuery = (api: Api, question: PeopleQuestion) =>
  infiniteQueryOptions({
    queryKey: ['people', question],
    queryFn: ({ pageParam }) => api.get(peoplePageSchema, '/api/people', { ...question, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
  })

export const personQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['person', id],
    queryFn: () => api.get(personDossierSchema, `/api/people/${encodeURIComponent(id)}`),
  })

export const policiesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['policies'],
    queryFn: () => api.get(policyCatalogueSchema, '/api/policies'),
    staleTime: 600_000,
  })

export const departmentsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['departments'],
    queryFn: () => api.get(departmentsSchema, '/api/departments'),
    staleTime: Number.POSITIVE_INFINITY,
  })
