import type { TraceTerms } from '../../contract/index.ts'
import { startOfDay } from '../time/hospital-time.ts'

/** Filters of the trace as they stand in the address. Days are days of the hospital. */
export const filterNames = [
  'kind',
  'action',
  'purpose',
  'outcome',
  'patient',
  'person',
  'department',
  'terminal',
  'from',
  'to',
  'record',
  'application',
  'onBehalfOf',
  'session',
  'requestId',
  'receipt',
] as const
export type FilterName = (typeof filterNames)[number]
export type Filters = Partial<Record<FilterName, string>>

/** What is asked for now and then stands behind a fold. */
export const rareFilters = ['record', 'application', 'onBehalfOf', 'session', 'requestId', 'receipt'] as const

export function filtersIn(search: URLSearchParams): Filters {
  const filters: Filters = {}
  for (const name of filterNames) {
    const value = (search.get(name) ?? (name === 'receipt' ? search.get('sequence') : null))?.trim()
    if (value) filters[name] = value
  }
  return filters
}

/** The address of these filters; the opened entry is not part of them. */
export const addressOf = (filters: Filters): URLSearchParams =>
  new URLSearchParams(filterNames.flatMap((name) => (filters[name] ? [[name, filters[name]]] : [])))

/** What is asked of the server: days become instants, the last day counted whole; a receipt is a number or a spool's. */
export function questionOf(filters: Filters, timeZone: string): TraceTerms {
  const { from, to, receipt, outcome, ...rest } = filters
  const number = receipt?.replaceAll(/[,，\s]/g, '')
  return {
    ...rest,
    ...(outcome === undefined ? {} : { outcome: Number(outcome) }),
    ...(number === undefined
      ? {}
      : /^\d{1,15}$/.test(number)
        ? { sequence: Number(number) }
        : { spoolReceipt: number }),
    ...(isDay(from) ? { from: startOfDay(from, timeZone) } : {}),
    ...(isDay(to) ? { to: lastMomentOf(to, timeZone) } : {}),
  }
}

/** The filters of a kept question, as they are shown. */
export function filtersOf(terms: TraceTerms, dayOf: (instant: string) => string): Filters {
  const { from, to, sequence, spoolReceipt, outcome, ...rest } = terms
  const receipt = sequence === undefined ? spoolReceipt : String(sequence)
  return {
    ...rest,
    ...(outcome === undefined ? {} : { outcome: String(outcome) }),
    ...(receipt === undefined ? {} : { receipt }),
    ...(from === undefined ? {} : { from: dayOf(from) }),
    ...(to === undefined ? {} : { to: dayOf(to) }),
  }
}

/** Both ends of a period belong to it. */
const lastMomentOf = (day: string, timeZone: string): string =>
  new Date(Date.parse(startOfDay(day, timeZone, 1)) - 1).toISOString()

const isDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
