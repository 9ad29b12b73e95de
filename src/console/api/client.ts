import { createContext, use } from 'react'
import type { z } from 'zod'
import { Misread, problemFrom, Refused, Unreachable } from './problem.ts'

/** A question in the address; absent values are left out. */
export type Question = Readonly<Record<string, string | number | undefined>>

export interface FhirAnswer {
  readonly resource: unknown
  /** Ledger sequence of this use: header `Chartward-Receipt`. */
  readonly receipt?: number
  readonly etag?: string
}

export interface FhirRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Header `Purpose-Of-Use`; absent, the server derives it from the care relation. */
  readonly purpose?: string
  readonly body?: unknown
  readonly ifMatch?: string
}

/** The one way the console talks to the server. Throws {@link Refused}, {@link Unreachable} or {@link Misread}. */
export interface Api {
  get<Schema extends z.ZodType>(schema: Schema, path: string, question?: Question): Promise<z.infer<Schema>>
  send<Schema extends z.ZodType>(
    schema: Schema,
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<z.infer<Schema>>
  /** `path` begins after `/fhir`, e.g. `/Patient/1/_history`. */
  fhir(path: string, request?: FhirRequest): Promise<FhirAnswer>
  /** The token of the session, sent with every change from now on. */
  carry(csrfToken: string | undefined): void
}

export interface ApiSettings {
  readonly language: () => string
  /** Told when the server no longer knows the session. */
  readonly onSignedOut: () => void
  /** Told with each answer that is a use: whether its trace is local for now, under which receipt. */
  readonly onTrace?: (localReceipt: string | undefined) => void
}

export function openApi(settings: ApiSettings): Api {
  let csrfToken: string | undefined

  async function exchange(path: string, init: RequestInit, headers: Record<string, string>): Promise<Response> {
    const changes = init.method !== undefined && init.method !== 'GET'
    const response = await fetch(path, {
      ...init,
      credentials: 'same-origin',
      headers: {
        'Accept-Language': settings.language(),
        ...(changes && csrfToken ? { 'X-CSRF-Token': csrfToken } : {}),
        ...headers,
      },
    }).catch((cause: unknown) => {
      throw new Unreachable(path, { cause })
    })
    const receipt = response.headers.get('Chartward-Receipt')
    if (receipt !== null) settings.onTrace?.(receipt.startsWith('S') ? receipt : undefined)
    if (response.ok) return response
    const problem = problemFrom(response.status, await bodyOf(response), receiptOf(response))
    if (response.status === 401 && !path.startsWith('/api/session')) settings.onSignedOut()
    throw new Refused(problem)
  }

  async function call<Schema extends z.ZodType>(schema: Schema, path: string, init: RequestInit) {
    const headers: Record<string, string> = { Accept: 'application/json' }
    if (init.body !== undefined) headers['Content-Type'] = 'application/json'
    const response = await exchange(path, init, headers)
    const answer = schema.safeParse(await bodyOf(response))
    if (!answer.success) throw new Misread(path, { cause: answer.error })
    return answer.data
  }

  return {
    get: (schema, path, question) => call(schema, withQuestion(path, question), { method: 'GET' }),
    send: (schema, method, path, body) =>
      call(schema, path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
    async fhir(path, request = {}) {
      const headers: Record<string, string> = { Accept: 'application/fhir+json' }
      if (request.body !== undefined) headers['Content-Type'] = 'application/fhir+json'
      if (request.purpose) headers['Purpose-Of-Use'] = request.purpose
      if (request.ifMatch) headers['If-Match'] = request.ifMatch
      const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) }
      const response = await exchange(`/fhir${path}`, { method: request.method ?? 'GET', ...body }, headers)
      const receipt = receiptOf(response)
      const etag = response.headers.get('ETag')
      return {
        resource: await bodyOf(response),
        ...(receipt === undefined ? {} : { receipt }),
        ...(etag ? { etag } : {}),
      }
    },
    carry(token) {
      csrfToken = token
    },
  }
}

const ApiContext = createContext<Api | undefined>(undefined)
export const ApiRoot = ApiContext.Provider

export function useApi(): Api {
  const api = use(ApiContext)
  if (!api) throw new Error('useApi outside ApiRoot')
  return api
}

export function withQuestion(path: string, question: Question = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(question)) {
    if (value !== undefined && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function receiptOf(response: Response): number | undefined {
  const value = Number(response.headers.get('Chartward-Receipt') ?? Number.NaN)
  return Number.isInteger(value) ? value : undefined
}
