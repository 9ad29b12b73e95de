import type { DepartmentId } from '../kernel/index.ts'
import { dayOf, hourOf, isWorkday, momentOf, weekdayOf } from './calendar.ts'
import type { Parameters } from './parameters.ts'
import type { Staff } from './staff.ts'

/**
 * Duty follows from a pattern, so that who was where at any time of the simulated months can be computed:
 * offices keep working days; doctors of a department keep working days in ward and clinic and take turns on call;
 * nurses, emergency, intensive care and the services go round a five-day wheel of day, evening, off, night, off.
 */
export type ShiftPattern =
  | { readonly kind: 'office'; readonly department: DepartmentId }
  | { readonly kind: 'wheel'; readonly department: DepartmentId; readonly position: number }
  | {
      readonly kind: 'doctor'
      /** The ward, or the department itself where it has none. */
      readonly place: DepartmentId
      readonly department: DepartmentId
      readonly clinic?: DepartmentId
      /** Clinics of the week are dealt out: half-day `n` (0–13) falls to those with `n % clinicTurns === clinicTurn`. */
      readonly clinicTurn: number
      readonly clinicTurns: number
      /** On call on days with `day % callTurns === callTurn`; absent, never. */
      readonly callTurn?: number
      readonly callTurns: number
    }

export interface Shift {
  readonly department: DepartmentId
  readonly kind: 'duty' | 'on-call' | 'clinic'
  readonly from: number
  readonly until: number
}

/** The shifts of a person that begin on a local day. */
export function shiftsOn(parameters: Parameters, pattern: ShiftPattern, day: number): readonly Shift[] {
  const { dayFrom, noon, afternoonFrom, dayUntil, eveningFrom } = parameters.shifts
  const shift = (department: DepartmentId, kind: Shift['kind'], from: number, until: number): Shift => ({
    department,
    kind,
    from: momentOf(day, from),
    until: momentOf(day, until),
  })
  if (pattern.kind === 'office') {
    return isWorkday(day) ? [shift(pattern.department, 'duty', dayFrom, dayUntil)] : []
  }
  if (pattern.kind === 'wheel') {
    const phase = (day + pattern.position) % 5
    if (phase === 0) return [shift(pattern.department, 'duty', dayFrom, eveningFrom)]
    if (phase === 1) return [shift(pattern.department, 'duty', eveningFrom, 24)]
    return phase === 3 ? [shift(pattern.department, 'duty', 0, dayFrom)] : []
  }
  const shifts: Shift[] = []
  const morning = holdsClinic(pattern, day, false)
  const afternoon = holdsClinic(pattern, day, true)
  if (pattern.clinic && morning) shifts.push(shift(pattern.clinic, 'clinic', dayFrom, noon))
  if (pattern.clinic && afternoon) shifts.push(shift(pattern.clinic, 'clinic', afternoonFrom, dayUntil))
  if (isWorkday(day)) {
    shifts.push(shift(pattern.place, 'duty', morning ? noon : dayFrom, afternoon ? afternoonFrom : dayUntil))
  }
  if (pattern.callTurn !== undefined && day % pattern.callTurns === pattern.callTurn) {
    shifts.push(shift(pattern.department, 'on-call', isWorkday(day) ? dayUntil : dayFrom, 24 + dayFrom))
  }
  return shifts
}

export function holdsClinic(pattern: ShiftPattern, day: number, afternoon: boolean): boolean {
  if (pattern.kind !== 'doctor' || pattern.clinic === undefined) return false
  return halfDay(day, afternoon) % pattern.clinicTurns === pattern.clinicTurn
}

/** 0 Monday morning … 13 Sunday afternoon: clinics are held on all days of the week. */
const halfDay = (day: number, afternoon: boolean): number => ((weekdayOf(day) + 6) % 7) * 2 + (afternoon ? 1 : 0)

export function isOnDuty(parameters: Parameters, person: Staff, time: number): boolean {
  const day = dayOf(time)
  if (time < person.employedFrom || time >= person.employedUntil) return false
  return [day - 1, day].some((on) =>
    shiftsOn(parameters, person.pattern, on).some((shift) => shift.from <= time && time < shift.until),
  )
}

/** Whoever of a group on the wheel is at work; `pick` chooses among those of the same shift. */
export function onWheel(group: readonly Staff[], time: number, parameters: Parameters, pick: number): Staff {
  const hours = hourOf(time)
  const phase = hours < parameters.shifts.dayFrom ? 3 : hours < parameters.shifts.eveningFrom ? 0 : 1
  const first = (((phase - dayOf(time)) % 5) + 5) % 5
  const choices = Math.floor((group.length - 1 - first) / 5) + 1
  return group[first + 5 * (pick % choices)]!
}

/** The named doctor in working hours, and otherwise the one on call for the department. */
export function doctorAt(parameters: Parameters, named: Staff, group: readonly Staff[], time: number): Staff {
  const hours = hourOf(time)
  const { dayFrom, dayUntil } = parameters.shifts
  if (isWorkday(dayOf(time)) && hours >= dayFrom && hours < dayUntil) return named
  const callDay = hours < dayFrom ? dayOf(time) - 1 : dayOf(time)
  return group[callDay % group.length]!
}

/** The doctors who hold a clinic in this half-day; never empty for a department with a clinic. */
export function clinicDoctors(group: readonly Staff[], day: number, afternoon: boolean): readonly Staff[] {
  return group.filter((doctor) => holdsClinic(doctor.pattern, day, afternoon))
}
