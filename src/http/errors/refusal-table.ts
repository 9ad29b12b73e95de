import { type RefusalCode, refusalSentences } from '../../authority/index.ts'
import type { Words } from './words.ts'

/** A refusal in three parts: what, why, what now. */
export interface RefusalRow {
  readonly what: Words
  readonly why: Words
  readonly next: Words
}

const what: Words = { zh: '不予放行', en: 'This use is refused' }

const next: Readonly<Record<RefusalCode, Words>> = {
  'no-care-relation': {
    zh: '确因工作需要的，请申明目的与理由后再打开；申明会被留痕。',
    en: 'If your work needs it, declare purpose and reason before opening; the declaration is traced.',
  },
  'purpose-missing': { zh: '请用 Purpose-Of-Use 头说明目的。', en: 'State it in the Purpose-Of-Use header.' },
  'purpose-not-allowed': {
    zh: '请以与岗位相符的目的申请，或联系医务部门。',
    en: 'State a purpose of your post, or ask medical affairs.',
  },
  sensitivity: {
    zh: '请由主管医师处理，或向科室负责人申请。',
    en: 'Ask the attending physician or the head of department.',
  },
  'step-up-needed': { zh: '请完成二次验证后重试。', en: 'Complete the second factor and try again.' },
  inactive: { zh: '请联系人事或信息部门。', en: 'Ask personnel or the IT department.' },
  'outside-rotation': { zh: '请由带教老师指定病例。', en: 'Ask your supervisor to assign the case.' },
  'outside-agreement': { zh: '请由委托部门开具工单。', en: 'Ask the sponsoring department for a ticket.' },
  untrained: { zh: '请完成培训并通过考核。', en: 'Complete the training and pass its test.' },
  scope: { zh: '请由应用管理员申请相应范围。', en: 'Ask the owner of the application for the scope.' },
  'trace-closed': {
    zh: '科室负责人、医务部门请先限定科室或患者再查；其他人如怀疑有人不当查阅，请告知患者的主管医师、科室负责人或纪检监察室，由其查阅。',
    en: 'Heads and medical affairs: name a department or a patient first. Anyone who suspects a misuse: tell the attending physician, the head of department or the discipline inspector, who can look.',
  },
  forbidden: { zh: '如有异议，请联系医务部门。', en: 'If you object, ask medical affairs.' },
  'default-deny': {
    zh: '如属本职工作，请联系科室负责人。',
    en: 'If it is part of your work, ask the head of department.',
  },
}

/** How each refusal is told; why is said in the words of `authority/`. */
export const refusalTable: Readonly<Record<RefusalCode, RefusalRow>> = Object.fromEntries(
  (Object.keys(next) as RefusalCode[]).map((code) => [code, { what, why: refusalSentences[code], next: next[code] }]),
) as Record<RefusalCode, RefusalRow>
