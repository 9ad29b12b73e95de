import type { Role } from '../directory/index.ts'
import type { DepartmentId, PersonId } from '../kernel/index.ts'
import { dateOfDay, day } from './calendar.ts'
import { type Chance, chance } from './chance.ts'
import type { Parameters } from './parameters.ts'
import { address, givenName, type NameBook, type Sex, telephone } from './person.ts'
import type { ShiftPattern } from './roster.ts'
import { type Hire, staffDepartment } from './staff-department.ts'
import type { HospitalDepartment } from './ward-plan.ts'

export interface Staff {
  readonly id: PersonId
  readonly number: string
  readonly surname: string
  readonly name: string
  readonly sex: Sex
  readonly birthDate: string
  readonly phone: string
  readonly address: string
  readonly role: Role
  readonly title: string
  /** Where the post stands. */
  readonly department: DepartmentId
  /** A second post of the same person, e.g. head of the department. */
  readonly heads?: DepartmentId
  readonly licence?: string
  readonly pattern: ShiftPattern
  readonly employedFrom: number
  readonly employedUntil: number
}

/** The people of one department. */
export interface Team {
  readonly attendings: readonly Staff[]
  readonly residents: readonly Staff[]
  readonly clinicNurses: readonly Staff[]
  readonly nurses: ReadonlyMap<DepartmentId, readonly Staff[]>
  /** Technicians, pharmacists, or those of an office. */
  readonly others: readonly Staff[]
}

export interface Personnel {
  readonly all: readonly Staff[]
  readonly teams: ReadonlyMap<string, Team>
}

export function hireStaff(
  parameters: Parameters,
  seed: string,
  book: NameBook,
  departments: readonly HospitalDepartment[],
  end: number,
): Personnel {
  const all: Staff[] = []
  const hire = (order: Hire): Staff => {
    const staff = makeStaff(parameters, book, order, all.length, end, chance(seed, 'staff', all.length))
    all.push(staff)
    return staff
  }
  const teams = new Map(
    departments.map((department) => [department.key, staffDepartment(parameters, department, hire)]),
  )
  const leavers = departments.filter((department) => department.rooms.length > 0)
  for (let at = 0; at < parameters.sizes.formerStaff; at++) {
    const { id } = leavers[at % leavers.length]!
    const title = at % 2 ? '护师' : '住院医师'
    const role: Role = at % 2 ? 'nurse' : 'physician'
    hire({
      prefix: at % 2 ? 'nu' : 'dr',
      role,
      title,
      department: id,
      pattern: { kind: 'office', department: id },
      ages: [25, 50],
      leftBefore: 20 + at * 9,
    })
  }
  return { all, teams }
}

function makeStaff(parameters: Parameters, book: NameBook, order: Hire, at: number, end: number, draw: Chance): Staff {
  const sex = order.sex ?? (draw.happens(order.femaleShare ?? 0.5) ? 'female' : 'male')
  const age = draw.between(...order.ages)
  const birth = Math.floor(end / day - age * 365.25)
  const birthDate = dateOfDay(birth)
  const surname = book.surname(draw.next())
  const number = String(at + 1).padStart(6, '0')
  const left = order.leftBefore === undefined ? undefined : end - order.leftBefore * day
  return {
    id: `${order.prefix}-${number}` as PersonId,
    number: `${order.prefix.toUpperCase()}${number}`,
    surname,
    name: surname + givenName(book, sex, Number(birthDate.slice(0, 4)), parameters.shares.rareName, draw),
    sex,
    birthDate,
    phone: telephone(90_000_000 + at),
    address: address(parameters, draw),
    role: order.role,
    title: order.title,
    department: order.department,
    ...(order.heads ? { heads: order.heads } : {}),
    ...(order.role === 'physician' || order.role === 'nurse'
      ? { licence: `${order.role === 'nurse' ? '2' : '1'}1099${birthDate.slice(0, 4)}${number}` }
      : {}),
    pattern: order.pattern,
    employedFrom: end - Math.floor(2 + draw.int(10)) * 365 * day,
    employedUntil: left ?? end + Math.floor(400 + draw.int(700)) * day,
  }
}
