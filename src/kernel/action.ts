/**
 * The verbs of a use, one name each in policy, ledger, wire and screen. `view` never implies `copy`, `print`,
 * `export` or `forward`: the least-usable principle (notice 一(四), 最小可用原则) limits function as well as scope.
 */
export const actions = [
  'view', // 调阅: one record, or one version of it, is opened
  'list', // 列表: a row that stands for a record or a patient is shown
  'create',
  'update',
  'delete',
  'print',
  'copy',
  'export',
  'read-trace', // 查阅留痕: entries of the ledger are read
  'administer', // 管理: people, applications and settings are changed
] as const
export type Action = (typeof actions)[number]

/**
 * Purpose of use. Codes of HL7 v3-ActReason where the code system has one; `EDU` (教学), `MAINT` (外包运维) and
 * `SUPERVISE` (纪检监督) are ours, in the code system {@link ownPurposeSystem}.
 */
export const purposes = [
  'TREAT', // 诊疗
  'ETREAT', // 紧急诊疗
  'HOPERAT', // 医院管理
  'HQUALIMP', // 质量控制
  'HPAYMT', // 医保结算
  'HRESCH', // 科研
  'PATRQT', // 患者申请
  'PUBHLTH', // 公共卫生
  'HLEGAL', // 法律事务
  'EDU', // 教学
  'MAINT', // 系统运维
  'SUPERVISE', // 纪检监督
] as const
export type PurposeOfUse = (typeof purposes)[number]

export const actReasonSystem = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'
export const ownPurposeSystem = 'https://chartward.org/fhir/CodeSystem/purpose-of-use'
export const purposeSystem = (purpose: PurposeOfUse): string =>
  purpose === 'EDU' || purpose === 'MAINT' || purpose === 'SUPERVISE' ? ownPurposeSystem : actReasonSystem
