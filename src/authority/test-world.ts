import { type Directory, loadDirectory, openDirectory, type Role } from '../directory/index.ts'
import {
  boundPatient,
  cardiology,
  cardiologyWard,
  day,
  engineer,
  informatics,
  inspector,
  nurse,
  physician,
  robot,
  sampleHospital,
  start,
  systemAdmin,
  t,
  trainee,
} from '../directory/test-hospital.ts'
import {
  type Caller,
  type Database,
  type DepartmentId,
  fixedClock,
  type PatientId,
  type PersonId,
} from '../kernel/index.ts'
import { type Ledger, openLedger } from '../ledger/index.ts'
import { type Authority, openAuthority } from './authority.ts'
import { loadCare } from './care.ts'
import type { RecordFacts } from './decision.ts'
import type { RecordLabel } from './label.ts'

export {
  boundPatient,
  cardiology,
  cardiologyWard,
  engineer,
  inspector,
  nurse,
  physician,
  robot,
  systemAdmin,
  t,
  trainee,
}

const id = <Id extends string>(text: string): Id => text as Id

/** For tests only: the sample hospital of the directory, with an office for every rule and patients who are treated. */
export const surgeon = id<PersonId>('dr-000002')
export const pharmacist = id<PersonId>('ph-000001')
export const technician = id<PersonId>('te-000001')
export const recordKeeper = id<PersonId>('mr-000001')
export const qualityOfficer = id<PersonId>('qc-000001')
export const medicalOfficer = id<PersonId>('ma-000001')
export const insuranceOfficer = id<PersonId>('in-000001')
export const securityAdmin = id<PersonId>('se-000001')
export const auditAdmin = id<PersonId>('au-000001')
/** Settles with the insurance and controls quality: which of both it is must be said. */
export const twoOffices = id<PersonId>('io-000001')
export const headNurse = id<PersonId>('hn-000001')
export const head = id<PersonId>('hd-000001')
export const surgery = id<DepartmentId>('dept-surgery')
export const laboratory = id<DepartmentId>('dept-laboratory')
export const pharmacy = id<DepartmentId>('dept-pharmacy')

/** Attended by the physician, on the cardiology ward. */
export const ownPatient = id<PatientId>('pt-000010')
/** On the cardiology ward; nobody in particular attends. */
export const wardPatient = id<PatientId>('pt-000011')
/** Nobody's. */
export const strangePatient = id<PatientId>('pt-000099')

const offices: readonly (readonly [PersonId, string, Role, DepartmentId, string?])[] = [
  [surgeon, '赵云', 'physician', surgery, '110440000099999'],
  [pharmacist, '钱乙', 'pharmacist', pharmacy],
  [technician, '孙七', 'technician', laboratory],
  [recordKeeper, '周八', 'record-room', informatics],
  [qualityOfficer, '吴九', 'quality-control', informatics],
  [medicalOfficer, '郑十', 'medical-affairs', informatics],
  [insuranceOfficer, '冯一', 'insurance', informatics],
  [twoOffices, '蒋五', 'insurance', informatics],
  [headNurse, '沈六', 'nurse', cardiologyWard],
  [securityAdmin, '陈二', 'security-admin', informatics],
  [auditAdmin, '褚三', 'audit-admin', informatics],
  [head, '卫四', 'department-head', cardiology],
]

const secondPosts: typeof offices = [
  [twoOffices, '蒋五', 'quality-control', informatics],
  [headNurse, '沈六', 'department-head', cardiologyWard],
]

export const now = t(21)

export interface SampleWorld {
  readonly database: Database
  readonly directory: Directory
  readonly ledger: Ledger
  readonly clock: ReturnType<typeof fixedClock>
  readonly authority: Authority
  close(): Promise<void>
}

export async function openSampleWorld(database: Database): Promise<SampleWorld> {
  const clock = fixedClock(now)
  await database.transaction(async (tx) => {
    await loadDirectory(tx, {
      ...sampleHospital,
      departments: [
        ...(sampleHospital.departments ?? []),
        { id: surgery, name: '普通外科', kind: 'clinical' },
        { id: laboratory, name: '检验科', kind: 'laboratory' },
        { id: pharmacy, name: '药剂科', kind: 'pharmacy' },
      ],
      people: [
        ...(sampleHospital.people ?? []),
        ...offices.map(([person, name, , , licence], index) => ({
          id: person,
          staffNumber: `90${index}`,
          name,
          sex: 'female' as const,
          population: 'staff' as const,
          ...(licence && { licence }),
        })),
      ],
      posts: [
        ...(sampleHospital.posts ?? []),
        ...[...offices, ...secondPosts].map(([person, , role, department]) => ({
          id: `post-${person}-${role}`,
          person,
          role,
          title: role,
          department,
          from: t(-900),
          until: t(900),
        })),
      ],
    })
    await loadCare(tx, {
      relations: [
        { person: physician, patient: ownPatient, kind: 'attending', source: 'Encounter/e1', from: t(18) },
        {
          person: surgeon,
          patient: ownPatient,
          kind: 'consult',
          source: 'ServiceRequest/c1',
          from: t(10),
          until: t(12),
        },
      ],
      stays: [
        { patient: ownPatient, department: cardiologyWard, encounter: 'Encounter/e1', from: t(18) },
        { patient: wardPatient, department: cardiologyWard, encounter: 'Encounter/e2', from: t(20) },
        { patient: ownPatient, department: laboratory, encounter: 'ServiceRequest/l1', from: t(20), until: t(20.5) },
      ],
    })
  })
  const ledger = await openLedger({ database, clock })
  const directory = openDirectory({ database, ledger, clock })
  const authority = await openAuthority({ database, directory, ledger, clock })
  return { database, directory, ledger, clock, authority, close: () => ledger.close() }
}

export function callerOf(person: PersonId, given: Partial<Caller> = {}): Caller {
  return {
    person,
    session: 'session-1',
    assurance: 2,
    methods: ['pwd', 'otp'],
    terminal: { address: '127.0.0.1' },
    ...given,
  }
}

export function recordOf(
  patient: PatientId | undefined,
  given: Partial<RecordFacts> & { label?: Partial<RecordLabel> } = {},
): RecordFacts {
  const { label, ...facts } = given
  return {
    type: 'Observation',
    id: 'r1',
    ...(patient && { patient }),
    ...facts,
    label: { category: 'laboratory', sensitivity: 2, kinds: [], ...label },
  }
}

export { day, start }
