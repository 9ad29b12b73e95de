import { dateTime } from './calendar.ts'
import { type Chart, write } from './chart.ts'
import { concept, practitioner, quantity, type Reference, systems, terminology } from './coding.ts'
import type { Staff } from './staff.ts'

const vitalCategory = [terminology('observation-category', 'vital-signs', 'Vital Signs')]

export interface VitalSigns {
  readonly temperature: number
  readonly pulse: number
  readonly systolic: number
  readonly diastolic: number
}

/** Temperature, pulse and blood pressure, taken by the nurse on shift. */
export function takeVitalSigns(
  chart: Chart,
  encounter: Reference,
  at: number,
  nurse: Staff,
  course: number,
): VitalSigns {
  const { draw, story } = chart
  const fever = story.illness.raised.includes('wbc') || story.illness.raised.includes('crp')
  const signs: VitalSigns = {
    temperature: Math.round((36.5 + draw.between(-0.2, 0.3) + (fever ? 2.1 * course : 0)) * 10) / 10,
    pulse: Math.round(draw.normal(76, 6) + (fever ? 18 * course : 0) + (story.age < 6 ? 30 : 0)),
    systolic: Math.round(
      draw.normal(story.age < 14 ? 100 : 122, 8) +
        (story.hypertension || story.illness.code === 'I10' ? 10 + 20 * course : 0),
    ),
    diastolic: Math.round(
      draw.normal(story.age < 14 ? 62 : 76, 5) +
        (story.hypertension || story.illness.code === 'I10' ? 6 + 10 * course : 0),
    ),
  }
  const common = {
    resourceType: 'Observation',
    status: 'final',
    category: vitalCategory,
    subject: chart.subject,
    encounter,
    effectiveDateTime: dateTime(at),
    performer: [practitioner(nurse)],
  }
  write(chart, at, { ...common, code: temperatureCode, valueQuantity: quantity(signs.temperature, 'Cel') })
  write(chart, at, { ...common, code: pulseCode, valueQuantity: quantity(signs.pulse, '/min') })
  write(chart, at, {
    ...common,
    code: pressureCode,
    component: [
      { code: systolicCode, valueQuantity: quantity(signs.systolic, 'mm[Hg]') },
      { code: diastolicCode, valueQuantity: quantity(signs.diastolic, 'mm[Hg]') },
    ],
  })
  return signs
}

const temperatureCode = concept(systems.loinc, '8310-5', 'Body temperature', '体温')
const pulseCode = concept(systems.loinc, '8867-4', 'Heart rate', '脉搏')
const pressureCode = concept(systems.loinc, '85354-9', 'Blood pressure panel', '血压')
const systolicCode = concept(systems.loinc, '8480-6', 'Systolic blood pressure', '收缩压')
const diastolicCode = concept(systems.loinc, '8462-4', 'Diastolic blood pressure', '舒张压')
