/** Times as the hospital writes them: absolute, 24 h, in its own zone, whatever the zone of the browser. */
export function absoluteTime(at: string | number | Date, timeZone: string): string {
  const part = partsIn(new Date(at), timeZone)
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}`
}

export function absoluteDay(at: string | number | Date, timeZone: string): string {
  const part = partsIn(new Date(at), timeZone)
  return `${part.year}-${part.month}-${part.day}`
}

/** `12 分钟前`, `in 3 days`: rounded to the largest whole unit. */
export function relativeTime(at: string, now: number, tag: string): string {
  const seconds = (Date.parse(at) - now) / 1000
  const format = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })
  const size = Math.abs(seconds)
  if (size < 60) return format.format(Math.trunc(seconds), 'second')
  if (size < 3600) return format.format(Math.trunc(seconds / 60), 'minute')
  if (size < 86_400) return format.format(Math.trunc(seconds / 3600), 'hour')
  if (size < 30 * 86_400) return format.format(Math.trunc(seconds / 86_400), 'day')
  if (size < 365 * 86_400) return format.format(Math.trunc(seconds / (30 * 86_400)), 'month')
  return format.format(Math.trunc(seconds / (365 * 86_400)), 'year')
}

/** The instant at which a day (`2026-11-22`) begins in the zone, plus whole days; RFC 3339. */
export function startOfDay(day: string, timeZone: string, plusDays = 0): string {
  const guess = Date.parse(`${day}T00:00:00Z`) + plusDays * 86_400_000
  const part = partsIn(new Date(guess), timeZone)
  const shown = Date.parse(`${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:00Z`)
  return new Date(guess - (shown - guess)).toISOString()
}

/** Whole years, or months below two years, between a birth date and now. */
export function ageAt(birthDate: string, now: number): { readonly unit: 'years' | 'months'; readonly count: number } {
  const born = new Date(birthDate)
  const today = new Date(now)
  const months =
    (today.getUTCFullYear() - born.getUTCFullYear()) * 12 +
    (today.getUTCMonth() - born.getUTCMonth()) -
    (today.getUTCDate() < born.getUTCDate() ? 1 : 0)
  if (months < 24) return { unit: 'months', count: Math.max(0, months) }
  return { unit: 'years', count: Math.floor(months / 12) }
}

function partsIn(at: Date, timeZone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]))
}
