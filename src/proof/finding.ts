import type { SuiteName } from '../crypto/index.ts'

export const verdictNames = ['integrity', 'order', 'anchoring', 'completeness'] as const
export type VerdictName = (typeof verdictNames)[number]

/** What can be found wrong, and which verdict it breaks. */
export const problems = {
  /** The sequence has a hole here: an entry was taken out. */
  'entry-missing': 'completeness',
  /** The bytes do not have the leaf hash stored beside them. */
  'entry-altered': 'integrity',
  /** The bytes are not those the tree was made of when the entry was new. */
  'entry-replaced': 'integrity',
  /** The bundle that should hold the entry is missing, or is not so many entries. */
  'bundle-unreadable': 'integrity',
  /** The tile that should cover the entry is missing or too narrow. */
  'tile-missing': 'integrity',
  /** A tile above the leaves is not what the tiles below it make. */
  'tile-differs': 'integrity',
  /** The entries up to here do not have the root that was signed; the bad one stands at or after `sequence`. */
  'root-differs': 'integrity',
  /** A checkpoint's text, signature or place in the chain of checkpoints is not what it must be. */
  'checkpoint-invalid': 'integrity',
  /** The trees of a package are not of one size, or one stands there twice. */
  'trees-differ': 'integrity',
  /** The head names another size than the journal has. */
  'head-differs': 'integrity',
  /** A checkpoint or receipt that the reader holds speaks of entries that are not here: an end was cut off. */
  'held-is-longer': 'integrity',
  /** A checkpoint or receipt that the reader holds is of another history: the log was forked or made anew. */
  'held-differs': 'integrity',
  /** The path of an entry in a package does not lead to the signed root. */
  'path-wrong': 'integrity',
  /** A permit was used after a change that may refuse it. */
  'epoch-passed': 'order',
  /** An entry follows something that is no permit before it. */
  'follows-nothing': 'order',
  /** What a permit allowed was released a second time, or after it had ended. */
  'released-again': 'order',
  /** The clock went back further than entries can overtake each other. */
  'clock-set-back': 'order',
  /** Two entries have one id. */
  'id-repeated': 'order',
  /** The statement where the counting of epochs begins stands where it cannot. */
  'epoch-base-misplaced': 'order',
  /** The bytes are no entry. */
  'entry-unreadable': 'order',
  /** A signature line by a witness that the reader knows is wrong. */
  'cosignature-wrong': 'anchoring',
  /** A time-stamp is not one over this checkpoint by an authority that the reader trusts. */
  'timestamp-wrong': 'anchoring',
  /** A statement of succession between keys is wrong, or speaks of another tree. */
  'succession-wrong': 'anchoring',
  /** An entry of the log states another root of one of its trees than that tree has. */
  'anchor-differs': 'anchoring',
  /** An entry is dated later than a witness or authority saw it. */
  'dated-after-anchor': 'anchoring',
  /** The index for questions does not say of this entry what the journal says. */
  'trace-differs': 'completeness',
  /** What was traced in a local spool did not join whole. */
  'spool-broken': 'completeness',
  /** The answer in a package is not the one the ledger committed to. */
  'answer-differs': 'completeness',
  /** A receipt names an entry that is another one here. */
  'receipt-differs': 'completeness',
} as const satisfies Record<string, VerdictName>
export type Problem = keyof typeof problems

/** Something found wrong, and where. */
export interface Finding {
  readonly problem: Problem
  /** The first entry concerned; for a bad root or checkpoint, the first entry that it alone covers. */
  readonly sequence?: number
  /** Where only one of the trees is concerned. */
  readonly suite?: SuiteName
  /** Another entry that this one contradicts: the permit it follows, the later time before it. */
  readonly against?: number
}

/** The first findings are kept; how many there were is counted. */
export interface Findings {
  add(finding: Finding): void
  of(verdict: VerdictName): readonly Finding[]
  count(verdict: VerdictName): number
  /** Takes back findings that turned out to be none. */
  withdraw(problem: Problem): void
}

const mostKept = 100

export function openFindings(): Findings {
  const kept = new Map<VerdictName, Finding[]>(verdictNames.map((name) => [name, []]))
  const counts = new Map<VerdictName, number>()
  return {
    add(finding) {
      const verdict = problems[finding.problem]
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
      const list = kept.get(verdict)!
      if (list.length < mostKept) list.push(finding)
    },
    of: (verdict) => [...kept.get(verdict)!].sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0)),
    count: (verdict) => counts.get(verdict) ?? 0,
    withdraw(problem) {
      const verdict = problems[problem]
      const rest = kept.get(verdict)!.filter((finding) => finding.problem !== problem)
      counts.set(verdict, rest.length)
      kept.set(verdict, rest)
    },
  }
}
