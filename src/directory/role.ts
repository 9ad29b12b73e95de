/** What a post makes of a person. The same list stands in `migrations/0021_posts.sql` and in `contract/session.ts`. */
export const roles = [
  'physician', // 医师
  'nurse', // 护士
  'technician', // 技师
  'pharmacist', // 药师
  'department-head', // 科主任、护士长
  'record-room', // 病案室
  'medical-affairs', // 医务部门
  'quality-control', // 质控部门
  'insurance', // 医保部门
  'education-office', // 科教部门
  'trainee', // 进修、规培、实习人员
  'vendor-engineer', // 外部服务商工程师
  'discipline-inspector', // 纪检
  'security-admin', // 安全管理员
  'system-admin', // 系统管理员
  'audit-admin', // 审计管理员
  'pr-officer', // 宣传、舆情
] as const
export type Role = (typeof roles)[number]

/** From where a person comes, and so what bounds their rights: a programme, two agreements, an owner. */
export const populations = ['staff', 'trainee', 'vendor', 'service'] as const
export type Population = (typeof populations)[number]

export const departmentKinds = [
  'clinical',
  'ward',
  'clinic',
  'emergency',
  'laboratory',
  'imaging',
  'pharmacy',
  'administrative',
] as const
export type DepartmentKind = (typeof departmentKinds)[number]

export const rosterKinds = ['duty', 'on-call', 'clinic'] as const
export type RosterKind = (typeof rosterKinds)[number]

/** 进修, 规培, 实习 */
export const programmeKinds = ['visiting', 'residency', 'internship'] as const
export type ProgrammeKind = (typeof programmeKinds)[number]

export const agreementKinds = ['confidentiality', 'authorization'] as const
export type AgreementKind = (typeof agreementKinds)[number]

export const sexes = ['male', 'female', 'other', 'unknown'] as const
export type Sex = (typeof sexes)[number]
