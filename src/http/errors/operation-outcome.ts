import type { IssueType } from './issue-type.ts'
import type { Told } from './told.ts'
import type { Language, Words } from './words.ts'

export const outcomeCodeSystem = 'https://chartward.org/fhir/CodeSystem/outcome'
export const receiptExtension = 'https://chartward.org/fhir/StructureDefinition/receipt'

export interface OutcomeIssue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information'
  readonly code: IssueType
  readonly details: {
    readonly coding: readonly { readonly system: string; readonly code: string }[]
    readonly text: string
  }
  /** What one can do now, then the request id. */
  readonly diagnostics?: string
  readonly expression?: readonly string[]
}

export interface OperationOutcome {
  readonly resourceType: 'OperationOutcome'
  readonly extension?: readonly { readonly url: string; readonly valueString: string }[]
  readonly issue: readonly OutcomeIssue[]
}

/** One issue for what happened and why, then one for each point found. */
export function outcomeOf(told: Told, language: Language, requestId?: string): OperationOutcome {
  const text = [told.what, told.why].flatMap((words) => (words ? [words[language]] : []))
  const diagnostics = [told.next[language], ...(requestId === undefined ? [] : [`request ${requestId}`])].join(' ')
  const main: OutcomeIssue = {
    severity: told.status >= 500 ? 'fatal' : 'error',
    code: told.issue,
    details: {
      coding: [{ system: outcomeCodeSystem, code: told.code }],
      text: text.join(language === 'zh' ? '：' : ': '),
    },
    diagnostics,
  }
  const points = told.details.slice(0, 100).map(
    (detail): OutcomeIssue => ({
      severity: 'error',
      code: told.issue,
      details: { coding: [{ system: outcomeCodeSystem, code: detail.rule }], text: detail.words[language] },
      ...(detail.field !== undefined && detail.field !== '' && { expression: [detail.field] }),
    }),
  )
  return {
    resourceType: 'OperationOutcome',
    ...(told.receipt !== undefined && {
      extension: [{ url: receiptExtension, valueString: String(told.receipt) }],
    }),
    issue: [main, ...points],
  }
}

/** An outcome that is no failure: a hint beside rows, or the answer to `Prefer: return=OperationOutcome`. */
export function remark(
  severity: 'warning' | 'information',
  code: IssueType,
  rule: string,
  words: Words,
  language: Language,
): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      { severity, code, details: { coding: [{ system: outcomeCodeSystem, code: rule }], text: words[language] } },
    ],
  }
}
