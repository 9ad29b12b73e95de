import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { patientPageSchema, standingSchema, usePageSchema } from '../../contract/index.ts'
import type { Api } from './client.ts'

export const patientGroups = ['ward', 'attending', 'clinic', 'consult', 'on-call', 'rotation'] as const
export type PatientGroup = (typeof patientGroups)[number]

export const myPatientsQuery = (api: Api, group: PatientGroup) =>
  infiniteQueryOptions({
    queryKey: ['patients', 'mine', group],
    queryFn: ({ pageParam }) => api.get(patientPageSchema, '/api/patients/mine', { group, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
  })

export const patientSearchQuery = (api: Api, words: string) =>
  infiniteQueryOptions({
    queryKey: ['patients', 'search', words],
    queryFn: ({ pageParam }) => api.get(patientPageSchema, '/api/patients', { q: words, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
  })

/** How one stands to a patient. Asking is traced, so it is asked once and kept for ten minutes. */
export const standingQuery = (api: Api, patient: string) =>
  queryOptions({
    queryKey: ['standing', patient],
    queryFn: () => api.get(standingSchema, `/api/patients/${encodeURIComponent(patient)}/standing`),
    staleTime: 600_000,
  })

/** Who has looked at this patient. */
export const patientUsesQuery = (api: Api, patient: string) =>
  infiniteQueryOptions({
    queryKey: ['uses', 'of', patient],
    queryFn: ({ pageParam }) =>
      api.get(usePageSchema, `/api/patients/${encodeURIComponent(patient)}/uses`, { before: pageParam }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.nextBefore,
  })
