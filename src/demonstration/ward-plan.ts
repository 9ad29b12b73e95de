import type { DepartmentId } from '../kernel/index.ts'
import { type DepartmentSpecification, departmentPlan } from './departments.ts'
import type { Parameters } from './parameters.ts'

/**
 * Who lies where, as arithmetic. Every bed in use (a lane) has the simulated time cut into windows counted backwards
 * from the end, and a window of a lane belongs to one patient: so no bed is given twice, any patient's place can be
 * computed alone, and memory does not grow with the number of patients. Window 0 holds those in the wards now.
 */
export interface Ward {
  readonly id: DepartmentId
  readonly name: string
  readonly department: string
  /** Ids of the beds in use, by lane, and of the empty ones. */
  readonly lanes: readonly Bed[]
  readonly spare: readonly Bed[]
  /** The bed in intensive care that this ward's patients use, one at a time. */
  readonly intensiveBed?: Bed
}

export interface Bed {
  readonly id: string
  readonly name: string
}

export interface HospitalDepartment extends DepartmentSpecification {
  readonly id: DepartmentId
  readonly clinic?: DepartmentId
  readonly rooms: readonly Ward[]
  /** Slots (admissions) of this department are numbered from here. */
  readonly slotFrom: number
  readonly slots: number
  readonly windowDays: number
}

export interface Slot {
  readonly department: HospitalDepartment
  readonly ward: Ward
  readonly laneInWard: number
  /** 0: in the ward now; k: the k-th window back. */
  readonly window: number
  /** Whether this slot has the turn on the ward's bed in intensive care. */
  readonly intensive: boolean
}

const id = (text: string): DepartmentId => text as DepartmentId
export const intensiveWard = id('ward-intensive-care')

export function planDepartments(parameters: Parameters, patients: number): readonly HospitalDepartment[] {
  const admitting = departmentPlan.filter((department) => department.wards > 0)
  const weight = admitting.reduce((sum, department) => sum + department.admissions, 0)
  const admissions = Math.round(patients * parameters.shares.inpatient)
  let slotFrom = 0
  let admissionsSoFar = 0
  return departmentPlan.map((specification) => {
    admissionsSoFar += specification.admissions
    const slots = specification.wards > 0 ? Math.round((admissions * admissionsSoFar) / weight) - slotFrom : 0
    const windowDays = Math.max(6, Math.ceil(specification.stayDays * 2.2))
    const windows = Math.floor(parameters.spanDays / windowDays)
    const lanesNeeded = Math.max(specification.wards * parameters.sizes.lanesPerWardAtLeast, Math.ceil(slots / windows))
    const wards =
      specification.wards === 0
        ? 0
        : Math.max(specification.wards, Math.ceil(lanesNeeded / parameters.sizes.lanesPerWardAtMost))
    const department: HospitalDepartment = {
      ...specification,
      id: id(`dept-${specification.key}`),
      ...(specification.visits > 0 ? { clinic: id(`clinic-${specification.key}`) } : {}),
      rooms: Array.from({ length: wards }, (_, at) =>
        planWard(parameters, specification, at, wards, Math.ceil(lanesNeeded / wards)),
      ),
      slotFrom,
      slots,
      windowDays,
    }
    slotFrom += slots
    return department
  })
}

const numerals = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十']
const numeral = (number: number): string =>
  number <= 10
    ? numerals[number - 1]!
    : `${number >= 20 ? numerals[Math.floor(number / 10) - 1] : ''}十${number % 10 === 0 ? '' : numerals[(number % 10) - 1]}`

function planWard(
  parameters: Parameters,
  department: DepartmentSpecification,
  at: number,
  wards: number,
  lanes: number,
): Ward {
  const wardId = id(`ward-${department.key}-${at + 1}`)
  const name = `${department.name}${wards > 1 ? numeral(at + 1) : ''}病区`
  const bed = (number: number): Bed => ({ id: `bed-${department.key}-${at + 1}-${number}`, name: `${number}床` })
  const every = parameters.sizes.lanesPerSpareBed + 1
  const beds = Array.from({ length: lanes + Math.ceil(lanes / (every - 1)) }, (_, number) => bed(number + 1))
  return {
    id: wardId,
    name,
    department: department.key,
    lanes: beds.filter((_, number) => (number + 1) % every !== 0).slice(0, lanes),
    spare: beds.filter((_, number) => (number + 1) % every === 0),
    ...(department.intensive
      ? {
          intensiveBed: {
            id: `bed-intensive-care-${department.key}-${at + 1}`,
            name: `${department.name}监护${at + 1}床`,
          },
        }
      : {}),
  }
}

/** The place of the admission with this number. */
export function slotAt(departments: readonly HospitalDepartment[], slot: number, parameters: Parameters): Slot {
  const department = departments.find((one) => slot >= one.slotFrom && slot < one.slotFrom + one.slots)!
  const within = slot - department.slotFrom
  const lanes = department.rooms.length * department.rooms[0]!.lanes.length
  const lane = within % lanes
  const ward = department.rooms[lane % department.rooms.length]!
  const laneInWard = Math.floor(lane / department.rooms.length)
  const turn = Math.floor(within / lanes)
  const turns = Math.ceil(department.slots / lanes)
  const windows = Math.floor(parameters.spanDays / department.windowDays)
  const window = turn === 0 ? 0 : 1 + Math.floor(((turn - 1) * (windows - 1)) / Math.max(1, turns - 1))
  return {
    department,
    ward,
    laneInWard,
    window,
    intensive: ward.intensiveBed !== undefined && laneInWard === (window * 3 + 1) % ward.lanes.length,
  }
}

/** The numbers of the admissions that a lane holds now. */
export function slotsNow(department: HospitalDepartment): number {
  const lanes = department.rooms.reduce((sum, ward) => sum + ward.lanes.length, 0)
  return Math.min(lanes, department.slots)
}
