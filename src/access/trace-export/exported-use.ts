import type { TraceRow } from '../../ledger/index.ts'
import {
  actionWords,
  kindWords,
  outcomeWords,
  purposeWords,
  recordWords,
  refusalWords,
  roleWords,
  type Words,
} from './words.ts'

/** Names as they stand in the directory and, masked, in the records; ids where there is none. */
export interface Names {
  readonly person: (id: string) => string
  readonly department: (id: string) => string
  readonly patient: (id: string) => string
}

/** One use as a person reads it: every field in words, with the code beside it where there is one. */
export interface ExportedUse {
  readonly row: TraceRow
  /** In the hospital's zone, to the second. */
  readonly when: string
  readonly who: string
  readonly standing: string
  readonly onBehalfOf: string
  readonly what: Words
  readonly patient: string
  readonly record: Words
  readonly purpose: Words
  readonly outcome: Words
}

export function exportedUse(row: TraceRow, names: Names, timeZone: string): ExportedUse {
  const { entry } = row
  const { actor, record } = entry
  const kind = kindWords[entry.kind]
  const action = entry.action && actionWords[entry.action]
  const refused = entry.decision?.code === undefined ? undefined : refusalWords[entry.decision.code]
  return {
    row,
    when: timeIn(timeZone, entry.recorded),
    who: actor?.person ? names.person(actor.person) : '',
    standing: [
      ...(actor?.departments ?? []).map(names.department),
      ...(actor?.roles ?? []).map((role) => roleWords[role]?.[0] ?? role),
    ].join(' '),
    onBehalfOf: actor?.onBehalfOf ? names.person(actor.onBehalfOf) : '',
    what: action && action[0] !== kind[0] ? [`${kind[0]} · ${action[0]}`, `${kind[1]} · ${action[1]}`] : kind,
    patient: entry.patient ? names.patient(entry.patient) : '',
    record: record ? (recordWords[record.type] ?? [record.type, record.type]) : ['', ''],
    purpose: entry.purpose ? purposeWords[entry.purpose] : ['', ''],
    outcome: refused ?? outcomeWords[entry.outcome],
  }
}

/** `2026-11-22 03:41:07`, as a court reads it. */
export function timeIn(timeZone: string, instant: string): string {
  const parts = clockOf(timeZone).formatToParts(new Date(instant))
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')}`
}

/** A formatter costs far more to make than to use, and an export has a time in every row. */
const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone)
  if (known) return known
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  clocks.set(timeZone, clock)
  return clock
}
