import { day, dayOf, momentOf } from './calendar.ts'
import { weighted } from './chance.ts'
import { type Illness, illnesses } from './illnesses.ts'
import type { Parameters } from './parameters.ts'
import { type NameBook, nameBook } from './person.ts'
import { hireStaff, type Personnel, type Team } from './staff.ts'
import { type HospitalDepartment, planDepartments } from './ward-plan.ts'

/** Everything about the hospital that does not depend on one patient; small, whatever the number of patients. */
export interface World {
  readonly parameters: Parameters
  readonly seed: string
  readonly patients: number
  readonly start: number
  /** The midnight at which the simulated time ends; appointments and rosters reach beyond. */
  readonly end: number
  readonly endDay: number
  readonly departments: readonly HospitalDepartment[]
  readonly department: ReadonlyMap<string, HospitalDepartment>
  readonly personnel: Personnel
  readonly book: NameBook
  /** Patients are dealt to their fates by a permutation, so that neighbouring numbers have nothing in common. */
  readonly fateOf: (patient: number) => number
  readonly patientOf: (fate: number) => number
  readonly admissions: number
  readonly admittingIllnesses: ReadonlyMap<string, readonly Illness[]>
  readonly clinicIllnesses: ReadonlyMap<string, readonly Illness[]>
  readonly clinicDepartment: (at: number) => HospitalDepartment
  readonly pictureShare: number
}

export interface WorldOptions {
  readonly patients: number
  readonly seed?: string
  /** Milliseconds since 1970; the world ends at the local midnight before it. */
  readonly endsAt: number
}

export function makeWorld(parameters: Parameters, options: WorldOptions): World {
  const seed = options.seed ?? parameters.seed
  const endDay = dayOf(options.endsAt)
  const end = momentOf(endDay, 0)
  const book = nameBook(parameters)
  const departments = planDepartments(parameters, options.patients)
  const step = coprimeStep(options.patients)
  const back = inverse(step, options.patients)
  return {
    parameters,
    seed,
    patients: options.patients,
    start: end - parameters.spanDays * day,
    end,
    endDay,
    departments,
    department: new Map(departments.map((department) => [department.key, department])),
    personnel: hireStaff(parameters, seed, book, departments, end),
    book,
    fateOf: (patient) => (patient * step) % options.patients,
    patientOf: (fate) => (fate * back) % options.patients,
    admissions: departments.reduce((sum, department) => sum + department.slots, 0),
    admittingIllnesses: byDepartment(illnesses.filter((illness) => !illness.clinicOnly)),
    clinicIllnesses: byDepartment(illnesses),
    clinicDepartment: weighted(departments.filter((one) => one.clinic).map((one) => [one, one.visits] as const)),
    pictureShare: Math.min(parameters.shares.picture, parameters.picturesAtMost / (options.patients * 0.35)),
  }
}

export const teamOf = (world: World, key: string): Team => world.personnel.teams.get(key)!

function byDepartment(all: readonly Illness[]): ReadonlyMap<string, readonly Illness[]> {
  const groups = new Map<string, Illness[]>()
  for (const illness of all) groups.set(illness.department, [...(groups.get(illness.department) ?? []), illness])
  return groups
}

/** A step near the golden section that has no divisor in common with `count`, so that its multiples meet every number. */
function coprimeStep(count: number): number {
  for (let step = Math.max(1, Math.round(count * 0.618)); ; step++) if (divisor(step, count) === 1) return step
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

/** The number that undoes `step` modulo `count` (extended Euclid). */
function inverse(step: number, count: number): number {
  let [low, high, a, b] = [step % count, count, 1, 0]
  while (low > 1) {
    const times = Math.floor(high / low)
    ;[high, low] = [low, high - times * low]
    ;[b, a] = [a, b - times * a]
  }
  return ((a % count) + count) % count
}
