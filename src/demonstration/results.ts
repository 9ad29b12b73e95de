import type { FhirResource } from '../records/index.ts'
import { dateTime, hour, instant, minute } from './calendar.ts'
import { type Chart, type Finding, write } from './chart.ts'
import {
  concept,
  organization,
  practitioner,
  quantity,
  type Reference,
  reference,
  systems,
  terminology,
} from './coding.ts'
import { infectionScreen, type LaboratoryItem, type LaboratoryPanel } from './laboratory.ts'
import { onWheel } from './roster.ts'
import type { Staff } from './staff.ts'
import { teamOf } from './world.ts'

/** Laboratory results, in series that follow the illness and its treatment. */

export interface Occasion {
  readonly encounter: Reference
  readonly requester: Staff
  readonly at: number
}

const laboratoryCategory = [terminology('observation-category', 'laboratory', 'Laboratory')]
const interpretations: Readonly<Record<string, readonly ReturnType<typeof terminology>[]>> = {
  H: [terminology('v3-ObservationInterpretation', 'H', 'High')],
  L: [terminology('v3-ObservationInterpretation', 'L', 'Low')],
  N: [terminology('v3-ObservationInterpretation', 'N', 'Normal')],
  POS: [terminology('v3-ObservationInterpretation', 'POS', 'Positive')],
  NEG: [terminology('v3-ObservationInterpretation', 'NEG', 'Negative')],
}
const referenceRanges = new WeakMap<LaboratoryItem, readonly unknown[]>()
const itemCodes = new WeakMap<LaboratoryItem, unknown>()

/**
 * Orders a panel, measures it and reports it. `course` says how much of the illness is still there: 1 at its height,
 * 0 when well.
 */
export function runPanel(chart: Chart, occasion: Occasion, panel: LaboratoryPanel, course: number): readonly Finding[] {
  const { reportedAt, performer, order } = orderTest(chart, occasion, panelCode(panel))
  const findings: Finding[] = []
  const results = panel.items.map((item) => {
    const value = measure(chart, item, course)
    const flag = value > item.high ? 'H' : value < item.low ? 'L' : 'N'
    findings.push({
      at: reportedAt,
      text: `${item.name} ${value}${item.unit === '1' ? '' : writtenUnit(item.unit)}${flag === 'H' ? '↑' : flag === 'L' ? '↓' : ''}`,
      abnormal: flag !== 'N',
    })
    return write(chart, reportedAt, {
      resourceType: 'Observation',
      basedOn: [reference(order)],
      status: 'final',
      category: laboratoryCategory,
      code: codeOf(item),
      subject: chart.subject,
      encounter: occasion.encounter,
      effectiveDateTime: dateTime(occasion.at + 20 * minute),
      issued: instant(reportedAt),
      performer: [practitioner(performer)],
      valueQuantity: quantity(value, item.unit),
      interpretation: interpretations[flag],
      referenceRange: rangeOf(item),
    })
  })
  const abnormal = findings.filter((finding) => finding.abnormal)
  report(
    chart,
    occasion,
    order,
    results,
    panelCode(panel),
    reportedAt,
    performer,
    abnormal.length === 0
      ? '各项结果均在参考范围内。'
      : `异常项目：${abnormal.map((finding) => finding.text).join('；')}。`,
  )
  return findings
}

/** 感染四项: three in one report; the fourth, HIV, in a report of its own, because it is read by fewer. */
export function runInfectionScreen(chart: Chart, occasion: Occasion): void {
  const positive: Readonly<Record<string, boolean>> = {
    hbsag: chart.story.illness.code === 'B18.1',
    tp: chart.story.illness.code === 'A53.9',
    hiv: chart.story.hivHistory || ['B20.7', 'Z21'].includes(chart.story.illness.code),
  }
  for (const tests of [
    infectionScreen.filter((test) => test.key !== 'hiv'),
    infectionScreen.filter((test) => test.key === 'hiv'),
  ]) {
    const code =
      tests.length > 1
        ? concept(systems.house, 'infection', '输血前感染指标')
        : concept(systems.loinc, tests[0]!.loinc, tests[0]!.name)
    const { reportedAt, performer, order } = orderTest(chart, occasion, code)
    const results = tests.map((test) => {
      const isPositive = positive[test.key] ?? false
      return write(chart, reportedAt, {
        resourceType: 'Observation',
        basedOn: [reference(order)],
        status: 'final',
        category: laboratoryCategory,
        code: concept(systems.loinc, test.loinc, test.name),
        subject: chart.subject,
        encounter: occasion.encounter,
        effectiveDateTime: dateTime(occasion.at + 20 * minute),
        issued: instant(reportedAt),
        performer: [practitioner(performer)],
        valueString: isPositive ? '阳性' : '阴性',
        interpretation: interpretations[isPositive ? 'POS' : 'NEG'],
        referenceRange: [{ text: '阴性' }],
      })
    })
    const anyPositive = tests.some((test) => positive[test.key])
    report(
      chart,
      occasion,
      order,
      results,
      code,
      reportedAt,
      performer,
      anyPositive ? '检出阳性结果，请结合临床。' : '均为阴性。',
    )
  }
}

interface TestOrder {
  readonly order: FhirResource
  readonly reportedAt: number
  readonly performer: Staff
}

function orderTest(chart: Chart, occasion: Occasion, code: unknown): TestOrder {
  const reportedAt = Math.min(occasion.at + hour + chart.draw.int(120) * minute, chart.world.end - minute)
  const order = write(chart, occasion.at, {
    resourceType: 'ServiceRequest',
    status: 'completed',
    intent: 'order',
    category: [concept('http://snomed.info/sct', '108252007', 'Laboratory procedure', '检验')],
    code,
    subject: chart.subject,
    encounter: occasion.encounter,
    authoredOn: dateTime(occasion.at),
    requester: practitioner(occasion.requester),
    performer: [organization(chart.world.department.get('laboratory')!)],
  })
  const performer = onWheel(
    teamOf(chart.world, 'laboratory').others,
    reportedAt,
    chart.world.parameters,
    chart.story.index,
  )
  return { order, reportedAt, performer }
}

function report(
  chart: Chart,
  occasion: Occasion,
  order: FhirResource,
  results: readonly FhirResource[],
  code: unknown,
  reportedAt: number,
  performer: Staff,
  conclusion: string,
): void {
  write(chart, reportedAt, {
    resourceType: 'DiagnosticReport',
    basedOn: [reference(order)],
    status: 'final',
    category: [terminology('v2-0074', 'LAB', 'Laboratory')],
    code,
    subject: chart.subject,
    encounter: occasion.encounter,
    effectiveDateTime: dateTime(occasion.at + 20 * minute),
    issued: instant(reportedAt),
    performer: [organization(chart.world.department.get('laboratory')!)],
    resultsInterpreter: [practitioner(performer)],
    result: results.map(reference),
    conclusion,
  })
}

const panelCode = (panel: LaboratoryPanel) =>
  panel.loinc
    ? {
        coding: [
          { system: systems.loinc, code: panel.loinc },
          { system: systems.house, code: panel.key, display: panel.name },
        ],
        text: panel.name,
      }
    : concept(systems.house, panel.key, panel.name)

function codeOf(item: LaboratoryItem): unknown {
  const known = itemCodes.get(item)
  if (known) return known
  const house = { system: systems.house, code: item.key, display: item.name }
  const code = { coding: item.loinc ? [{ system: systems.loinc, code: item.loinc }, house] : [house], text: item.name }
  itemCodes.set(item, code)
  return code
}

function rangeOf(item: LaboratoryItem): readonly unknown[] {
  const known = referenceRanges.get(item)
  if (known) return known
  const range = [
    {
      low: quantity(item.low, item.unit),
      high: quantity(item.high, item.unit),
      text: `${item.low}–${item.high} ${item.unit}`,
    },
  ]
  referenceRanges.set(item, range)
  return range
}

/** In health near the patient's own middle; in illness on the way between the marked value and health. */
function measure(chart: Chart, item: LaboratoryItem, course: number): number {
  const { illness } = chart.story
  const width = item.high - item.low
  const well = Math.min(item.high, Math.max(item.low, chart.draw.normal((item.low + item.high) / 2, width / 7)))
  const extreme =
    illness.raised.includes(item.key) || (chart.story.diabetes && item.key === 'glu')
      ? item.raised
      : illness.lowered.includes(item.key)
        ? item.lowered
        : undefined
  const raw = extreme === undefined ? well : well + (extreme - well) * course * chart.draw.between(0.7, 1)
  const scale = 10 ** item.decimals
  return Math.round(Math.max(0, raw) * scale) / scale
}

/** As a report prints it: `×10^9/L`, not UCUM’s `10*9/L`. */
const writtenUnit = (unit: string): string =>
  unit
    .replace(/^10\*(\d+)/, '×10^$1')
    .replace('{copies}', '拷贝')
    .replace(/^\//, '个/')
