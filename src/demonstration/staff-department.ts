import type { Role } from '../directory/index.ts'
import type { DepartmentId } from '../kernel/index.ts'
import type { Parameters } from './parameters.ts'
import type { Sex } from './person.ts'
import type { ShiftPattern } from './roster.ts'
import type { Staff, Team } from './staff.ts'
import { type HospitalDepartment, intensiveWard, type Ward } from './ward-plan.ts'

export interface Hire {
  readonly prefix: string
  readonly role: Role
  readonly title: string
  readonly department: DepartmentId
  readonly pattern: ShiftPattern
  readonly ages: readonly [number, number]
  readonly sex?: Sex
  readonly femaleShare?: number
  readonly heads?: DepartmentId
  readonly leftBefore?: number
}
export type Hiring = (order: Hire) => Staff

/** Who works in a department, and in which pattern of shifts. */
export function staffDepartment(parameters: Parameters, department: HospitalDepartment, hire: Hiring): Team {
  if (department.key === 'emergency' || department.key === 'intensive-care')
    return staffShiftUnit(parameters, department, hire)
  if (department.rooms.length > 0 || department.clinic || department.key === 'anaesthesia') {
    return staffClinicalDepartment(parameters, department, hire)
  }
  return { ...noTeam, others: staffService(parameters, department, hire) }
}

const noTeam: Team = { attendings: [], residents: [], clinicNurses: [], nurses: new Map(), others: [] }

function staffClinicalDepartment(parameters: Parameters, department: HospitalDepartment, hire: Hiring): Team {
  const { sizes } = parameters
  const places: readonly DepartmentId[] =
    department.rooms.length > 0 ? department.rooms.map((ward) => ward.id) : [department.id]
  const count = places.length * (department.rooms.length > 0 ? sizes.attendingsPerWard : sizes.attendingsOfClinicOnly)
  const juniors = places.length * sizes.residentsPerWard
  const doctor = (at: number, senior: boolean): Staff => {
    const turns = senior ? count : juniors
    return hire({
      prefix: 'dr',
      role: 'physician',
      title: !senior
        ? at % 3 === 0
          ? '主治医师'
          : '住院医师'
        : at === 0
          ? '主任医师'
          : at % 2
            ? '副主任医师'
            : '主治医师',
      department: department.id,
      ages: senior ? [36, 58] : [25, 34],
      femaleShare: ['gynaecology', 'obstetrics', 'paediatrics'].includes(department.key) ? 0.8 : 0.42,
      pattern: {
        kind: 'doctor',
        place: places[at % places.length]!,
        department: department.id,
        ...(senior && department.clinic ? { clinic: department.clinic } : {}),
        clinicTurn: at % Math.min(count, 5),
        clinicTurns: Math.min(count, 5),
        ...(department.rooms.length > 0 || department.key === 'anaesthesia' ? { callTurn: at } : {}),
        callTurns: turns,
      },
      ...(senior && at === 0 ? { heads: department.id } : {}),
    })
  }
  return {
    attendings: Array.from({ length: count }, (_, at) => doctor(at, true)),
    residents: Array.from({ length: juniors }, (_, at) => doctor(at, false)),
    clinicNurses: department.clinic
      ? Array.from({ length: sizes.clinicNurses }, () =>
          nurse(hire, department.clinic!, { kind: 'office', department: department.clinic! }, '护师'),
        )
      : [],
    nurses: new Map(department.rooms.map((ward) => [ward.id, wardNurses(parameters, ward, hire)])),
    others: [],
  }
}

/** The head nurse keeps office hours and stands beside the wheel. */
function wardNurses(parameters: Parameters, ward: Pick<Ward, 'id' | 'lanes'>, hire: Hiring): readonly Staff[] {
  const beside = Math.max(parameters.sizes.nursesPerWard, Math.ceil(ward.lanes.length / 8) * 5)
  const wheel = Array.from({ length: beside }, (_, position) =>
    nurse(hire, ward.id, { kind: 'wheel', department: ward.id, position }, position % 4 === 0 ? '主管护师' : '护师'),
  )
  nurse(hire, ward.id, { kind: 'office', department: ward.id }, '护士长', ward.id)
  return wheel
}

function nurse(
  hire: Hiring,
  department: DepartmentId,
  pattern: ShiftPattern,
  title: string,
  heads?: DepartmentId,
): Staff {
  return hire({
    prefix: 'nu',
    role: 'nurse',
    title,
    department,
    pattern,
    ages: heads ? [38, 52] : [22, 46],
    femaleShare: 0.95,
    ...(heads ? { heads } : {}),
  })
}

function staffShiftUnit(parameters: Parameters, department: HospitalDepartment, hire: Hiring): Team {
  const place = department.key === 'emergency' ? department.id : intensiveWard
  const doctors = Array.from({ length: parameters.sizes.emergencyDoctors }, (_, position) =>
    hire({
      prefix: 'dr',
      role: 'physician',
      title: position === 0 ? '主任医师' : position % 3 === 0 ? '主治医师' : '住院医师',
      department: department.id,
      pattern: { kind: 'wheel', department: place, position },
      ages: [27, 50],
      femaleShare: 0.4,
      ...(position === 0 ? { heads: department.id } : {}),
    }),
  )
  const nurses = Array.from({ length: parameters.sizes.emergencyNurses }, (_, position) =>
    nurse(hire, place, { kind: 'wheel', department: place, position }, '护师'),
  )
  return { ...noTeam, attendings: doctors, residents: doctors, nurses: new Map([[place, nurses]]) }
}

const offices: Readonly<Record<string, readonly (readonly [Role, string, number])[]>> = {
  'president-office': [['medical-affairs', '院长', 1]],
  'medical-affairs': [
    ['medical-affairs', '医务部主任', 1],
    ['medical-affairs', '医务部干事', 3],
  ],
  'nursing-office': [['quality-control', '护理部主任', 1]],
  'record-room': [
    ['record-room', '病案科主任', 1],
    ['record-room', '病案管理员', 5],
  ],
  'quality-office': [
    ['quality-control', '质控科主任', 1],
    ['quality-control', '质控员', 4],
  ],
  'insurance-office': [
    ['insurance', '医保办主任', 1],
    ['insurance', '医保审核员', 3],
  ],
  'education-office': [
    ['education-office', '教学部主任', 1],
    ['education-office', '教学秘书', 2],
  ],
  'discipline-office': [
    ['discipline-inspector', '纪检监察室主任', 1],
    ['discipline-inspector', '纪检监察员', 1],
  ],
  'information-centre': [
    ['system-admin', '信息中心主任', 1],
    ['system-admin', '系统管理员', 3],
  ],
  'security-office': [['security-admin', '安全管理员', 2]],
  'audit-office': [['audit-admin', '审计管理员', 2]],
  'publicity-office': [
    ['pr-officer', '宣传部部长', 1],
    ['pr-officer', '舆情专员', 1],
  ],
}

function staffService(parameters: Parameters, department: HospitalDepartment, hire: Hiring): readonly Staff[] {
  const posts = offices[department.key]
  if (posts) {
    return posts.flatMap(([role, title, count]) =>
      Array.from({ length: count }, () =>
        hire({
          prefix: 'ad',
          role,
          title,
          department: department.id,
          pattern: { kind: 'office', department: department.id },
          ages: [28, 57],
        }),
      ),
    )
  }
  const role: Role =
    department.kind === 'pharmacy' ? 'pharmacist' : department.kind === 'imaging' ? 'physician' : 'technician'
  const title = role === 'pharmacist' ? '主管药师' : role === 'physician' ? '主治医师' : '主管技师'
  return Array.from({ length: parameters.sizes.techniciansPerUnit }, (_, position) =>
    hire({
      prefix: role === 'pharmacist' ? 'ph' : role === 'physician' ? 'dr' : 'te',
      role,
      title,
      department: department.id,
      pattern: { kind: 'wheel', department: department.id, position },
      ages: [26, 55],
      ...(position === 0 ? { heads: department.id } : {}),
    }),
  )
}
