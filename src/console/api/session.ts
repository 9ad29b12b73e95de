import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, use } from 'react'
import { z } from 'zod'
import { type Session, sessionSchema, signInOptionsSchema } from '../../contract/index.ts'
import { type Api, useApi } from './client.ts'
import { Refused } from './problem.ts'

export const sessionKey = ['session'] as const

/** The session, or `null` when nobody is signed in. */
export const sessionQuery = (api: Api) =>
  queryOptions({
    queryKey: sessionKey,
    queryFn: async (): Promise<Session | null> => {
      try {
        const session = await api.get(sessionSchema, '/api/session')
        api.carry(session.csrfToken)
        return session
      } catch (error) {
        if (error instanceof Refused && error.problem.status === 401) return null
        throw error
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  })

export const signInOptionsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['sign-in-options'],
    queryFn: () => api.get(signInOptionsSchema, '/api/sign-in-options'),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const useSessionQuery = () => useQuery(sessionQuery(useApi()))

const SessionContext = createContext<Session | undefined>(undefined)
export const SessionRoot = SessionContext.Provider

/** The signed-in person; only inside the shell, where there is one. */
export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('useSession outside the shell')
  return session
}

/** The hospital's time zone, also where nobody is signed in yet. */
export const useTimeZone = (): string => use(SessionContext)?.hospital.timeZone ?? 'Asia/Shanghai'

/** An answer without content. */
export const nothing = z.unknown()

export function useSignOut(): () => Promise<void> {
  const api = useApi()
  const queries = useQueryClient()
  return async () => {
    await api.send(nothing, 'DELETE', '/api/session')
    api.carry(undefined)
    queries.clear()
    sessionStorage.clear()
    queries.setQueryData(sessionKey, null)
  }
}
