import type { PolicyEngine } from './cedar/engine.ts'
import { conditionWords } from './condition-words.ts'
import { citationsOf, type SettledUse } from './decide.ts'
import type { Decision, PolicyCitation } from './decision.ts'
import type { LivingPerson } from './living.ts'
import { nearestRights } from './nearest-rights.ts'

export interface Text {
  readonly zh: string
  readonly en: string
}

export interface MissingRight {
  readonly policy: PolicyCitation
  readonly conditions: readonly Text[]
}

export type NextStep = { readonly kind: 'declare' | 'step-up' | 'ask-head' | 'training' | 'none' } & Text

/** Why can I see this; why not, and what can I do. */
export interface Explained {
  readonly decision: Decision
  readonly sentence: Text
  /** For a denial: what stands in the way, then the nearest ways to a right with only what they lack. */
  readonly missing: readonly MissingRight[]
  readonly next?: NextStep
}

const shownRights = 3

export function explainUse(engine: PolicyEngine, person: LivingPerson, use: SettledUse, decision: Decision): Explained {
  if (decision.effect === 'permit') return { decision, sentence: permitSentence(decision), missing: [] }
  const byId = new Map(engine.bundle.policies.map((policy) => [policy.id, policy]))
  const forbids = decision.policies.map(({ id }) => byId.get(id)!)
  const obstacles = forbids.map((policy) => ({
    policy: citationsOf([policy])[0]!,
    conditions: policy.syntax.conditions
      .filter((clause) => clause.kind === 'unless')
      .map((clause) => conditionWords(clause.body))
      .concat(policy.syntax.conditions.some((clause) => clause.kind === 'unless') ? [] : [asWords(policy)])
      .filter((words) => words !== undefined)
      .map(({ zh, en }) => ({ zh, en })),
  }))
  const nearby = nearestRights(engine, person, use)
    .filter((right) => right.failed.length > 0)
    .slice(0, shownRights)
    .map((right) => ({
      policy: citationsOf([right.policy])[0]!,
      conditions: right.failed.map(({ zh, en, kind }) =>
        kind === 'when' ? { zh, en } : { zh: `并非（${zh}）`, en: `not (${en})` },
      ),
    }))
  const [forbid] = forbids
  return {
    decision,
    sentence: forbid ? { zh: forbid.reasonZh, en: forbid.reasonEn } : refusalSentences[decision.code],
    missing: [...obstacles, ...nearby],
    next: nextStep(decision),
  }
}

const asWords = (policy: { readonly reasonZh: string; readonly reasonEn: string }) => ({
  zh: policy.reasonZh,
  en: policy.reasonEn,
  code: 'forbidden' as const,
})

function permitSentence(decision: Decision): Text {
  const titles = decision.policies
  if (decision.grounds.length === 0) {
    return {
      zh: `依据：${titles.map((one) => one.titleZh).join('；')}。`,
      en: `${titles.map((one) => one.titleEn).join('; ')}.`,
    }
  }
  return {
    zh: `您可以查阅，因为：${decision.grounds.map((ground) => ground.zh).join('、')}。`,
    en: `You may, because: ${decision.grounds.map((ground) => ground.en).join(', ')}.`,
  }
}

/** One sentence for each refusal code: why not. */
export const refusalSentences: Readonly<Record<Extract<Decision, { effect: 'deny' }>['code'], Text>> = {
  'no-care-relation': { zh: '您与该患者没有在效的诊疗关系。', en: 'You have no living care relation to this patient.' },
  'purpose-missing': { zh: '没有说明使用目的。', en: 'No purpose of use was stated.' },
  'purpose-not-allowed': { zh: '您的岗位不能为该目的使用此信息。', en: 'Your post may not use this for that purpose.' },
  sensitivity: { zh: '该信息的敏感级别超出您的权限。', en: 'This is more sensitive than your rights reach.' },
  'step-up-needed': { zh: '需要更强的身份认证。', en: 'A stronger sign-in is needed.' },
  inactive: { zh: '您的身份已停用。', en: 'Your identity has been stopped.' },
  'outside-rotation': { zh: '超出您当前的轮转范围或时段。', en: 'This lies outside your present rotation.' },
  'outside-agreement': { zh: '超出协议、工单的范围或期限。', en: 'This lies outside agreement or ticket.' },
  untrained: { zh: '您尚未通过本机构的培训。', en: 'You have not passed the training.' },
  scope: { zh: '应用的授权范围不包括此项。', en: 'The scopes of the application do not cover this.' },
  'trace-closed': {
    zh: '使用留痕只对本人、患者的主管与诊疗组医师、所在病区医师、科室负责人（本科室）、医务部门（限一名患者）和监督岗位开放。',
    en: 'A trace is open to the person it is about, to the physicians who treat the patient or whose ward it is, to heads for their department, to medical affairs for one patient, and to supervision.',
  },
  forbidden: { zh: '规定禁止您的岗位进行此操作。', en: 'The rules forbid this to your post.' },
  'default-deny': { zh: '没有任何规定授予您此项权限。', en: 'No rule gives you this right.' },
}

function nextStep(decision: Decision): NextStep {
  if (decision.obligations.some((one) => one.type === 'step-up')) {
    return { kind: 'step-up', zh: '完成第二因素认证后重试。', en: 'Confirm your second factor and try again.' }
  }
  if (decision.obligations.some((one) => one.type === 'remind')) {
    return {
      kind: 'declare',
      zh: '如确有需要，说明目的和原因后查阅。',
      en: 'If you need it, state purpose and reason.',
    }
  }
  const code = decision.effect === 'deny' ? decision.code : undefined
  if (code === 'untrained') {
    return { kind: 'training', zh: '联系科教部门完成培训。', en: 'Ask the education office for the training.' }
  }
  if (code === 'trace-closed') {
    return {
      kind: 'ask-head',
      zh: '科室负责人、医务部门请先限定科室或患者再查；其他人如怀疑有人不当查阅，请告知患者的主管医师、科室负责人或纪检监察室，由其查阅。',
      en: 'Heads and medical affairs: name a department or a patient first. Anyone who suspects a misuse: tell the attending physician, the head of department or the discipline inspector, who can look.',
    }
  }
  if (code === 'forbidden' || code === 'scope')
    return { kind: 'none', zh: '此项不可申请。', en: 'This cannot be requested.' }
  if (code === 'inactive') {
    return {
      kind: 'ask-head',
      zh: '联系科室负责人或信息中心。',
      en: 'Ask your head of department or the information centre.',
    }
  }
  return {
    kind: 'ask-head',
    zh: '如工作需要，请联系科室负责人。',
    en: 'If your work needs it, ask your head of department.',
  }
}
