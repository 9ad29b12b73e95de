import type { Action, PurposeOfUse } from '../../kernel/index.ts'
import type { EntryKind, Outcome } from '../../ledger/index.ts'

/** Codes as a person reads them in a file; a test holds that they are the words of the screen. */
export type Words = readonly [zh: string, en: string]

export const kindWords: Readonly<Record<EntryKind, Words>> = {
  permit: ['准许', 'Permit'],
  refusal: ['拒绝', 'Refusal'],
  release: ['调出', 'Release'],
  withheld: ['准而未出', 'Permitted, not released'],
  search: ['检索', 'Search'],
  exposure: ['列表显示', 'Shown in a list'],
  write: ['书写', 'Written'],
  reminder: ['调阅提醒', 'Reminder answered'],
  'sign-in': ['登录', 'Sign-in'],
  'sign-in-failed': ['登录失败', 'Failed sign-in'],
  'sign-out': ['退出', 'Sign-out'],
  'step-up': ['再次验证', 'Verified again'],
  'trace-reading': ['查阅留痕', 'Trace read'],
  'authority-change': ['权限变更', 'Rights changed'],
  'configuration-change': ['配置变更', 'Settings changed'],
  import: ['导入', 'Import'],
  export: ['导出', 'Export'],
  system: ['系统', 'System'],
  gap: ['缺口', 'Gap'],
  'spool-joined': ['本地留痕并入', 'Local traces joined'],
  foreign: ['外部留痕', 'From another system'],
  anchor: ['对外锚定', 'Anchored outside'],
}

export const actionWords: Readonly<Record<Action, Words>> = {
  view: ['调阅', 'View'],
  list: ['列表显示', 'List'],
  create: ['新建', 'Create'],
  update: ['修改', 'Amend'],
  delete: ['删除', 'Delete'],
  print: ['打印', 'Print'],
  copy: ['复制', 'Copy'],
  export: ['导出', 'Export'],
  'read-trace': ['查阅留痕', 'Read the trace'],
  administer: ['管理', 'Administer'],
}

export const purposeWords: Readonly<Record<PurposeOfUse, Words>> = {
  TREAT: ['诊疗', 'Treatment'],
  ETREAT: ['紧急诊疗', 'Emergency treatment'],
  HOPERAT: ['医院管理', 'Hospital operations'],
  HQUALIMP: ['质量控制', 'Quality control'],
  HPAYMT: ['医保结算', 'Insurance and payment'],
  HRESCH: ['科研', 'Research'],
  PATRQT: ['患者申请', 'Patient request'],
  PUBHLTH: ['公共卫生', 'Public health'],
  HLEGAL: ['法律事务', 'Legal matters'],
  EDU: ['教学', 'Teaching'],
  MAINT: ['系统运维', 'System maintenance'],
  SUPERVISE: ['纪检监督', 'Discipline inspection'],
}

export const outcomeWords: Readonly<Record<Outcome, Words>> = {
  0: ['成功', 'Success'],
  4: ['轻微失败', 'Minor failure'],
  8: ['未成', 'Not done'],
  12: ['严重失败', 'Major failure'],
}

export const roleWords: Readonly<Record<string, Words>> = {
  physician: ['医师', 'Physician'],
  nurse: ['护士', 'Nurse'],
  technician: ['技师', 'Technician'],
  pharmacist: ['药师', 'Pharmacist'],
  'department-head': ['科主任', 'Head of department'],
  'record-room': ['病案室', 'Medical records'],
  'medical-affairs': ['医务处', 'Medical affairs'],
  'quality-control': ['质控办', 'Quality control'],
  insurance: ['医保办', 'Insurance office'],
  'education-office': ['科教处', 'Education office'],
  trainee: ['学员', 'Trainee'],
  'vendor-engineer': ['外包工程师', 'Vendor engineer'],
  'discipline-inspector': ['纪检监察', 'Discipline inspector'],
  'security-admin': ['安全管理员', 'Security administrator'],
  'system-admin': ['系统管理员', 'System administrator'],
  'audit-admin': ['审计管理员', 'Audit administrator'],
  'pr-officer': ['宣传与舆情', 'Public relations'],
}

export const refusalWords: Readonly<Record<string, Words>> = {
  'no-care-relation': ['没有诊疗关系', 'No care relation'],
  'purpose-missing': ['未说明用途', 'No purpose stated'],
  'purpose-not-allowed': ['用途不允许', 'Purpose not allowed'],
  sensitivity: ['敏感内容', 'Sensitive content'],
  'step-up-needed': ['需再次验证', 'Verify again'],
  inactive: ['账户已停用', 'Account stopped'],
  'outside-rotation': ['超出轮转范围', 'Outside the rotation'],
  'outside-agreement': ['超出协议范围', 'Outside the agreement'],
  untrained: ['培训未完成', 'Training not passed'],
  scope: ['超出应用范围', 'Outside the application’s scope'],
  'trace-closed': ['留痕未开放', 'Trace not open to you'],
  forbidden: ['明令禁止', 'Expressly forbidden'],
  'default-deny': ['未获授权', 'No right'],
}

export const recordWords: Readonly<Record<string, Words>> = {
  Patient: ['患者基本信息', 'Patient details'],
  Encounter: ['就诊', 'Encounter'],
  Composition: ['病历文书', 'Clinical note'],
  DocumentReference: ['病历文件', 'Document'],
  Observation: ['检验与观察', 'Result or observation'],
  DiagnosticReport: ['检验检查报告', 'Report'],
  ServiceRequest: ['申请单', 'Request'],
  MedicationRequest: ['用药医嘱', 'Prescription'],
  MedicationAdministration: ['用药执行', 'Drug given'],
  MedicationStatement: ['用药史', 'Medication history'],
  Condition: ['诊断', 'Diagnosis'],
  Procedure: ['操作与手术', 'Procedure'],
  AllergyIntolerance: ['过敏', 'Allergy'],
  Immunization: ['预防接种', 'Immunization'],
  ImagingStudy: ['影像检查', 'Imaging study'],
  Media: ['图像', 'Image'],
  Binary: ['文件', 'File'],
  CarePlan: ['护理计划', 'Care plan'],
  Consent: ['知情同意', 'Consent'],
  Claim: ['费用', 'Charges'],
  Coverage: ['医保', 'Insurance'],
  Appointment: ['预约', 'Appointment'],
  Practitioner: ['人员', 'Person'],
  PractitionerRole: ['岗位', 'Post'],
  Organization: ['科室', 'Department'],
  Location: ['病区与床位', 'Ward or bed'],
  AuditEvent: ['留痕', 'Trace'],
  Provenance: ['来源', 'Provenance'],
}
