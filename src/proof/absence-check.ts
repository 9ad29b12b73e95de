import type { Findings } from './finding.ts'
import type { Looked } from './order-check.ts'

export interface AbsenceResult {
  /** Entries in volumes that the ledger tells of and that are not at hand: only their hashes were checked. */
  readonly notAtHand: number
  readonly volumes: readonly string[]
  /** Entries whose text expired, by what the ledger tells of it. */
  readonly expired: number
  readonly expiries: readonly Expiry[]
}

export interface Expiry {
  /** The entry that tells of it. */
  readonly sequence: number
  readonly volume: string
  readonly count: number
  /** Class and months, and how many by each. */
  readonly rules: Readonly<Record<string, number>>
}

export interface AbsenceCheck {
  take(first: number, absent: readonly number[], speaking: ReadonlyMap<number, Looked>): void
  finish(): AbsenceResult
}

interface Volume {
  readonly name: string
  readonly first: number
  readonly end: number
  readonly expiries: Expiry[]
}

/**
 * Text that is said to be away, in an archive or expired, against what the ledger itself tells of archiving and expiry:
 * whatever is away without such an entry was taken out. Nobody is believed but the entries, not the one who serves them.
 */
export function absenceCheck(findings: Findings): AbsenceCheck {
  const volumes: Volume[] = []
  /** Stretches [from, below) of entries that are away, in order. */
  const away: { from: number; below: number }[] = []

  const learn = (sequence: number, { kind, detail = {} }: Looked) => {
    const { event, first, end, volume, count, rules } = detail
    if (kind !== 'system' || typeof first !== 'number' || typeof end !== 'number') return
    if (event === 'archived') volumes.push({ name: String(volume), first, end, expiries: [] })
    if (event === 'expired' && typeof count === 'number') {
      const of = volumes.find((one) => one.first === first && one.end === end)
      of?.expiries.push({ sequence, volume: String(volume), count, rules: (rules ?? {}) as Expiry['rules'] })
    }
  }

  return {
    take(first, absent, speaking) {
      for (const [i, looked] of speaking) learn(first + i, looked)
      for (const sequence of absent) {
        const last = away.at(-1)
        if (last?.below === sequence) last.below = sequence + 1
        else away.push({ from: sequence, below: sequence + 1 })
      }
    },
    finish() {
      let [notAtHand, expired] = [0, 0]
      const named: string[] = []
      for (const { from, below } of outside(away, volumes)) {
        for (let sequence = from; sequence < below; sequence++) findings.add({ problem: 'entry-missing', sequence })
      }
      for (const { name, first, end, expiries } of volumes) {
        const within = away.filter(({ from, below }) => from < end && below > first)
        const count = within.reduce((sum, one) => sum + Math.min(one.below, end) - Math.max(one.from, first), 0)
        const told = expiries.reduce((sum, one) => sum + one.count, 0)
        if (count === 0) continue
        if (count === end - first && told < count) {
          notAtHand += count
          named.push(expiries.at(-1)?.volume ?? name)
        } else if (count > told) findings.add({ problem: 'entry-missing', sequence: Math.max(first, within[0]!.from) })
        else expired += count
      }
      return { notAtHand, volumes: named, expired, expiries: volumes.flatMap((volume) => volume.expiries) }
    },
  }
}

/** Parts of the stretches that no volume covers. Volumes do not overlap. */
function outside(
  stretches: readonly { readonly from: number; readonly below: number }[],
  volumes: readonly Pick<Volume, 'first' | 'end'>[],
) {
  const inOrder = [...volumes].sort((a, b) => a.first - b.first)
  return stretches.flatMap(({ from, below }) => {
    const parts: { from: number; below: number }[] = []
    let at = from
    for (const { first, end } of inOrder) {
      if (end <= at || first >= below) continue
      if (first > at) parts.push({ from: at, below: first })
      at = end
    }
    if (at < below) parts.push({ from: at, below })
    return parts
  })
}
