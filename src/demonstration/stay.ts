import { dateTime, dayOf, hour, isWorkday, minute, momentOf, written } from './calendar.ts'
import { type Chart, type Finding, write } from './chart.ts'
import { organization, practitioner, type Reference, systems, terminology } from './coding.ts'
import { examine } from './examination.ts'
import { panels } from './laboratory.ts'
import { writeNote } from './note.ts'
import { askConsult, diagnose, operate, prescribe } from './order.ts'
import { runInfectionScreen, runPanel, takeVitalSigns, type VitalSigns } from './results.ts'
import { doctorAt, onWheel } from './roster.ts'
import type { Staff } from './staff.ts'
import { planStay, type StayPlan } from './stay-plan.ts'
import { intensiveWard, type Slot } from './ward-plan.ts'
import {
  caseFeatures,
  chiefComplaint,
  examinationText,
  findingsText,
  medicationText,
  nursingPhrase,
  pastHistory,
  presentIllness,
  privateHistories,
  progressPhrase,
  signsText,
} from './wording.ts'
import { teamOf } from './world.ts'

/** What a stay leaves behind: the ward's records from admission to discharge, or to this morning. */
interface Stay {
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

/** @returns the plan, of which the patient's own record and other visits speak. */
export function writeStay(chart: Chart, slot: Slot): StayPlan {
  const plan = planStay(chart, slot)
  const { illness } = chart.story
  const lengthScale = slot.department.stayDays * 0.45 * 24 * hour
  const stay: Stay = {
    chart,
    plan,
    encounter: { reference: `Encounter/en-${chart.story.index + 1}-${chart.serial + 1}` },
    findings: [],
    atAdmission: [],
    medicines: [
      ...illness.medicines,
      ...(chart.story.hypertension ? ['amlodipine'] : []),
      ...(chart.story.diabetes ? ['metformin'] : []),
    ],
    illDays: illness.operation && !plan.emergency ? 90 + chart.draw.int(400) : 1 + chart.draw.int(12),
    course: (at) => (plan.died ? 1 : Math.max(0.03, Math.exp(-(at - plan.admittedAt) / lengthScale))),
  }
  writeEncounter(stay)
  writeDiagnoses(stay)
  writeCareTeam(stay)
  const signs = firstDay(stay)
  writeAdmissionNotes(stay, signs)
  for (const key of stay.medicines) {
    prescribe(
      chart,
      stay.encounter,
      doctorFor(stay, plan.admittedAt + hour),
      { key, from: plan.admittedAt + hour, ...(plan.dischargedAt === undefined ? {} : { until: plan.dischargedAt }) },
      true,
    )
  }
  if (plan.consult) writeConsult(stay)
  if (plan.operation) writeOperation(stay)
  writeDays(stay)
  if (plan.dischargedAt !== undefined) writeDischarge(stay)
  return plan
}

function writeEncounter({ chart, plan }: Stay): void {
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

/** The named resident in working hours, the one on call otherwise, and intensive care's own doctors there. */
function doctorFor({ chart, plan }: Stay, at: number): Staff {
  const { world } = chart
  if (plan.intensive && at >= plan.intensive.from && at < plan.intensive.until) {
    return onWheel(teamOf(world, 'intensive-care').attendings, at, world.parameters, chart.story.index)
  }
  return doctorAt(world.parameters, plan.resident, teamOf(world, plan.slot.department.key).residents, at)
}

function nurseFor({ chart, plan }: Stay, at: number): Staff {
  const { world } = chart
  const inIntensive = plan.intensive !== undefined && at >= plan.intensive.from && at < plan.intensive.until
  const ward = inIntensive ? intensiveWard : plan.slot.ward.id
  const nurses = teamOf(world, inIntensive ? 'intensive-care' : plan.slot.department.key).nurses.get(ward)!
  return onWheel(nurses, at, world.parameters, plan.slot.laneInWard)
}

function writeDiagnoses(stay: Stay): void {
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

function writeCareTeam({ chart, plan, encounter }: Stay): void {
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

/** Which panels an illness asks for: the common ones, and those that contain what it moves. */
function panelsFor({ chart }: Stay): readonly string[] {
  const moved = new Set([...chart.story.illness.raised, ...chart.story.illness.lowered])
  const special = [...panels.values()].filter(
    (panel) => !['cbc', 'bio'].includes(panel.key) && panel.items.some((item) => moved.has(item.key)),
  )
  const coagulation = chart.story.illness.operation ? ['coag'] : []
  return [...new Set(['cbc', 'bio', ...coagulation, ...special.map((panel) => panel.key)])]
}

function firstDay(stay: Stay): VitalSigns {
  const { chart, plan } = stay
  const signsAt = Math.min(plan.admittedAt + 20 * minute, plan.until - minute)
  const signs = takeVitalSigns(chart, stay.encounter, signsAt, nurseFor(stay, signsAt), 1)
  const orderedAt = plan.admittedAt + 40 * minute
  if (orderedAt >= plan.until) return signs
  const occasion = { encounter: stay.encounter, requester: doctorFor(stay, orderedAt), at: orderedAt }
  for (const key of panelsFor(stay)) stay.findings.push(...runPanel(chart, occasion, panels.get(key)!, 1))
  if (chart.story.illness.operation || chart.story.hivHistory || plan.slot.department.key === 'infectious')
    runInfectionScreen(chart, occasion)
  for (const key of chart.story.illness.imaging) stay.findings.push(examine(chart, occasion, key, 0.75))
  stay.atAdmission.push(...stay.findings)
  return signs
}

function writeAdmissionNotes(stay: Stay, signs: VitalSigns): void {
  const { chart, plan } = stay
  const { story } = chart
  const at = plan.admittedAt + 5 * hour
  if (at >= plan.until) return
  const author = doctorFor(stay, at)
  const known = stay.findings.filter((finding) => finding.at <= at)
  const correctedAt = momentOf(nextWorkday(dayOf(at) + 1), 9.75)
  const corrected =
    chart.draw.happens(chart.world.parameters.shares.noteAmended * 2) && correctedAt < plan.until
      ? { by: plan.attending, at: correctedAt }
      : undefined
  writeNote(chart, {
    type: 'admission',
    encounter: stay.encounter,
    at,
    author,
    department: plan.slot.department,
    sections: [
      ['主诉', chiefComplaint(story, stay.illDays)],
      ['现病史', presentIllness(story, stay.illDays)],
      ['既往史', pastHistory(story)],
      ['个人史', '生于原籍，无疫区居住史，无毒物接触史。'],
      ...privateHistories(story),
      ['家族史', '否认家族性遗传病史。'],
      ['体格检查', examinationText(story, signs)],
      ['辅助检查', findingsText(known)],
      ['初步诊断', diagnosesText(stay)],
    ],
    ...(corrected ? { corrected } : {}),
  })
  const firstAt = at + 40 * minute
  if (firstAt >= plan.until) return
  writeNote(chart, {
    type: 'first-progress',
    encounter: stay.encounter,
    at: firstAt,
    author: doctorFor(stay, firstAt),
    department: plan.slot.department,
    sections: [
      ['病例特点', caseFeatures(story, stay.illDays)],
      ['拟诊讨论', `根据患者症状、体征及辅助检查（${findingsText(known)}），考虑诊断：${story.illness.name}。`],
      [
        '诊疗计划',
        `1.完善相关检查；2.治疗：${medicationText(stay.medicines)}3.${story.illness.operation ? `拟择期行${story.illness.operation.name}；` : '密切观察病情变化；'}4.向患者及家属交代病情。`,
      ],
    ],
  })
}

const diagnosesText = ({ chart }: Stay): string =>
  [
    chart.story.illness.name,
    ...(chart.story.hypertension ? ['高血压病'] : []),
    ...(chart.story.diabetes ? ['2型糖尿病'] : []),
  ]
    .map((name, at) => `${at + 1}.${name}`)
    .join('\n')

function nextWorkday(day: number): number {
  return isWorkday(day) ? day : nextWorkday(day + 1)
}

function writeConsult(stay: Stay): void {
  const { chart, plan } = stay
  const consult = plan.consult!
  askConsult(chart, stay.encounter, consult)
  if (consult.answeredAt >= chart.world.end) return
  writeNote(chart, {
    type: 'consult',
    encounter: stay.encounter,
    at: consult.answeredAt,
    author: consult.consultant,
    department: consult.department,
    sections: [
      [
        '会诊目的',
        `患者因“${chart.story.illness.name}”住${plan.slot.ward.name}，请${consult.department.name}协助诊治。`,
      ],
      [
        '会诊意见',
        `病史敬悉，查看患者。${findingsText(stay.findings.filter((finding) => finding.at <= consult.answeredAt))}建议：1.继续目前治疗；2.${consult.department.name}情况予对症处理；3.定期复查，必要时再次会诊。`,
      ],
    ],
  })
}

function writeOperation(stay: Stay): void {
  const { chart, plan } = stay
  const operation = plan.operation!
  if (operation.orderedAt >= chart.world.end) return
  operate(chart, stay.encounter, operation, plan.slot.department)
  const at = operation.until + 45 * minute
  if (at >= plan.until) return
  const { illness } = chart.story
  writeNote(chart, {
    type: 'operation',
    encounter: stay.encounter,
    at,
    author: doctorAt(
      chart.world.parameters,
      operation.surgeon,
      teamOf(chart.world, plan.slot.department.key).attendings,
      at,
    ),
    department: plan.slot.department,
    sections: [
      ['术前诊断', illness.name],
      ['术后诊断', illness.name],
      ['手术名称', illness.operation!.name],
      [
        '手术人员',
        `术者：${operation.surgeon.name}；第一助手：${operation.assistant.name}；麻醉：${operation.anaesthetist.name}`,
      ],
      ['手术时间', `${written(operation.from)} 至 ${written(operation.until)}`],
      [
        '手术经过',
        `麻醉满意后，患者取合适体位，常规消毒铺巾，行${illness.operation!.name}。术中探查与术前诊断相符，手术顺利，术中出血约${20 + chart.draw.int(30) * 10}ml，未输血，生命体征平稳。清点器械敷料无误。术毕患者安返${plan.intensive ? '重症监护病区' : '病房'}。`,
      ],
      ['术后处理', '予吸氧、心电监护，抗感染、止痛、补液等对症治疗，密切观察生命体征及切口情况。'],
    ],
  })
}

/** Day by day: vital signs in the morning, results every few days, progress notes, rounds, nursing notes. */
function writeDays(stay: Stay): void {
  const { chart, plan } = stay
  const { vitalsEveryDays, laboratoryEveryDays } = chart.world.parameters.observation
  const first = dayOf(plan.admittedAt)
  const length = dayOf(plan.until - 1) - first
  const sparse = length > 12 ? 2 : 1
  let signs: VitalSigns | undefined
  for (let after = 1; after <= length; after++) {
    const on = first + after
    const at = (hours: number): number => momentOf(on, hours)
    if (after % (vitalsEveryDays * sparse) === 0 && at(6.75) < plan.until) {
      signs = takeVitalSigns(chart, stay.encounter, at(6.75), nurseFor(stay, at(6.75)), stay.course(at(6.75)))
    }
    if (after % (laboratoryEveryDays * sparse) === 0 && at(7) < plan.until)
      repeatTests(stay, at(7) - 20 * minute, after)
    if (after % (2 * sparse) === 1 && at(10.5) < plan.until)
      writeProgress(stay, at(9.5) + chart.draw.int(50) * minute, signs, after)
    if (after % 3 === 1 && at(21) < plan.until) writeNursing(stay, at(after % 2 ? 20.5 : 10.25), signs, after)
  }
}

function repeatTests(stay: Stay, at: number, after: number): void {
  const { chart } = stay
  const occasion = { encounter: stay.encounter, requester: doctorFor(stay, at - 10 * hour), at }
  const moved = panelsFor(stay)
  const due = ['cbc', ...(after % 4 === 0 ? ['bio'] : []), ...moved.slice(2)]
  for (const key of new Set(due)) {
    const findings = runPanel(chart, { ...occasion, requester: doctorFor(stay, at) }, panels.get(key)!, stay.course(at))
    stay.findings.splice(
      0,
      stay.findings.length,
      ...stay.findings.filter(
        (known) => !findings.some((fresh) => fresh.text.split(' ')[0] === known.text.split(' ')[0]),
      ),
      ...findings,
    )
  }
}

function writeProgress(stay: Stay, at: number, signs: VitalSigns | undefined, after: number): void {
  const { chart, plan } = stay
  const isRound = after === 1 || after % 7 === 0
  const known = stay.findings.filter((finding) => finding.at <= at)
  const attendings = teamOf(chart.world, plan.slot.department.key).attendings
  const superior = doctorAt(chart.world.parameters, plan.attending, attendings, at)
  const author = isRound ? superior : doctorFor(stay, at)
  const correctedAt = momentOf(nextWorkday(dayOf(at) + 1), 16)
  const corrected =
    !isRound && chart.draw.happens(chart.world.parameters.shares.noteAmended) && correctedAt < plan.until
      ? { by: plan.attending, at: correctedAt }
      : undefined
  const operated =
    plan.operation && plan.operation.until < at
      ? `术后第${Math.max(1, dayOf(at) - dayOf(plan.operation.until))}天，切口敷料干燥，无渗血渗液。`
      : ''
  writeNote(chart, {
    type: isRound ? 'round' : 'progress',
    encounter: stay.encounter,
    at,
    author,
    department: plan.slot.department,
    sections: [
      [
        '病情变化',
        `${progressPhrase(stay.course(at), after + chart.story.index)}。${operated}${signs ? signsText(signs) : ''}`,
      ],
      ['辅助检查', findingsText(known)],
      [
        isRound ? '查房意见' : '处理',
        isRound
          ? `${superior.name}${superior.title}查房：患者诊断${chart.story.illness.name}明确，目前治疗有效。继续${medicationText(plan.slot.department.surgical ? stay.medicines.slice(0, 2) : stay.medicines.slice(0, 3))}注意观察病情变化，复查相关指标。`
          : `继续目前治疗：${medicationText(stay.medicines.slice(0, 3))}`,
      ],
    ],
    ...(corrected ? { corrected } : {}),
  })
}

function writeNursing(stay: Stay, at: number, signs: VitalSigns | undefined, after: number): void {
  if (at >= stay.plan.until) return
  writeNote(stay.chart, {
    type: 'nursing',
    encounter: stay.encounter,
    at,
    author: nurseFor(stay, at),
    department: stay.plan.slot.department,
    sections: [
      ['生命体征', signs ? signsText(signs) : '平稳。'],
      ['护理观察与措施', nursingPhrase(after + stay.chart.story.index)],
    ],
  })
}

function writeDischarge(stay: Stay): void {
  const { chart, plan } = stay
  const { story } = chart
  const at = plan.dischargedAt! - 30 * minute
  const treatment = `入院后完善相关检查：${findingsText(stay.atAdmission)}予${medicationText(stay.medicines)}${plan.operation ? `于${written(plan.operation.from).slice(0, 10)}行${story.illness.operation!.name}，手术顺利。` : ''}`
  writeNote(chart, {
    type: plan.died ? 'death' : 'discharge',
    encounter: stay.encounter,
    at,
    author: doctorFor(stay, at),
    department: plan.slot.department,
    sections: plan.died
      ? [
          ['入院情况', `${chiefComplaint(story, stay.illDays)}${story.illness.examination}。`],
          [
            '诊疗经过',
            `${treatment}患者病情进行性加重，于${written(at - 30 * minute)}突发心跳呼吸骤停，经积极抢救无效，宣布临床死亡。`,
          ],
          ['死亡诊断', diagnosesText(stay)],
        ]
      : [
          ['入院情况', `${chiefComplaint(story, stay.illDays)}${story.illness.examination}。`],
          ['诊疗经过', treatment],
          [
            '出院情况',
            `患者一般情况良好，症状明显缓解。出院前复查：${findingsText(stay.findings.filter((finding) => finding.at <= at))}准予出院。`,
          ],
          ['出院诊断', diagnosesText(stay)],
          [
            '出院医嘱',
            `1.${medicationText(stay.medicines.slice(0, 3))}2.注意休息，合理饮食；3.2周后${plan.slot.department.name}门诊复查；4.不适随诊。`,
          ],
        ],
  })
}
