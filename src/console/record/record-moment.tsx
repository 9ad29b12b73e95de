import { useTimeZone } from '../api/session.ts'
import { absoluteDay, absoluteTime } from '../time/hospital-time.ts'
import { momentMs } from './fhir/datatype.ts'

/** A time from a record, as exact as the record has it: `2026-11-22 03:41`, `2026-11-22`, `2026-11` or `2026`. */
export function RecordMoment({ at }: { at: string | undefined }) {
  const text = useMomentText(at)
  return text === undefined ? null : (
    <time dateTime={at} className="nowrap">
      {text}
    </time>
  )
}

export function useMomentText(at: string | undefined): string | undefined {
  const zone = useTimeZone()
  return momentText(at, zone)
}

export function momentText(at: string | undefined, zone: string): string | undefined {
  const ms = momentMs(at)
  if (at === undefined || ms === undefined) return at
  if (!at.includes('T')) return at
  return absoluteTime(ms, zone)
}

export function dayText(at: number, zone: string): string {
  return absoluteDay(at, zone)
}
