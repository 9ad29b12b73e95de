import { isWorkday } from './calendar.ts'
import type { Chart, Finding } from './chart.ts'
import type { Reference } from './coding.ts'
import { doctorAt, onWheel } from './roster.ts'
import type { Staff } from './staff.ts'
import type { StayPlan } from './stay-plan.ts'
import { intensiveWard } from './ward-plan.ts'
import { teamOf } from './world.ts'

/** What a stay leaves behind: the ward's records from admission to discharge, or to this morning. */
export interface Stay {
  readonly chart: Chart
  readonly plan: StayPlan
  readonly encounter: Reference
  /** What is known last of each item; and what was found at admission. */
  readonly findings: Finding[]
  readonly atAdmission: Finding[]
  readonly medicines: readonly string[]
  readonly illDays: number
  /** How much of the illness is left at a time: 1 at admission. */
  readonly course: (at: number) => number
}

/** The named resident in working hours, the one on call otherwise, and intensive care's own doctors there. */
export function doctorFor({ chart, plan }: Stay, at: number): Staff {
  const { world } = chart
  if (plan.intensive && at >= plan.intensive.from && at < plan.intensive.until) {
    return onWheel(teamOf(world, 'intensive-care').attendings, at, world.parameters, chart.story.index)
  }
  return doctorAt(world.parameters, plan.resident, teamOf(world, plan.slot.department.key).residents, at)
}

export function nurseFor({ chart, plan }: Stay, at: number): Staff {
  const { world } = chart
  const inIntensive = plan.intensive !== undefined && at >= plan.intensive.from && at < plan.intensive.until
  const ward = inIntensive ? intensiveWard : plan.slot.ward.id
  const nurses = teamOf(world, inIntensive ? 'intensive-care' : plan.slot.department.key).nurses.get(ward)!
  return onWheel(nurses, at, world.parameters, plan.slot.laneInWard)
}

export const diagnosesText = ({ chart }: Stay): string =>
  [
    chart.story.illness.name,
    ...(chart.story.hypertension ? ['高血压病'] : []),
    ...(chart.story.diabetes ? ['2型糖尿病'] : []),
  ]
    .map((name, at) => `${at + 1}.${name}`)
    .join('\n')

export function nextWorkday(day: number): number {
  return isWorkday(day) ? day : nextWorkday(day + 1)
}
