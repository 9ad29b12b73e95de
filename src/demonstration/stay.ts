import { dayOf, hour, minute, momentOf } from './calendar.ts'
import type { Chart } from './chart.ts'
import { examine } from './examination.ts'
import { panels } from './laboratory.ts'
import { prescribe } from './order.ts'
import { runInfectionScreen, runPanel } from './results.ts'
import { writeCareTeam, writeDiagnoses, writeEncounter } from './stay-encounter.ts'
import {
  writeAdmissionNotes,
  writeConsult,
  writeDischarge,
  writeNursing,
  writeOperation,
  writeProgress,
} from './stay-notes.ts'
import { planStay, type StayPlan } from './stay-plan.ts'
import { takeVitalSigns, type VitalSigns } from './vital-signs.ts'
import type { Slot } from './ward-plan.ts'
import { doctorFor, nurseFor, type Stay } from './ward-stay.ts'

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
