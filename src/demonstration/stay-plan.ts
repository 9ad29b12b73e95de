import { day, dayOf, hour, isWorkday, minute, momentOf } from './calendar.ts'
import type { Chart } from './chart.ts'
import type { Consult, Operation } from './order.ts'
import { doctorAt, holdsClinic } from './roster.ts'
import type { Staff } from './staff.ts'
import type { Slot } from './ward-plan.ts'
import { teamOf } from './world.ts'

/** A stay in time, before its records: when, where, by whom. */
export interface StayPlan {
  readonly slot: Slot
  readonly attending: Staff
  readonly resident: Staff
  readonly admittedAt: number
  /** Absent while the patient is in the ward. */
  readonly dischargedAt?: number
  /** The end of what is known: discharge, or the end of the simulated time. */
  readonly until: number
  readonly died: boolean
  readonly emergency: boolean
  readonly intensive?: { readonly from: number; readonly until: number }
  readonly operation?: Operation
  readonly consult?: Consult
}

export function planStay(chart: Chart, slot: Slot): StayPlan {
  const { world, draw } = chart
  const team = teamOf(world, slot.department.key)
  const wardIndex = slot.department.rooms.indexOf(slot.ward)
  const ofWard = (group: readonly Staff[]) => group.filter((_, at) => at % slot.department.rooms.length === wardIndex)
  const attendings = ofWard(team.attendings)
  const residents = ofWard(team.residents)
  const attending = attendings[slot.laneInWard % attendings.length]!
  const resident = residents[slot.laneInWard % residents.length]!

  const emergency = draw.happens(world.parameters.shares.emergencyFirst)
  const { admittedOn, dischargedOn } = daysOf(chart, slot)
  const admittedAt = momentOf(admittedOn, emergency ? draw.between(6, 22.5) : draw.between(8.5, 15.5))
  const dischargedAt = dischargedOn === undefined ? undefined : momentOf(dischargedOn, draw.between(9.5, 11.5))
  const until = dischargedAt ?? world.end
  const operation = planOperation(
    chart,
    { surgeon: attending, assistant: resident, residents: team.residents },
    admittedAt,
    until,
  )
  const intensive =
    slot.intensive && draw.happens(world.parameters.shares.intensiveCare)
      ? planIntensive(chart, admittedAt, operation, until)
      : undefined
  const consult = draw.happens(world.parameters.shares.consult)
    ? planConsult(chart, slot, resident, admittedOn, until)
    : undefined
  return {
    slot,
    attending,
    resident,
    admittedAt,
    ...(dischargedAt === undefined ? {} : { dischargedAt }),
    until,
    died: dischargedAt !== undefined && chart.story.age > 50 && draw.happens(world.parameters.shares.death),
    emergency,
    ...(intensive ? { intensive } : {}),
    ...(operation ? { operation } : {}),
    ...(consult ? { consult } : {}),
  }
}

/** Inside the slot's window, so that the lane's patients never meet. */
function daysOf(chart: Chart, slot: Slot): { admittedOn: number; dischargedOn?: number } {
  const { world, draw } = chart
  const { windowDays, stayDays } = slot.department
  if (slot.window === 0)
    return { admittedOn: world.endDay - 1 - draw.int(Math.min(windowDays - 1, Math.ceil(stayDays * 1.3))) }
  const from = world.endDay - (slot.window + 1) * windowDays
  const length = Math.min(windowDays - 2, Math.max(2, Math.round(draw.normal(stayDays, stayDays * 0.3))))
  const admittedOn = from + draw.int(windowDays - length)
  return { admittedOn, dischargedOn: admittedOn + length }
}

/** On a working day, in a half-day in which the surgeon has no clinic. */
function planOperation(
  chart: Chart,
  {
    surgeon,
    assistant,
    residents,
  }: { readonly surgeon: Staff; readonly assistant: Staff; readonly residents: readonly Staff[] },
  admittedAt: number,
  until: number,
): Operation | undefined {
  const admittedOn = dayOf(admittedAt)
  if (!chart.story.illness.operation) return undefined
  const { world, draw } = chart
  const anaesthesia = teamOf(world, 'anaesthesia').attendings
  for (let after = 1; after <= 5; after++) {
    const on = admittedOn + after
    if (!isWorkday(on)) continue
    for (const afternoon of [false, true]) {
      if (holdsClinic(surgeon.pattern, on, afternoon)) continue
      const from = momentOf(on, (afternoon ? 13.75 : 8.75) + draw.between(0, 0.75))
      const ends = from + (50 + draw.int(100)) * minute
      if (ends + 20 * hour > until && until !== world.end) return undefined
      const orderedAt = Math.max(momentOf(on - 1, 16.5), admittedAt + hour)
      return {
        surgeon,
        assistant,
        anaesthetist: doctorAt(world.parameters, draw.pick(anaesthesia), anaesthesia, from),
        orderedAt,
        orderedBy: doctorAt(world.parameters, assistant, residents, orderedAt),
        from,
        until: ends,
      }
    }
  }
  return undefined
}

function planIntensive(
  chart: Chart,
  admittedAt: number,
  operation: Operation | undefined,
  until: number,
): StayPlan['intensive'] {
  const from = operation ? operation.until + 30 * minute : admittedAt + 3 * hour
  const ends = from + (1 + chart.draw.int(2)) * day
  if (from >= chart.world.end - hour || (until !== chart.world.end && ends + 12 * hour > until)) return undefined
  return { from, until: ends }
}

function planConsult(
  chart: Chart,
  slot: Slot,
  resident: Staff,
  admittedOn: number,
  until: number,
): Consult | undefined {
  const { world, draw, story } = chart
  const asked = admittedOn + 1 + draw.int(2)
  const askedAt = momentOf(asked, draw.between(9, 11.5))
  const answeredAt = askedAt + (1 + draw.int(4)) * hour
  if (askedAt >= until || (until !== world.end && answeredAt >= until)) return undefined
  const invited = world.departments.filter((one) => one.rooms.length > 0 && one.key !== slot.department.key)
  const wanted = story.psychiatricHistory ? 'psychiatry' : story.diabetes ? 'endocrinology' : undefined
  const department = invited.find((one) => one.key === wanted) ?? draw.pick(invited)
  const team = teamOf(world, department.key)
  const residents = teamOf(world, slot.department.key).residents
  return {
    requester: doctorAt(world.parameters, resident, residents, askedAt),
    consultant: doctorAt(world.parameters, draw.pick(team.attendings), team.attendings, answeredAt),
    department,
    askedAt,
    answeredAt,
  }
}
