import type { Finding, VerdictName } from './finding.ts'

/** Words that a court's expert can quote. */
export interface Words {
  readonly zh: string
  readonly en: string
}

export interface Verdict {
  readonly name: VerdictName
  readonly verdict: 'holds' | 'broken' | 'cannot be told'
  /** The verdict in one sentence, then what it rests on and what it leaves open. */
  readonly words: readonly Words[]
  /** The first bad entry first; at most a hundred are kept. */
  readonly findings: readonly Finding[]
  readonly findingCount: number
}

export interface Report {
  readonly origin: string
  /** Entries of the log, and of these how many were read. */
  readonly size: number
  readonly entriesRead: number
  readonly checkpoints: number
  readonly verdicts: readonly Verdict[]
  /** Parts of what was verified that nothing here relies on, and why. */
  readonly notCovered: readonly { readonly place: string; readonly words: Words }[]
}

export const verdictOf = (report: Report, name: VerdictName): Verdict =>
  report.verdicts.find((verdict) => verdict.name === name)!
