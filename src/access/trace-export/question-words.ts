import type { ExportFormat, ExportReason, TraceTerms } from '../../contract/index.ts'
import { actionWords, kindWords, outcomeWords, purposeWords, recordWords, type Words } from './words.ts'

export const termWords: Readonly<Record<keyof TraceTerms, Words>> = {
  patient: ['患者', 'patient'],
  person: ['人员', 'person'],
  onBehalfOf: ['代表', 'on behalf of'],
  department: ['科室', 'department'],
  terminal: ['终端', 'terminal'],
  application: ['应用', 'application'],
  session: ['会话', 'session'],
  kind: ['类别', 'kind'],
  action: ['操作', 'action'],
  purpose: ['目的', 'purpose'],
  record: ['病历', 'record'],
  requestId: ['请求号', 'request'],
  spoolReceipt: ['本地回执', 'spool receipt'],
  outcome: ['结果', 'result'],
  sequence: ['回执号', 'receipt'],
  from: ['自', 'from'],
  to: ['至', 'to'],
}

export const reasonWords: Readonly<Record<ExportReason, Words>> = {
  'supervision-case': ['纪检核查', 'A case of supervision'],
  court: ['司法、仲裁机关调取', 'Asked for by a court'],
  dispute: ['医疗纠纷处理', 'A dispute'],
  'patient-request': ['患者本人申请', 'The patient asked'],
  'security-incident': ['安全事件处置', 'A security incident'],
  inspection: ['上级检查', 'An inspection'],
  audit: ['内部审计', 'Internal audit'],
}

export const formatWords: Readonly<Record<ExportFormat, Words>> = {
  csv: ['表格（CSV）', 'Table (CSV)'],
  json: ['证明包（JSON）', 'Proof package (JSON)'],
  fhir: ['FHIR 审计事件', 'FHIR audit events'],
  pdf: ['司法用纸（PDF）', 'Paper for a court (PDF)'],
}

const valueWords: Readonly<Partial<Record<keyof TraceTerms, Readonly<Record<string, Words>>>>> = {
  kind: kindWords,
  action: actionWords,
  purpose: purposeWords,
  outcome: outcomeWords,
  record: recordWords,
}

/** What was asked, filter by filter; empty when everything was. */
export function questionWords(
  terms: TraceTerms,
  nameOf: (filter: keyof TraceTerms, value: string) => string = (_, value) => value,
): readonly Words[] {
  return (Object.keys(termWords) as (keyof TraceTerms)[]).flatMap((filter): Words[] => {
    const value = terms[filter]
    if (value === undefined) return []
    const words = valueWords[filter]?.[String(value)] ?? [nameOf(filter, String(value)), nameOf(filter, String(value))]
    return [[`${termWords[filter][0]}：${words[0]}`, `${termWords[filter][1]}: ${words[1]}`]]
  })
}
