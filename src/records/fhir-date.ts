/**
 * A FHIR date, dateTime or instant as the span of time it names (R4 datatypes; search §date): `2024-03` is the whole of
 * March. Without a zone it is read in the hospital's zone, Asia/Shanghai (+08:00, no daylight saving since 1991).
 */
export interface TimeSpan {
  /** Milliseconds since the epoch, inclusive; -Infinity where the start is open. */
  readonly low: number
  /** Milliseconds since the epoch, exclusive; Infinity where the end is open. */
  readonly high: number
}

const pattern =
  /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01])(?:T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60)(\.\d{1,9})?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?)?)?$/

const hospitalZone = '+08:00'

export function parseTimeSpan(text: string): TimeSpan | undefined {
  const parts = pattern.exec(text)
  if (!parts) return undefined
  const [, year = '', month, day, hour, minute, second, fraction, zone] = parts
  const at = (y: number, m: number, d: number) => {
    const ms = Date.UTC(2000, m - 1, d)
    return new Date(ms).setUTCFullYear(y + (m > 12 ? 1 : 0), (m - 1) % 12, d) - offsetOf(hospitalZone)
  }
  const y = Number(year)
  if (!month) return { low: at(y, 1, 1), high: at(y + 1, 1, 1) }
  if (!day)
    return { low: at(y, Number(month), 1), high: Number(month) === 12 ? at(y + 1, 1, 1) : at(y, Number(month) + 1, 1) }
  if (!dayExists(y, Number(month), Number(day))) return undefined
  const midnight = at(y, Number(month), Number(day))
  if (!hour) return { low: midnight, high: midnight + 86_400_000 }
  const shift = offsetOf(hospitalZone) - offsetOf(zone ?? hospitalZone)
  const low = midnight + shift + Number(hour) * 3_600_000 + Number(minute) * 60_000
  if (second === undefined) return { low, high: low + 60_000 }
  const start = low + Number(second) * 1000
  if (!fraction) return { low: start, high: start + 1000 }
  const ms = start + Math.floor(Number(fraction) * 1000 + 1e-6)
  return { low: ms, high: ms + 1 }
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0
  const sign = zone.startsWith('-') ? -1 : 1
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * 60_000
}

function dayExists(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return day <= [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!
}

/** Any R4 value with a time: date, dateTime, instant, Period, Timing (events and bounds). */
export function timeSpansOf(value: unknown): readonly TimeSpan[] {
  if (typeof value === 'string') {
    const span = parseTimeSpan(value)
    return span ? [span] : []
  }
  if (typeof value !== 'object' || value === null) return []
  const { start, end, event, repeat } = value as Record<string, unknown>
  if (Array.isArray(event)) return enclosing(event.flatMap((each) => [...timeSpansOf(each)]))
  if (typeof repeat === 'object' && repeat !== null) {
    return timeSpansOf((repeat as { boundsPeriod?: unknown }).boundsPeriod)
  }
  const from = typeof start === 'string' ? parseTimeSpan(start) : undefined
  const to = typeof end === 'string' ? parseTimeSpan(end) : undefined
  if (!from && !to) return []
  return [{ low: from?.low ?? Number.NEGATIVE_INFINITY, high: to?.high ?? Number.POSITIVE_INFINITY }]
}

function enclosing(spans: readonly TimeSpan[]): readonly TimeSpan[] {
  if (spans.length === 0) return []
  return [{ low: Math.min(...spans.map((span) => span.low)), high: Math.max(...spans.map((span) => span.high)) }]
}

/** For PostgreSQL: RFC 3339 or `infinity`. Years beyond 9999 cannot occur, FHIR years have four digits. */
export function timestampText(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return 'infinity'
  if (ms === Number.NEGATIVE_INFINITY) return '-infinity'
  // Year 0000 does not exist in PostgreSQL's calendar; no record is that old.
  return ms < -62_135_596_800_000 ? '-infinity' : new Date(ms).toISOString().replace(/^\+0?/, '')
}
