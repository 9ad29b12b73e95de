import { dateTime, hour } from './calendar.ts'
import { write } from './chart.ts'
import { organization, practitioner, systems, terminology } from './coding.ts'
import { diagnose } from './order.ts'
import type { Staff } from './staff.ts'
import type { StayPlan } from './stay-plan.ts'
import { intensiveWard, type Slot } from './ward-plan.ts'
import { doctorFor, type Stay } from './ward-stay.ts'

/** Where and in whose hands a stay is: the Encounter with its periods, its diagnoses, its care team. */
export function writeEncounter({ chart, plan }: Stay): void {
  const { slot } = plan
  const { world } = chart
  const period = {
    start: dateTime(plan.admittedAt),
    ...(plan.dischargedAt === undefined ? {} : { end: dateTime(plan.dischargedAt) }),
  }
  const participant = (code: string, display: string, staff: Staff, from: number, until?: number) => ({
    type: [terminology('v3-ParticipationType', code, display)],
    period: { start: dateTime(from), ...(until === undefined ? {} : { end: dateTime(until) }) },
    individual: practitioner(staff),
  })
  const consult = plan.consult
  const operation = plan.operation && plan.operation.until < world.end ? plan.operation : undefined
  write(chart, plan.dischargedAt ?? plan.admittedAt, {
    resourceType: 'Encounter',
    identifier: [
      { system: `${systems.identifier}/admission`, value: `ZY${String(chart.story.index + 1).padStart(8, '0')}-1` },
    ],
    status: plan.dischargedAt === undefined ? 'in-progress' : 'finished',
    class: { system: `${systems.terminology}/v3-ActCode`, code: 'IMP', display: 'inpatient encounter' },
    type: [{ text: '住院' }],
    subject: chart.subject,
    participant: [
      participant('ATND', 'attender', plan.attending, plan.admittedAt, plan.dischargedAt),
      participant('PPRF', 'primary performer', plan.resident, plan.admittedAt, plan.dischargedAt),
      ...(consult
        ? [
            participant(
              'CON',
              'consultant',
              consult.consultant,
              consult.askedAt,
              Math.min(consult.answeredAt + 72 * hour, plan.dischargedAt ?? Number.MAX_SAFE_INTEGER),
            ),
          ]
        : []),
      ...(operation
        ? [
            participant(
              'SPRF',
              'secondary performer',
              operation.anaesthetist,
              operation.orderedAt,
              operation.until + 24 * hour > plan.until ? plan.dischargedAt : operation.until + 24 * hour,
            ),
          ]
        : []),
    ],
    period,
    reasonCode: [{ text: chart.story.illness.name }],
    hospitalization: {
      admitSource: terminology(
        'admit-source',
        plan.emergency ? 'emd' : 'outp',
        plan.emergency ? 'From accident/emergency department' : 'From outpatient department',
      ),
      ...(plan.dischargedAt === undefined
        ? {}
        : {
            dischargeDisposition: terminology(
              'discharge-disposition',
              plan.died ? 'exp' : 'home',
              plan.died ? 'Expired' : 'Home',
            ),
          }),
    },
    location: locationsOf(plan, slot, world.end),
    serviceProvider: organization(slot.department),
  })
}

const physicalTypes = {
  wa: terminology('location-physical-type', 'wa', 'Ward'),
  bd: terminology('location-physical-type', 'bd', 'Bed'),
}

/** Ward and bed, with intensive care in between; the ward keeps the bed for the patient's return. */
function locationsOf(plan: StayPlan, slot: Slot, end: number): readonly unknown[] {
  const lane = slot.ward.lanes[slot.laneInWard]!
  const at = (
    place: { readonly id: string; readonly name: string },
    kind: 'wa' | 'bd',
    from: number,
    until: number | undefined,
  ) => ({
    location: { reference: `Location/${place.id}`, display: place.name },
    status: until === undefined ? 'active' : 'completed',
    physicalType: physicalTypes[kind],
    period: { start: dateTime(from), ...(until === undefined ? {} : { end: dateTime(until) }) },
  })
  const both = (
    ward: { readonly id: string; readonly name: string },
    bed: { readonly id: string; readonly name: string },
    from: number,
    until: number | undefined,
  ) => [at(ward, 'wa', from, until), at(bed, 'bd', from, until)]
  const { intensive } = plan
  if (!intensive) return both(slot.ward, lane, plan.admittedAt, plan.dischargedAt)
  const back = intensive.until < end ? intensive.until : undefined
  return [
    ...both(slot.ward, lane, plan.admittedAt, intensive.from),
    ...both({ id: intensiveWard, name: '重症监护病区' }, slot.ward.intensiveBed!, intensive.from, back),
    ...(back === undefined ? [] : both(slot.ward, lane, back, plan.dischargedAt)),
  ]
}

export function writeDiagnoses(stay: Stay): void {
  const { chart, plan } = stay
  const at = plan.admittedAt + 2 * hour
  if (at >= plan.until) return
  const doctor = doctorFor(stay, at)
  diagnose(chart, stay.encounter, chart.story.illness, doctor, at, plan.died ? undefined : plan.dischargedAt)
  if (chart.story.hypertension) diagnose(chart, stay.encounter, { code: 'I10', name: '原发性高血压' }, doctor, at)
  if (chart.story.diabetes) diagnose(chart, stay.encounter, { code: 'E11.9', name: '2型糖尿病' }, doctor, at)
  if (chart.story.hivHistory)
    diagnose(chart, stay.encounter, { code: 'Z21', name: '无症状人类免疫缺陷病毒感染状态' }, doctor, at)
  if (chart.story.psychiatricHistory)
    diagnose(chart, stay.encounter, { code: 'F33.4', name: '复发性抑郁障碍，目前为缓解状态' }, doctor, at)
}

export function writeCareTeam({ chart, plan, encounter }: Stay): void {
  write(chart, plan.admittedAt, {
    resourceType: 'CareTeam',
    status: plan.dischargedAt === undefined ? 'active' : 'inactive',
    name: `${plan.slot.ward.name}医疗组`,
    subject: chart.subject,
    encounter,
    period: {
      start: dateTime(plan.admittedAt),
      ...(plan.dischargedAt === undefined ? {} : { end: dateTime(plan.dischargedAt) }),
    },
    participant: [
      { role: [{ text: '主治医师' }], member: practitioner(plan.attending) },
      { role: [{ text: '管床医师' }], member: practitioner(plan.resident) },
    ],
    managingOrganization: [organization(plan.slot.department)],
  })
}
