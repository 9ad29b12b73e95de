import type { PurposeOfUse } from '../kernel/index.ts'

/** Why a patient whom one does not treat is opened: coded, so that it can be counted and reviewed; words where asked. */
export interface DeclaredReason {
  readonly code: string
  readonly purpose: Extract<PurposeOfUse, 'TREAT' | 'ETREAT'>
  readonly textRequired: boolean
  readonly zh: string
  readonly en: string
}

export const declaredReasons: readonly DeclaredReason[] = [
  {
    code: 'colleague-asks',
    purpose: 'TREAT',
    textRequired: true,
    zh: '同事口头请求会诊',
    en: 'A colleague asked for advice',
  },
  { code: 'taking-over', purpose: 'TREAT', textRequired: false, zh: '即将接收、接班', en: 'Taking over the patient' },
  {
    code: 'follow-up',
    purpose: 'TREAT',
    textRequired: false,
    zh: '随访本人诊治过的患者',
    en: 'Follow-up of a former patient',
  },
  { code: 'patient-present', purpose: 'TREAT', textRequired: false, zh: '患者当面求诊', en: 'The patient is here' },
  { code: 'case-discussion', purpose: 'TREAT', textRequired: true, zh: '参加病例讨论', en: 'Case discussion' },
  { code: 'other', purpose: 'TREAT', textRequired: true, zh: '其他诊疗原因', en: 'Another reason of treatment' },
  { code: 'emergency', purpose: 'ETREAT', textRequired: false, zh: '紧急救治', en: 'Emergency treatment' },
]
