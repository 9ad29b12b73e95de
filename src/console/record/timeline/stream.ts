import { momentMs } from '../fhir/datatype.ts'
import type { Json } from '../fhir/element.ts'
import { type ItemKind, timelineItem } from './item.ts'

/**
 * A time line is drawn from several searches, each newest first with its own cursor. Lines are shown only down to
 * the *horizon*: the newest of the oldest moments loaded by sources that have more. Below it a source not yet asked
 * could still have something, and a time line with holes would mislead.
 */
export interface Source {
  readonly type: string
  readonly kinds: readonly ItemKind[]
  /** Search parameter of the moment the source is ordered by. */
  readonly dateParameter: string
}

export const sources: readonly Source[] = [
  { type: 'Encounter', kinds: ['encounter'], dateParameter: 'date' },
  { type: 'Composition', kinds: ['document'], dateParameter: 'date' },
  { type: 'ServiceRequest', kinds: ['order'], dateParameter: 'authored' },
  { type: 'MedicationRequest', kinds: ['medication'], dateParameter: 'authoredon' },
  { type: 'DiagnosticReport', kinds: ['result', 'imaging'], dateParameter: 'date' },
  { type: 'Observation', kinds: ['result', 'vital'], dateParameter: 'date' },
  { type: 'ImagingStudy', kinds: ['imaging'], dateParameter: 'started' },
  { type: 'Media', kinds: ['imaging'], dateParameter: 'created' },
  { type: 'Procedure', kinds: ['procedure'], dateParameter: 'date' },
  { type: 'Condition', kinds: ['diagnosis'], dateParameter: 'recorded-date' },
  { type: 'Immunization', kinds: ['other'], dateParameter: 'date' },
  { type: 'CarePlan', kinds: ['other'], dateParameter: 'date' },
]

export interface TimelineFilter {
  /** Empty: every kind. */
  readonly kinds: readonly ItemKind[]
  readonly encounter: string | undefined
  /** Day to jump to (`2026-11-22`): lines of that day and older. */
  readonly until: string | undefined
}

export function sourcesFor(filter: TimelineFilter): readonly Source[] {
  return sources.filter(
    (source) =>
      (filter.kinds.length === 0 || source.kinds.some((kind) => filter.kinds.includes(kind))) &&
      !(filter.encounter !== undefined && source.type === 'Immunization' && filter.kinds.length === 0),
  )
}

export interface FirstPage {
  readonly count: number
  /** The instant (RFC 3339) before which lines are wanted: the end of the day jumped to, in the hospital's zone. */
  readonly before: string | undefined
}

/** Address of the first page of a source, below the FHIR base. */
export function firstAddress(source: Source, patient: string, filter: TimelineFilter, page: FirstPage): string {
  const query = new URLSearchParams({ patient, _sort: `-${source.dateParameter}`, _count: String(page.count) })
  if (page.before !== undefined) query.set(source.dateParameter, `lt${page.before}`)
  // Laboratory values would fill page after page before the next vital sign came.
  const onlyVital = filter.kinds.includes('vital') && !filter.kinds.includes('result')
  if (source.type === 'Observation' && onlyVital) query.set('category', 'vital-signs')
  if (filter.encounter !== undefined) {
    if (source.type === 'Encounter') query.set('_id', filter.encounter)
    else query.set('encounter', filter.encounter)
  }
  return `${source.type}?${query}`
}

/** What one source has given so far. */
export interface Drawn {
  readonly source: Source
  readonly resources: readonly Json[]
  readonly next: string | undefined
}

/** The moment down to which every source has spoken; −∞ when all are exhausted. */
export function horizonOf(drawn: readonly Drawn[]): number {
  let horizon = Number.NEGATIVE_INFINITY
  for (const one of drawn) {
    if (one.next === undefined) continue
    horizon = Math.max(horizon, oldestOf(one))
  }
  return horizon
}

/** The sources that hold the horizon up: asking these for more moves it. */
export function holdingBack(drawn: readonly Drawn[]): readonly Drawn[] {
  const horizon = horizonOf(drawn)
  // A day's slack, so that neighbours are asked together and not one round trip after another.
  return drawn.filter((one) => one.next !== undefined && oldestOf(one) >= horizon - 86_400_000)
}

function oldestOf(drawn: Drawn): number {
  const moments = drawn.resources.flatMap((resource) => timelineItem(resource).at ?? [])
  return moments.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...moments)
}

/** A day as the address bar may carry it. */
export function dayIsValid(day: string | undefined): boolean {
  return day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day) && momentMs(day) !== undefined
}
