import type { RefusalCode } from '../../authority/index.ts'
import type { Words } from './words.ts'

/** A refusal in three parts: what, why, what now. */
export interface RefusalRow {
  readonly what: Words
  readonly why: Words
  readonly next: Words
}

const what: Words = { zh: '不予放行', en: 'This use is refused' }

export const refusalTable: Readonly<Record<RefusalCode, RefusalRow>> = {
  'no-care-relation': {
    what,
    why: { zh: '您与该患者目前没有诊疗关系。', en: 'You have no care relation with this patient now.' },
    next: {
      zh: '确因工作需要的，请申明目的与理由后再打开；申明会被留痕。',
      en: 'If your work needs it, declare purpose and reason before opening; the declaration is traced.',
    },
  },
  'purpose-missing': {
    what,
    why: { zh: '没有说明使用目的。', en: 'No purpose of use was stated.' },
    next: { zh: '请用 Purpose-Of-Use 头说明目的。', en: 'State it in the Purpose-Of-Use header.' },
  },
  'purpose-not-allowed': {
    what,
    why: { zh: '您的岗位不能以该目的使用这类记录。', en: 'Your post may not use such records for this purpose.' },
    next: {
      zh: '请以与岗位相符的目的申请，或联系医务部门。',
      en: 'State a purpose of your post, or ask medical affairs.',
    },
  },
  sensitivity: {
    what,
    why: { zh: '该记录的敏感级别高于您的权限。', en: 'The record is more sensitive than your rights reach.' },
    next: {
      zh: '请由主管医师处理，或向科室负责人申请。',
      en: 'Ask the attending physician or the head of department.',
    },
  },
  'step-up-needed': {
    what,
    why: { zh: '打开该记录需要更强的身份验证。', en: 'This record asks for stronger proof of who you are.' },
    next: { zh: '请完成二次验证后重试。', en: 'Complete the second factor and try again.' },
  },
  inactive: {
    what,
    why: { zh: '您的账号或岗位已停用。', en: 'Your account or post has ended.' },
    next: { zh: '请联系人事或信息部门。', en: 'Ask personnel or the IT department.' },
  },
  'outside-rotation': {
    what,
    why: { zh: '该患者不在您目前轮转的带教范围内。', en: 'The patient is outside your present rotation.' },
    next: { zh: '请由带教老师指定病例。', en: 'Ask your supervisor to assign the case.' },
  },
  'outside-agreement': {
    what,
    why: { zh: '该记录不在运维协议与工单的范围内。', en: 'The record is outside the agreement and ticket.' },
    next: { zh: '请由委托部门开具工单。', en: 'Ask the sponsoring department for a ticket.' },
  },
  untrained: {
    what,
    why: { zh: '没有有效的规范使用培训记录。', en: 'There is no valid training on the use of records.' },
    next: { zh: '请完成培训并通过考核。', en: 'Complete the training and pass its test.' },
  },
  scope: {
    what,
    why: { zh: '应用程序获准的范围不包括此项使用。', en: 'The scopes of the application do not cover this use.' },
    next: { zh: '请由应用管理员申请相应范围。', en: 'Ask the owner of the application for the scope.' },
  },
  forbidden: {
    what,
    why: { zh: '有规则明确禁止此项使用。', en: 'A rule forbids this use.' },
    next: { zh: '如有异议，请联系医务部门。', en: 'If you object, ask medical affairs.' },
  },
  'default-deny': {
    what,
    why: { zh: '没有规则允许此项使用。', en: 'No rule allows this use.' },
    next: { zh: '如属本职工作，请联系科室负责人。', en: 'If it is part of your work, ask the head of department.' },
  },
}
