import { type Expression, entityUid, nodeOf, pathOf } from './cedar/est.ts'
import type { RefusalCode } from './decision.ts'

/** A condition of a policy as people read it, and what a refusal for want of it is called. */
export interface ConditionWords {
  readonly zh: string
  readonly en: string
  readonly code: RefusalCode
}

type Words = readonly [zh: string, en: string, code?: RefusalCode]

/** Conditions that a single fact makes true. */
const facts: Readonly<Record<string, Words>> = {
  'principal.active': ['身份在用', 'the identity is active', 'inactive'],
  'principal.licensed': ['具有执业资格', 'the person is licensed'],
  'principal.trained': ['通过本机构培训且在有效期内', 'the training is passed and in term', 'untrained'],
  'principal.rotation.living': ['在轮转时段内', 'a rotation is under way', 'outside-rotation'],
  'principal.rotation.supervised': ['带教老师在岗', 'the supervisor is active', 'outside-rotation'],
  'principal.maintenance.confidentiality': [
    '保密协议有效',
    'the confidentiality agreement is in term',
    'outside-agreement',
  ],
  'principal.maintenance.authorization': [
    '授权协议有效',
    'the authorization agreement is in term',
    'outside-agreement',
  ],
  'principal.maintenance.ticket': ['有在办工单', 'a ticket is open', 'outside-agreement'],
  'context.scoped': ['经由受范围限制的应用', 'an application with scopes is used', 'scope'],
}

/** `set.contains(element)`, by both paths. */
const memberships: Readonly<Record<string, Words>> = {
  'principal.care.attending resource.patient': [
    '您是该患者的主管或接诊医师',
    'you attend this patient',
    'no-care-relation',
  ],
  'principal.care.careTeam resource.patient': [
    '您是该患者诊疗团队成员',
    'you belong to the care team',
    'no-care-relation',
  ],
  'principal.care.ward resource.patient': [
    '该患者在您的科室或病区',
    'the patient is in your department or ward',
    'no-care-relation',
  ],
  'principal.care.clinic resource.patient': [
    '该患者在您的门诊就诊',
    'the patient visits your clinic',
    'no-care-relation',
  ],
  'principal.care.consult resource.patient': ['您受邀会诊该患者', 'you were asked to consult', 'no-care-relation'],
  'principal.care.onCall resource.patient': [
    '该患者在您值班的科室',
    'the patient is where you are on call',
    'no-care-relation',
  ],
  'principal.care.order resource.patient': [
    '该患者的申请或医嘱开到您或您的科室',
    'an order for the patient was placed with you',
    'no-care-relation',
  ],
  'context.declared resource.patient': [
    '已应答提醒并说明目的和原因',
    'the reminder was answered with a purpose and a reason',
    'no-care-relation',
  ],
  'principal.rotation.departments resource.department': [
    '记录属于当前轮转科室',
    'the record belongs to the rotation department',
    'outside-rotation',
  ],
  'principal.rotation.cases resource.patient': [
    '该患者是分配给您的病例',
    'the patient is bound to you as a case',
    'outside-rotation',
  ],
  'principal.departments resource.department': [
    '记录属于您所在科室',
    'the record belongs to your department',
    'no-care-relation',
  ],
  'principal.heads resource.department': ['属于您负责的科室', 'it belongs to a department you head'],
  'principal.maintenance.categories resource.category': [
    '该类信息在协议和工单范围内',
    'the category is within agreement and ticket',
    'outside-agreement',
  ],
  'context.scopeTypes resource.type': ['应用范围包括该类资源', 'the scopes cover this type', 'scope'],
}

/** `a == b` between two paths. */
const equalities: Readonly<Record<string, Words>> = {
  'resource.author principal.id': ['是您本人的', 'it is your own'],
  'context.confinedTo resource.patient': ['只在这一名患者范围内检索', 'the search is confined to this one patient'],
}

const presences: Readonly<Record<string, Words>> = {
  'resource.patient': ['属于某位患者', 'it belongs to a patient'],
  'resource.department': ['记有所属科室', 'its department is known'],
  'resource.author': ['记有作者', 'its author is known'],
  'context.confinedTo': ['检索限于一名患者', 'the search is confined to one patient'],
}

const subjects: Readonly<Record<string, readonly [zh: string, en: string, code: RefusalCode]>> = {
  'context.purpose': ['使用目的', 'purpose', 'purpose-not-allowed'],
  'context.assurance': ['认证强度', 'assurance', 'step-up-needed'],
  'resource.category': ['信息类别', 'category', 'default-deny'],
  'resource.sensitivity': ['敏感级别', 'sensitivity', 'sensitivity'],
  'resource.type': ['资源类型', 'type', 'default-deny'],
  'resource.id': ['管理事项', 'setting', 'default-deny'],
  'principal.population': ['人员类别', 'population', 'default-deny'],
}

/** Codes of policies in Chinese; English shows the code. */
const values: Readonly<Record<string, string>> = {
  '': '未说明',
  TREAT: '诊疗',
  ETREAT: '紧急诊疗',
  HOPERAT: '医院管理',
  HQUALIMP: '质量控制',
  HPAYMT: '医保结算',
  HRESCH: '科研',
  PATRQT: '患者申请',
  PUBHLTH: '公共卫生',
  HLEGAL: '法律事务',
  EDU: '教学',
  MAINT: '系统运维',
  SUPERVISE: '纪检监督',
  identity: '身份信息',
  encounter: '就诊',
  note: '病历文书',
  'nursing-note': '护理记录',
  order: '医嘱申请',
  medication: '用药',
  laboratory: '检验',
  imaging: '检查报告',
  image: '影像',
  pathology: '病理',
  diagnosis: '诊断',
  procedure: '手术操作',
  'vital-sign': '体征',
  allergy: '过敏',
  immunization: '免疫接种',
  consent: '知情同意',
  billing: '费用',
  schedule: '预约排班',
  directory: '机构目录',
  definition: '术语定义',
  trace: '使用留痕',
  setting: '系统设置',
  staff: '本院职工',
  trainee: '进修实习人员',
  vendor: '外部服务商',
  service: '系统账号',
  people: '人员',
  posts: '岗位',
  departments: '科室',
  applications: '应用',
  interfaces: '接口',
  policies: '权限策略',
  sessions: '会话',
  security: '安全设置',
  audit: '审计设置',
  physician: '医师',
  nurse: '护士',
  technician: '技师',
  pharmacist: '药师',
  'department-head': '科室负责人',
  'record-room': '病案室',
  'medical-affairs': '医务部门',
  'quality-control': '质控部门',
  insurance: '医保部门',
  'vendor-engineer': '外部服务商工程师',
  'discipline-inspector': '纪检',
  'security-admin': '安全管理员',
  'system-admin': '系统管理员',
  'audit-admin': '审计管理员',
  'education-office': '科教部门',
  'pr-officer': '宣传部门',
  read: '查阅',
  write: '书写',
  carry: '带出',
}

/** @returns undefined where no words are known; a test holds that every condition of every policy has them. */
export function conditionWords(expression: Expression): ConditionWords | undefined {
  const node = nodeOf(expression)
  switch (node.op) {
    case '&&':
      return joined(node.left, node.right, '，且', ' and ')
    case '||':
      return joined(node.left, node.right, '，或', ' or ')
    case '!': {
      const inner = conditionWords(node.arg)
      return inner && { zh: `并非（${inner.zh}）`, en: `not (${inner.en})`, code: inner.code }
    }
    case '.':
      return found(facts[pathOf(expression) ?? ''])
    case 'has':
      return found(presences[`${pathOf(node.left)}.${node.attributes.join('.')}`])
    case 'contains':
      return memberWords(node.left, node.right)
    case 'in':
      return withinWords(node.left, node.right)
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparisonWords(node.op, node.left, node.right)
    default:
      return undefined
  }
}

function joined(left: Expression, right: Expression, zh: string, en: string): ConditionWords | undefined {
  const [one, other] = [conditionWords(left), conditionWords(right)]
  if (!one || !other) return undefined
  const code = one.code === 'default-deny' ? other.code : one.code
  return { zh: `${one.zh}${zh}${other.zh}`, en: `${one.en}${en}${other.en}`, code }
}

function memberWords(set: Expression, element: Expression): ConditionWords | undefined {
  const listed = literals(set)
  const subject = subjects[pathOf(element) ?? '']
  if (listed && subject) {
    const [zh, en, code] = subject
    return { zh: `${zh}为${listed.map(chinese).join('、')}`, en: `${en} is ${listed.join(', ')}`, code }
  }
  return found(memberships[`${pathOf(set)} ${pathOf(element)}`])
}

function withinWords(left: Expression, right: Expression): ConditionWords | undefined {
  const names = literals(right)
  if (!names) return undefined
  const isAction = pathOf(left) === 'action'
  return {
    zh: `${isAction ? '操作为' : '岗位为'}${names.map(chinese).join('、')}`,
    en: `${isAction ? 'the action is' : 'the post is'} ${names.join(', ')}`,
    code: 'default-deny',
  }
}

function comparisonWords(sign: string, left: Expression, right: Expression): ConditionWords | undefined {
  const [value] = literals(right) ?? []
  const subject = subjects[pathOf(left) ?? '']
  if (value === undefined || !subject)
    return sign === '==' ? found(equalities[`${pathOf(left)} ${pathOf(right)}`]) : undefined
  const [zh, en, code] = subject
  const [zhSign, enSign] = signs[sign]!
  return { zh: `${zh}${zhSign}${chinese(value)}`, en: `${en} ${enSign} ${value === '' ? 'not stated' : value}`, code }
}
const signs: Readonly<Record<string, readonly [string, string]>> = {
  '==': ['为', 'is'],
  '!=': ['不为', 'is not'],
  '<': ['低于 ', 'is below'],
  '<=': ['不高于 ', 'is at most'],
  '>': ['高于 ', 'is above'],
  '>=': ['不低于 ', 'is at least'],
}

function literals(expression: Expression): readonly string[] | undefined {
  const node = nodeOf(expression)
  if (node.op === 'set') {
    const items = node.items.map((item) => literals(item)?.[0])
    return items.every((item) => item !== undefined) ? items : undefined
  }
  if (node.op !== 'value') return undefined
  const { value } = node
  if (typeof value === 'object' && value !== null && '__entity' in value) {
    return [entityUid(value as Parameters<typeof entityUid>[0]).id]
  }
  return typeof value === 'object' ? undefined : [String(value)]
}

const chinese = (value: string): string => values[value] ?? value
const found = (words: Words | undefined): ConditionWords | undefined =>
  words && { zh: words[0], en: words[1], code: words[2] ?? 'default-deny' }
