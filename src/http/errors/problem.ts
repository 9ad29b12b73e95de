import type { Problem } from '../../contract/index.ts'
import type { Told } from './told.ts'
import type { Language } from './words.ts'

export const problemMediaType = 'application/problem+json; charset=utf-8'

/** RFC 9457 problem, for every route that is not FHIR. */
export function problemOf(told: Told, language: Language, requestId?: string): Problem {
  return {
    type: `https://chartward.org/problems/${told.code}`,
    title: told.what[language],
    status: told.status,
    ...(told.why && { detail: told.why[language] }),
    next: told.next[language],
    code: told.code,
    ...(told.details.length > 0 && {
      issues: told.details.map((detail) => ({
        field: detail.field ?? '',
        rule: detail.rule,
        message: detail.words[language],
      })),
    }),
    ...(told.receipt !== undefined && { receipt: told.receipt }),
    ...(requestId !== undefined && { requestId }),
  }
}
