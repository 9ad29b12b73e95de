import type { EntryDraft } from '../ledger/index.ts'
import { sealEntry } from '../ledger/seal-entry.ts'

export const storyStart = Date.UTC(2026, 10, 22, 8)

/** For tests only: entries as the ledger would seal them, one second apart unless told otherwise. */
export function tellStory() {
  const bodies: string[] = []
  let now = storyStart
  const add = (draft: EntryDraft, marks: { readonly raisesEpoch?: true } = {}): number => {
    now += 1000
    bodies.push(sealEntry(draft, now, marks).body)
    return bodies.length - 1
  }
  const who = { actor: { person: 'person-7', departments: ['dep-1'] }, terminal: { address: '10.0.0.7' } }
  const story = {
    bodies,
    add,
    /** Moves the clock, forwards or back. */
    turnClock: (byMs: number) => {
      now += byMs
    },
    permit: (epoch: number, kind: 'permit' | 'search' = 'permit') =>
      add({
        ...who,
        kind,
        action: 'view',
        patient: 'patient-3',
        record: { type: 'Observation', id: 'obs-1', version: 1 },
        decision: { effect: 'permit', policies: ['care'], bundle: 'b'.repeat(64), epoch },
        outcome: 0,
      } as unknown as EntryDraft),
    follow: (kind: 'release' | 'exposure' | 'write' | 'withheld', permit: number, more: Partial<EntryDraft> = {}) =>
      add({ ...who, kind, follows: permit, outcome: 0, ...more } as unknown as EntryDraft),
    raise: () => add({ kind: 'authority-change', outcome: 0, detail: { change: 'post-ended' } }, { raisesEpoch: true }),
    system: (detail: Readonly<Record<string, unknown>>) => add({ kind: 'system', outcome: 0, detail }),
    /** `count` uses, each a permit and its release. */
    uses(count: number, epoch: number) {
      for (let i = 0; i < count; i++) story.follow('release', story.permit(epoch), { digest: 'd'.repeat(64) })
    },
  }
  return story
}

export type Story = ReturnType<typeof tellStory>
