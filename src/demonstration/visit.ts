import { dateTime, dayOf, hour, minute, momentOf } from './calendar.ts'
import { type Chart, type Finding, write } from './chart.ts'
import { organization, practitioner, type Reference, reference, systems, terminology } from './coding.ts'
import { examine } from './examination.ts'
import { panels } from './laboratory.ts'
import { medicines as formulary } from './medicines.ts'
import { writeNote } from './note.ts'
import { diagnose, prescribe } from './order.ts'
import { runPanel } from './results.ts'
import { clinicDoctors, onWheel } from './roster.ts'
import type { Staff } from './staff.ts'
import { takeVitalSigns } from './vital-signs.ts'
import type { HospitalDepartment } from './ward-plan.ts'
import { chiefComplaint, examinationText, findingsText, medicationText, pastHistory, signsText } from './wording.ts'
import { teamOf } from './world.ts'

/** Visits to a clinic or to the emergency department. */

interface Consultation {
  readonly doctor: Staff
  readonly from: number
  readonly until: number
}

/** A place in a clinic of this day, with a doctor who holds it. */
function place(chart: Chart, department: HospitalDepartment, day: number): Consultation {
  const { draw, world } = chart
  const afternoon = draw.happens(0.4)
  const { dayFrom, noon, afternoonFrom, dayUntil } = world.parameters.shifts
  const doctor = draw.pick(clinicDoctors(teamOf(world, department.key).attendings, day, afternoon))
  const from = momentOf(day, draw.between(afternoon ? afternoonFrom : dayFrom, (afternoon ? dayUntil : noon) - 0.5))
  return { doctor, from, until: from + (8 + draw.int(14)) * minute }
}

export function visitClinic(chart: Chart, department: HospitalDepartment, day: number, follows: boolean): void {
  const { story, draw } = chart
  const consultation = place(chart, department, day)
  const { doctor, from, until } = consultation
  const encounter = encounterOf(
    chart,
    consultation,
    department,
    follows ? `${story.illness.name}复诊` : story.illness.complaint,
  )
  diagnose(chart, encounter, story.illness, doctor, from + 5 * minute)
  const findings: Finding[] = []
  // Tests of a clinic are ordered early in the consultation and read at the next.
  const occasion = { encounter, requester: doctor, at: from + 2 * minute }
  const tests = testsOf(chart)
  if (tests.length > 0 && draw.happens(0.35))
    for (const key of tests) findings.push(...runPanel(chart, occasion, panels.get(key)!, follows ? 0.2 : 0.8))
  const [imaging] = story.illness.imaging
  if (imaging && draw.happens(0.25)) findings.push(examine(chart, occasion, imaging, follows ? 0.3 : 0.7))
  const medicines = story.illness.medicines.filter(canBeTakenAtHome).slice(0, 2)
  for (const key of medicines)
    prescribe(chart, encounter, doctor, { key, from: from + 6 * minute, until: from + 14 * 24 * hour }, false)
  const known = findings.filter((finding) => finding.at <= until)
  writeNote(chart, {
    type: 'clinic',
    encounter,
    at: until,
    author: doctor,
    department,
    sections: [
      ['主诉', follows ? `${story.illness.name}治疗后复诊。` : chiefComplaint(story, 1 + draw.int(40))],
      ['病史', follows ? '治疗后症状较前好转，无特殊不适。' : pastHistory(story)],
      ['查体', `${story.illness.examination}。`],
      ['辅助检查', findings.length > 0 && known.length === 0 ? '已开具检查，结果待回报。' : findingsText(known)],
      ['初步诊断', story.illness.name],
      ['处理', `${medicationText(medicines)}不适随诊。`],
    ],
  })
}

const canBeTakenAtHome = (key: string): boolean => !formulary.get(key)!.route.startsWith('静脉')

function testsOf(chart: Chart): readonly string[] {
  const moved = [...chart.story.illness.raised, ...chart.story.illness.lowered]
  const special = [...panels.values()]
    .filter((panel) => panel.items.some((item) => moved.includes(item.key)))
    .map((panel) => panel.key)
  return special.length > 0 ? special.slice(0, 2) : ['cbc']
}

function encounterOf(
  chart: Chart,
  { doctor, from, until }: Consultation,
  department: HospitalDepartment,
  reason: string,
): Reference {
  const period = { start: dateTime(from), end: dateTime(until) }
  return reference(
    write(chart, until, {
      resourceType: 'Encounter',
      status: 'finished',
      class: { system: `${systems.terminology}/v3-ActCode`, code: 'AMB', display: 'ambulatory' },
      type: [{ text: '门诊' }],
      subject: chart.subject,
      participant: [
        { type: [terminology('v3-ParticipationType', 'ATND', 'attender')], period, individual: practitioner(doctor) },
      ],
      period,
      reasonCode: [{ text: reason }],
      location: [
        {
          location: { reference: `Location/${department.clinic}`, display: `${department.name}门诊` },
          status: 'completed',
          period,
        },
      ],
      serviceProvider: organization(department),
    }),
  )
}

export function bookClinic(chart: Chart, department: HospitalDepartment, day: number): void {
  const { doctor, from } = place(chart, department, day)
  const slotFrom = from - (from % (10 * minute))
  const bookedAt = momentOf(chart.world.endDay - 1 - chart.draw.int(5), chart.draw.between(8, 20))
  write(chart, bookedAt, {
    resourceType: 'Appointment',
    status: 'booked',
    serviceType: [{ text: `${department.name}门诊` }],
    description: '预约挂号',
    start: new Date(slotFrom).toISOString(),
    end: new Date(slotFrom + 10 * minute).toISOString(),
    created: dateTime(bookedAt),
    participant: [
      { actor: chart.subject, required: 'required', status: 'accepted' },
      { actor: practitioner(doctor), required: 'required', status: 'accepted' },
      { actor: { reference: `Location/${department.clinic}`, display: `${department.name}门诊` }, status: 'accepted' },
    ],
  })
}

/** In the emergency department from `from`; without `until`, still there. */
export function visitEmergency(
  chart: Chart,
  from: number,
  until: number | undefined,
  admittedTo?: HospitalDepartment,
): void {
  const { world, story, draw } = chart
  const emergency = world.department.get('emergency')!
  const team = teamOf(world, 'emergency')
  const doctor = onWheel(team.attendings, from, world.parameters, draw.int(4))
  const nurse = onWheel(team.nurses.get(emergency.id)!, from + 3 * minute, world.parameters, draw.int(6))
  const by = (at: number): Staff => sameOrNext(doctor, team.attendings, at, chart)
  const period = { start: dateTime(from), ...(until === undefined ? {} : { end: dateTime(until) }) }
  const encounter = reference(
    write(chart, until ?? from, {
      resourceType: 'Encounter',
      status: until === undefined ? 'in-progress' : 'finished',
      class: { system: `${systems.terminology}/v3-ActCode`, code: 'EMER', display: 'emergency' },
      type: [{ text: '急诊' }],
      priority: terminology('v3-ActPriority', 'EM', 'emergency'),
      subject: chart.subject,
      participant: [
        { type: [terminology('v3-ParticipationType', 'ATND', 'attender')], period, individual: practitioner(doctor) },
      ],
      period,
      reasonCode: [{ text: story.illness.complaint }],
      ...(until === undefined
        ? {}
        : {
            hospitalization: {
              dischargeDisposition: terminology(
                'discharge-disposition',
                admittedTo ? 'other-hcf' : 'home',
                admittedTo ? 'Other healthcare facility' : 'Home',
              ),
            },
          }),
      location: [
        {
          location: { reference: 'Location/place-emergency', display: '急诊诊区' },
          status: until === undefined ? 'active' : 'completed',
          period,
        },
      ],
      serviceProvider: organization(emergency),
    }),
  )
  const signs = takeVitalSigns(chart, encounter, from + 3 * minute, nurse, 1)
  diagnose(chart, encounter, story.illness, by(from + 15 * minute), from + 15 * minute)
  const occasion = { encounter, requester: by(from + 10 * minute), at: from + 10 * minute }
  const findings = [...runPanel(chart, occasion, panels.get('cbc')!, 1)]
  const [imaging] = story.illness.imaging
  if (imaging && !admittedTo) findings.push(examine(chart, occasion, imaging, 0.5))
  const medicines = story.illness.medicines.slice(0, 2)
  for (const key of medicines)
    prescribe(
      chart,
      encounter,
      by(from + 20 * minute),
      { key, from: from + 20 * minute, ...(until === undefined ? {} : { until }) },
      false,
    )
  const at = Math.min(from + 30 * minute, until ?? Number.MAX_SAFE_INTEGER)
  writeNote(chart, {
    type: 'emergency',
    encounter,
    at,
    author: by(at),
    department: emergency,
    sections: [
      ['主诉', chiefComplaint(story, 1)],
      ['现病史', `患者1天前出现${story.illness.complaint}，来我院急诊就诊。`],
      ['既往史', pastHistory(story)],
      ['查体', examinationText(story, signs)],
      ['生命体征', signsText(signs)],
      ['辅助检查', findingsText(findings.filter((finding) => finding.at <= at))],
      ['初步诊断', story.illness.name],
      [
        '处理',
        `${medicationText(medicines)}${admittedTo ? `收入${admittedTo.name}进一步治疗。` : until === undefined ? '留观。' : '症状缓解后离院，不适随诊。'}`,
      ],
    ],
  })
}

/** The doctor of the visit, unless the shift has changed meanwhile. */
function sameOrNext(doctor: Staff, group: readonly Staff[], at: number, chart: Chart): Staff {
  const now = onWheel(group, at, chart.world.parameters, 0)
  const [own, other] = [doctor.pattern, now.pattern]
  const sameShift = own.kind === 'wheel' && other.kind === 'wheel' && (own.position - other.position) % 5 === 0
  return sameShift ? doctor : now
}

/** A day on which the patient may have come, between two days, `before` excluded. */
export function someDay(chart: Chart, from: number, before: number): number {
  return Math.max(dayOf(chart.world.start) + 1, from + chart.draw.int(Math.max(1, before - from)))
}
