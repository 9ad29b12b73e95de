import { createContext, use, useMemo } from 'react'
import { useApi } from '../api/client.ts'
import type { EncounterFacts } from './fhir/encounter.ts'
import type { Reader } from './record-queries.ts'

/** What all pages of one patient's record share. */
export interface RecordContext {
  readonly patient: string
  readonly purpose: string | undefined
  /** The encounters known so far, newest first; empty while they are being read. */
  readonly encounters: readonly EncounterFacts[]
}

const Context = createContext<RecordContext | undefined>(undefined)
export const RecordRoot = Context.Provider

export function useRecord(): RecordContext {
  const record = use(Context)
  if (!record) throw new Error('useRecord outside a record')
  return record
}

export function useReader(purpose?: string): Reader {
  const api = useApi()
  const chosen = use(Context)?.purpose ?? purpose
  return useMemo(() => ({ api, purpose: chosen }), [api, chosen])
}

/**
 * Addresses inside one patient's record. What is open stands in the question, not in the path: opening a line must
 * not send the reader back to the head of the page.
 */
export const addresses = {
  timeline: (patient: string) => `/patients/${encodeURIComponent(patient)}`,
  record: (patient: string, key: string) => `/patients/${encodeURIComponent(patient)}?open=${key}`,
  versions: (patient: string, key: string) => `/patients/${encodeURIComponent(patient)}/versions?of=${key}`,
  results: (patient: string) => `/patients/${encodeURIComponent(patient)}/results`,
  trend: (patient: string, code: string) =>
    `/patients/${encodeURIComponent(patient)}/results/trend?code=${encodeURIComponent(code)}`,
  images: (patient: string) => `/patients/${encodeURIComponent(patient)}/images`,
  image: (patient: string, key: string) => `/patients/${encodeURIComponent(patient)}/images?open=${key}`,
  uses: (patient: string) => `/patients/${encodeURIComponent(patient)}/uses`,
} as const
