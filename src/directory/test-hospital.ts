import type { DepartmentId, PatientId, PersonId } from '../kernel/index.ts'
import type { DirectoryBatch } from './batch.ts'

/** For tests only: a small hospital with one person of every population. `t` days are counted from `start`. */
export const start = Date.parse('2026-11-01T00:00:00Z')
export const day = 86_400_000
export const t = (days: number): number => start + days * day

const id = <Id extends string>(text: string): Id => text as Id

export const physician = id<PersonId>('dr-000001')
export const nurse = id<PersonId>('nu-000001')
export const trainee = id<PersonId>('tr-000001')
export const engineer = id<PersonId>('ve-000001')
export const inspector = id<PersonId>('di-000001')
export const systemAdmin = id<PersonId>('it-000001')
export const robot = id<PersonId>('sv-000001')
export const cardiology = id<DepartmentId>('dept-cardiology')
export const cardiologyWard = id<DepartmentId>('ward-cardiology-1')
export const informatics = id<DepartmentId>('dept-it')
export const boundPatient = id<PatientId>('pt-000001')

export const sampleHospital: DirectoryBatch = {
  institutions: [{ id: 'hospital', name: '守历示范医院', timeZone: 'Asia/Shanghai' }],
  departments: [
    { id: cardiology, name: '心血管内科', kind: 'clinical' },
    { id: cardiologyWard, name: '心内一病区', kind: 'ward', parent: cardiology },
    { id: informatics, name: '信息中心', kind: 'administrative' },
  ],
  vendors: [{ id: 'vendor-1', name: '某医疗软件公司' }],
  people: [
    {
      id: physician,
      staffNumber: '1001',
      name: '张三丰',
      sex: 'male',
      population: 'staff',
      licence: '110440000012345',
    },
    { id: nurse, staffNumber: '2001', name: '李四', sex: 'female', population: 'staff' },
    { id: trainee, staffNumber: 'J3001', name: '欧阳锋', sex: 'male', population: 'trainee' },
    { id: engineer, staffNumber: 'W4001', name: '单雄信', sex: 'male', population: 'vendor', vendor: 'vendor-1' },
    { id: inspector, staffNumber: '5001', name: '包拯', sex: 'male', population: 'staff' },
    { id: systemAdmin, staffNumber: '6001', name: '王五', sex: 'female', population: 'staff' },
    { id: robot, staffNumber: 'S7001', name: '质控接口', sex: 'unknown', population: 'service', owner: systemAdmin },
  ],
  courses: [{ id: 'emr-use', name: '电子病历使用规范', currentVersion: '2026.1' }],
  programmes: [{ id: 'prog-1', person: trainee, name: '心内科进修', kind: 'visiting', from: t(0), until: t(60) }],
  agreements: [
    {
      id: 'agr-nda',
      vendor: 'vendor-1',
      kind: 'confidentiality',
      title: '保密协议',
      signedOn: '2026-10-01',
      from: t(-30),
      until: t(300),
      people: [{ person: engineer, confirmedAt: t(-29) }],
    },
    {
      id: 'agr-auth',
      vendor: 'vendor-1',
      kind: 'authorization',
      title: '授权协议',
      signedOn: '2026-10-01',
      from: t(-30),
      until: t(90),
      systems: ['lis', 'emr'],
      categories: ['laboratory', 'order'],
      purposes: ['MAINT'],
      people: [{ person: engineer, confirmedAt: t(-29) }],
    },
  ],
  posts: [
    {
      id: 'post-physician',
      person: physician,
      role: 'physician',
      title: '主治医师',
      department: cardiology,
      from: t(-900),
      until: t(900),
    },
    {
      id: 'post-nurse',
      person: nurse,
      role: 'nurse',
      title: '护师',
      department: cardiologyWard,
      from: t(-900),
      until: t(900),
    },
    {
      id: 'post-trainee',
      person: trainee,
      role: 'trainee',
      title: '进修医师',
      department: cardiology,
      from: t(0),
      until: t(60),
    },
    {
      id: 'post-engineer',
      person: engineer,
      role: 'vendor-engineer',
      title: '工程师',
      department: informatics,
      from: t(-30),
      until: t(90),
    },
    {
      id: 'post-inspector',
      person: inspector,
      role: 'discipline-inspector',
      title: '纪检干事',
      department: informatics,
      from: t(-900),
      until: t(900),
    },
    {
      id: 'post-admin',
      person: systemAdmin,
      role: 'system-admin',
      title: '系统管理员',
      department: informatics,
      from: t(-900),
      until: t(900),
    },
  ],
  rosters: [{ id: 'roster-1', person: physician, department: cardiology, kind: 'on-call', from: t(21), until: t(22) }],
  rotations: [
    {
      id: 'rot-1',
      programme: 'prog-1',
      department: cardiologyWard,
      supervisor: physician,
      from: t(0),
      until: t(30),
      cases: [boundPatient],
    },
  ],
  training: [{ person: trainee, course: 'emr-use', version: '2026.1', passedAt: t(-1), until: t(60) }],
  tickets: [
    {
      id: 'ticket-1',
      person: engineer,
      agreement: 'agr-auth',
      sponsor: systemAdmin,
      title: '检验接口故障',
      systems: ['lis'],
      categories: ['laboratory'],
      from: t(20),
      until: t(22),
    },
  ],
}
