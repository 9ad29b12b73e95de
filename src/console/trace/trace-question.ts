import type { Question } from '../api/client.ts'
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
  'sequence',
  'from',
  'to',
] as const
export type FilterName = (typeof filterNames)[number]
export type Filters = Partial<Record<FilterName, string>>

export function filtersIn(search: URLSearchParams): Filters {
  const filters: Filters = {}
  for (const name of filterNames) {
    const value = search.get(name)?.trim()
    if (value) filters[name] = value
  }
  return filters
}

/** The address of these filters; the opened entry is not part of them. */
export const addressOf = (filters: Filters): URLSearchParams =>
  new URLSearchParams(filterNames.flatMap((name) => (filters[name] ? [[name, filters[name]]] : [])))

/** What is asked of the server: days become instants, the last day counted whole. */
export function questionOf(filters: Filters, timeZone: string): Question {
  const { from, to, ...rest } = filters
  return {
    ...rest,
    ...(isDay(from) ? { from: startOfDay(from, timeZone) } : {}),
    ...(isDay(to) ? { to: startOfDay(to, timeZone, 1) } : {}),
  }
}

const isDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
