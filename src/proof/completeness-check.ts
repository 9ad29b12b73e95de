import { entryKinds } from '../ledger/index.ts'
import { type EntryFacts, flag } from './entry-facts.ts'
import type { Findings } from './finding.ts'
import type { Looked } from './order-check.ts'

export interface CompletenessResult {
  readonly entries: number
  /** Gaps that the ledger itself states and that no later entry heals, oldest first. */
  readonly gaps: readonly number[]
  readonly gapsHealed: number
  readonly spoolsJoined: number
  /** Entries that announce a spool that has not been closed (yet). */
  readonly spoolsOpen: readonly number[]
  /** Permits that the ledger itself states to be unacknowledged: nothing left under them. */
  readonly unacknowledged: ReadonlySet<number>
}

export interface CompletenessCheck {
  take(first: number, facts: EntryFacts, speaking: ReadonlyMap<number, Looked>): void
  finish(): CompletenessResult
}

const gap = entryKinds.indexOf('gap')

interface JoiningSpool {
  readonly first: number
  readonly firstIndex: number
  lastIndex: number
  frames: number
  entries: number
  releases: number
  chain: string
}

/** Gaps that are stated, and spools that joined: frame after frame, and what the closing entry says of them. */
export function completenessCheck(findings: Findings): CompletenessCheck {
  const gaps = new Set<number>()
  const announced = new Map<string, number>()
  const joining = new Map<string, JoiningSpool>()
  const unacknowledged = new Set<number>()
  let gapsHealed = 0
  let entries = 0
  let spoolsJoined = 0

  const broken = (sequence: number, against?: number) =>
    findings.add({ problem: 'spool-broken', sequence, ...(against !== undefined && { against }) })

  const takeSpooled = (sequence: number, looked: Looked, place: SpoolPlace) => {
    const spool = joining.get(place.id)
    if (!spool) {
      if (place.index !== 0) broken(sequence)
      joining.set(place.id, {
        first: sequence,
        firstIndex: place.index,
        lastIndex: place.index,
        frames: 1,
        entries: 1,
        releases: looked.kind === 'release' ? 1 : 0,
        chain: place.chain,
      })
      return
    }
    if (place.index !== spool.lastIndex) {
      if (place.index !== spool.lastIndex + 1) broken(sequence, spool.first)
      spool.frames += 1
    } else if (place.chain !== spool.chain) broken(sequence, spool.first)
    spool.lastIndex = place.index
    spool.chain = place.chain
    spool.entries += 1
    if (looked.kind === 'release') spool.releases += 1
  }

  const takeJoined = (sequence: number, { detail = {} }: Looked) => {
    const id = typeof detail.spool === 'string' ? detail.spool : ''
    const spool = joining.get(id)
    joining.delete(id)
    if (announced.get(id) !== detail.opened) broken(sequence)
    announced.delete(id)
    spoolsJoined += 1
    const found = spool ?? { frames: 0, entries: 0, releases: 0, chain: detail.chain, first: sequence }
    const agrees =
      detail.frames === found.frames &&
      detail.entries === found.entries &&
      detail.releases === found.releases &&
      detail.chain === found.chain
    // A flaw that the closing entry states is a gap, and stands among the gaps.
    if (!agrees && detail.flaw === undefined) broken(sequence, found.first)
  }

  return {
    take(first, facts, speaking) {
      entries += facts.count
      for (let i = 0; i < facts.count; i++) {
        if (
          facts.kind[i] === gap &&
          (facts.flags[i]! & (flag.unknown | flag.unreadable | flag.missing | flag.absent)) === 0
        ) {
          const heals = speaking.get(i)?.detail?.heals
          if (typeof heals === 'number' && gaps.delete(heals)) gapsHealed += 1
          else gaps.add(first + i)
        }
      }
      for (const [i, looked] of speaking) {
        const sequence = first + i
        const { detail = {} } = looked
        if (looked.kind === 'spool-joined') takeJoined(sequence, looked)
        else if (isSpoolPlace(detail.spool)) takeSpooled(sequence, looked, detail.spool)
        else if (looked.kind !== 'system') continue
        else if (detail.event === 'spool-opened' && typeof detail.spool === 'string')
          announced.set(detail.spool, sequence)
        else if (detail.event === 'unacknowledged' && Array.isArray(detail.sequences)) {
          for (const one of detail.sequences) if (typeof one === 'number') unacknowledged.add(one)
        }
      }
    },
    finish: () => ({
      entries,
      gaps: [...gaps],
      gapsHealed,
      spoolsJoined,
      spoolsOpen: [...announced.values()],
      unacknowledged,
    }),
  }
}

interface SpoolPlace {
  readonly id: string
  readonly index: number
  readonly chain: string
}

function isSpoolPlace(value: unknown): value is SpoolPlace {
  if (typeof value !== 'object' || value === null) return false
  const { id, index, chain } = value as Partial<Record<keyof SpoolPlace, unknown>>
  return typeof id === 'string' && typeof index === 'number' && typeof chain === 'string'
}
