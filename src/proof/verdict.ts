import type { Finding, Findings, VerdictName } from './finding.ts'

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

/**
 * A verdict in its words: broken where anything was found; else it holds, if what it rests on can be told. What the
 * entries say counts for little where they are not the entries that were signed.
 */
export function composeVerdict(
  findings: Findings,
  name: VerdictName,
  isTold: boolean,
  parts: {
    readonly holds: Words
    readonly broken: (count: number) => Words
    readonly untold: Words
    readonly said: readonly Words[]
  },
): Verdict {
  const found = findings.of(name)
  const findingCount = findings.count(name)
  if (findingCount > 0) {
    return { name, verdict: 'broken', words: [parts.broken(findingCount)], findings: found, findingCount }
  }
  const restsOnBroken = name !== 'integrity' && name !== 'anchoring' && findings.count('integrity') > 0
  const holds = isTold && !restsOnBroken
  return {
    name,
    verdict: holds ? 'holds' : 'cannot be told',
    words: [holds ? parts.holds : parts.untold, ...(restsOnBroken ? [caveat] : []), ...parts.said],
    findings: [],
    findingCount,
  }
}

const caveat: Words = {
  zh: '完整性不成立，故以下所述只就现有内容而言',
  en: 'integrity is broken, so what follows speaks only of what stands here now',
}

const mostListed = 20

/** A few sequences, and an ellipsis where there are more. */
export function sequenceList(sequences: readonly number[], count: number): string {
  const shown = sequences.slice(0, mostListed).join(', ')
  return count > Math.min(mostListed, sequences.length) ? `${shown}, …` : shown
}

/** RFC 3339 in UTC. */
export function timeText(ms: number | undefined): string {
  return ms === undefined || !Number.isFinite(ms) ? '—' : new Date(ms).toISOString()
}
