import type { DirectoryBatch } from '../directory/index.ts'
import type { FhirResource } from '../records/index.ts'
import { day, hour, minute, momentOf } from './calendar.ts'
import { chance } from './chance.ts'
import type { Chart } from './chart.ts'
import { directoryBatch } from './directory-batch.ts'
import { hospitalRecords } from './hospital-record.ts'
import type { Parameters } from './parameters.ts'
import { patientRecord, writeAllergy, writeImmunization } from './patient-record.ts'
import { writeStay } from './stay.ts'
import { type Story, storyOf } from './story.ts'
import { bookClinic, someDay, visitClinic, visitEmergency } from './visit.ts'
import { makeWorld, type World, type WorldOptions } from './world.ts'

/** A hospital made from parameters and a seed; the same from the same, to the byte. */
export interface GeneratedHospital {
  readonly world: World
  readonly directory: DirectoryBatch
  /**
   * Every record, patient after patient. A later version of a record follows its earlier one with the same id and the
   * next `meta.versionId`. Memory does not grow with the number of patients.
   */
  records(onProgress?: (patientsDone: number) => void): Generator<FhirResource>
  /** What is so and stands in no record. */
  truth(): Generator<PatientTruth>
}

export interface PatientTruth {
  readonly patient: string
  readonly vip: boolean
  readonly staff?: string
  readonly kin?: { readonly staff: string; readonly relation: string }
}

export function generateHospital(parameters: Parameters, options: WorldOptions): GeneratedHospital {
  const world = makeWorld(parameters, options)
  return {
    world,
    directory: directoryBatch(world),
    *records(onProgress) {
      yield* hospitalRecords(world)
      for (let index = 0; index < world.patients; index++) {
        yield* patientRecords(world, index)
        if (onProgress && (index + 1) % progressEvery === 0) onProgress(index + 1)
      }
      onProgress?.(world.patients)
    },
    *truth() {
      for (let index = 0; index < world.patients; index++) {
        const { patient, truth } = storyOf(world, index)
        if (!truth.vip && !truth.staff && !truth.kin) continue
        yield {
          patient,
          vip: truth.vip,
          ...(truth.staff ? { staff: truth.staff.id } : {}),
          ...(truth.kin ? { kin: { staff: truth.kin.staff.id, relation: truth.kin.relation } } : {}),
        }
      }
    },
  }
}

const progressEvery = 100

/** All records of one patient; any patient can be told alone. */
export function patientRecords(world: World, index: number): readonly FhirResource[] {
  const story = storyOf(world, index)
  const chart: Chart = {
    world,
    story,
    draw: chance(world.seed, 'chart', index),
    subject: { reference: `Patient/${story.patient}` },
    records: [],
    serial: 0,
  }
  const deceasedAt = tell(chart, story)
  return [patientRecord(world, story, deceasedAt), ...chart.records]
}

/** @returns when the patient died, if so. */
function tell(chart: Chart, story: Story): number | undefined {
  const { world, draw } = chart
  writeImmunization(chart)
  if (story.way === 'admission') return tellAdmission(chart, story)
  const { department } = story
  if (story.way === 'emergency-now') {
    visitEmergency(chart, world.end - (1 + draw.between(0, 8)) * hour, undefined)
  } else if (story.way === 'emergency') {
    const from = momentOf(
      someDay(chart, world.endDay - world.parameters.spanDays, world.endDay - 1),
      draw.between(0, 24),
    )
    visitEmergency(chart, from, from + (80 + draw.int(200)) * minute)
  } else {
    let on = someDay(chart, world.endDay - world.parameters.spanDays, world.endDay)
    visitClinic(chart, department, on, false)
    while (draw.happens(world.parameters.shares.extraClinicVisit)) {
      on += 7 + draw.int(50)
      if (on >= world.endDay) break
      visitClinic(chart, department, on, true)
    }
    if (story.way === 'clinic-today') bookClinic(chart, department, world.endDay)
    if (story.way === 'clinic-tomorrow') bookClinic(chart, department, world.endDay + 1)
  }
  writeAllergy(chart, world.end - day)
  return undefined
}

function tellAdmission(chart: Chart, story: Story): number | undefined {
  const { world, draw } = chart
  const { department } = story
  const plan = writeStay(chart, story.slot!)
  writeAllergy(chart, plan.admittedAt + 10 * minute)
  const admittedOn = Math.floor((plan.admittedAt + 8 * hour) / day)
  if (plan.emergency) visitEmergency(chart, plan.admittedAt - 3 * hour, plan.admittedAt - 10 * minute, department)
  else if (department.clinic && draw.happens(0.6)) visitClinic(chart, department, admittedOn - 1 - draw.int(9), false)
  if (plan.died) return plan.dischargedAt! - 60 * minute
  const after =
    plan.dischargedAt === undefined ? world.endDay : Math.floor((plan.dischargedAt + 8 * hour) / day) + 7 + draw.int(14)
  if (department.clinic && after < world.endDay && draw.happens(0.55)) visitClinic(chart, department, after, true)
  return undefined
}
