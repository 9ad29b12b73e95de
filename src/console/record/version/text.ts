import { type Edit, editScript } from './sequence.ts'

/** A run of text that stayed, went or came. */
export interface Fragment {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/**
 * What changed between two texts, as a reader would mark it: by character in Chinese, by word in Latin script, by
 * whole number with its decimals (`38.5` to `36.5` is one change, not one digit). Chance agreements of a character
 * or two between two changes are folded into the change, so that a rewritten sentence does not come out as confetti.
 */
export function compareTexts(before: string, after: string): readonly Fragment[] {
  return fold(runsOf(editScript(tokensOf(before), tokensOf(after))))
}

/** Han and kana one by one (with surrogate pairs and combining marks kept whole), others as words and numbers. */
export function tokensOf(text: string): readonly string[] {
  return (
    text.match(
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]\p{M}*|\d+(?:\.\d+)?|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}_])+|\n|[^\S\n]+|[\s\S]/gu,
    ) ?? []
  )
}

interface Run {
  readonly removed: readonly string[]
  readonly added: readonly string[]
  /** What stayed after this change. */
  readonly same: readonly string[]
}

/** A list of changes, each followed by what stayed; the first may change nothing. */
function runsOf(edits: readonly Edit<string>[]): readonly Run[] {
  const runs: { removed: string[]; added: string[]; same: string[] }[] = [{ removed: [], added: [], same: [] }]
  for (const { kind, item } of edits) {
    let run = runs.at(-1)!
    if (kind !== 'same' && run.same.length > 0) {
      run = { removed: [], added: [], same: [] }
      runs.push(run)
    }
    run[kind].push(item)
  }
  return runs
}

function fold(runs: readonly Run[]): readonly Fragment[] {
  const folded: Run[] = []
  for (const run of runs) {
    const last = folded.at(-1)
    if (last && isChange(last) && isChange(run) && isChance(last, run)) {
      folded[folded.length - 1] = {
        removed: [...last.removed, ...last.same, ...run.removed],
        added: [...last.added, ...last.same, ...run.added],
        same: run.same,
      }
    } else folded.push(run)
  }
  return folded.flatMap(({ removed, added, same }) => [
    ...fragment('removed', removed),
    ...fragment('added', added),
    ...fragment('same', same),
  ])
}

/** What stayed between two changes is chance when it is short beside both of them, and no line ends in it. */
function isChance(before: Run, after: Run): boolean {
  const stayed = before.same.filter((token) => token.trim() !== '').length
  if (before.same.includes('\n') || stayed > 2) return false
  return stayed * 2 <= sizeOf(before) && stayed * 2 <= sizeOf(after)
}

function sizeOf(run: Run): number {
  return Math.max(run.removed.length, run.added.length)
}

function isChange(run: Run): boolean {
  return run.removed.length + run.added.length > 0
}

function fragment(kind: Fragment['kind'], tokens: readonly string[]): readonly Fragment[] {
  return tokens.length === 0 ? [] : [{ kind, text: tokens.join('') }]
}
