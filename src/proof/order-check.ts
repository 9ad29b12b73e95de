import { type Entry, entryKinds } from '../ledger/index.ts'
import { type EntryFacts, flag } from './entry-facts.ts'
import type { Findings, Problem } from './finding.ts'
import { recentIds } from './recent-ids.ts'

/** Reads one entry that the rules have to look at twice. */
export type LookUp = (sequence: number) => Promise<Looked | undefined>
export type Looked = Pick<Entry, 'kind' | 'decision' | 'follows' | 'detail'> & Pick<Entry, 'id'>

export interface OrderOptions {
  readonly findings: Findings
  readonly lookUp: LookUp
  /** How far the recorded time may lag behind an earlier entry's: entries of several processes overtake each other. */
  readonly toleranceMs: number
}

export interface OrderResult {
  readonly epoch: number
  /** Entries that follow a permit and were held against the epoch. */
  readonly judged: number
  /** Of these, written before the ledger told its epochs: nothing can be told of them. */
  readonly beforeEpochBase?: number
  /** Entries that joined from a local spool: decided while the database was away, by last known facts. */
  readonly spooled: number
  /** Writes at an upstream store, recorded after they had happened. */
  readonly upstreamWrites: number
  /** Entries whose text is in an archive or expired: not judged. */
  readonly absent: number
  /** Entries of a kind or version that this program does not know. */
  readonly unknown: number
  readonly firstUnknown?: number
  readonly earliest?: number
  readonly latest?: number
  /** Permits of a use without an end, oldest first, and how many. */
  readonly openPermits: readonly number[]
  readonly openCount: number
}

export interface OrderCheck {
  take(first: number, facts: EntryFacts, speaking: ReadonlyMap<number, Looked>): Promise<void>
  /** Newest recorded time so far, in milliseconds. */
  latest(): number
  finish(): OrderResult
}

const kindOf = (name: (typeof entryKinds)[number]) => entryKinds.indexOf(name)
const [release, exposure, write, withheld, permit, search] = (
  ['release', 'exposure', 'write', 'withheld', 'permit', 'search'] as const
).map(kindOf)
const canBeFollowed = entryKinds.map((kind) => ['permit', 'search', 'trace-reading', 'export'].includes(kind))
const mostOpenListed = 20

/** A use that is not plainly right, with the epoch that its place has. */
interface Doubt {
  readonly sequence: number
  readonly follows: number
  readonly uses: boolean
  readonly kind: number
  readonly epoch: number
}

/**
 * The rule of the clock of authority: every release, exposure and write stands where the epoch is the one its permit
 * was decided under, so nothing that might refuse it stands between. The epoch at a place is the number of entries
 * before it that raise it. Beside it: what is followed is a permit and comes first; a permit is used once; time runs
 * forward; an id stands once. Memory grows with the permits that are open, not with the ledger.
 */
export function orderCheck({ findings, lookUp, toleranceMs }: OrderOptions): OrderCheck {
  const open = new Map<number, { readonly epoch: number; readonly kind: number }>()
  const ids = recentIds(toleranceMs)
  let epoch = 0
  let raises = 0
  let hasBase = false
  let judged = 0
  let beforeEpochBase: number | undefined
  let spooled = 0
  let upstreamWrites = 0
  let unknown = 0
  let firstUnknown: number | undefined
  let earliest: number | undefined
  let latest = Number.NEGATIVE_INFINITY
  let latestAt = 0
  let lastFollows = -1
  let absent = 0
  let absentUpTo = 0
  let epochIsKnown = true
  let doubts: Doubt[] = []
  let doubtedIds: { readonly sequence: number; readonly earlier: number }[] = []

  const tell = (problem: Problem, sequence: number, against?: number) =>
    findings.add({ problem, sequence, ...(against !== undefined && { against }) })

  const holdTime = (sequence: number, recorded: number) => {
    earliest ??= recorded
    if (recorded >= latest) {
      latest = recorded
      latestAt = sequence
    } else if (recorded < latest - toleranceMs) {
      tell('clock-set-back', sequence, latestAt)
      // From here on the new clock counts, or every later entry would be told of.
      latest = recorded
      latestAt = sequence
    }
  }

  const holdFollower = (sequence: number, kind: number, follows: number) => {
    const ends = kind === release || kind === write || kind === withheld
    const known = open.get(follows)
    const isSameGroup = kind === exposure && lastFollows === follows
    if (ends) open.delete(follows)
    const uses = kind === release || kind === exposure || kind === write
    if (follows < absentUpTo) return
    if (uses) judged += 1
    if (known && !epochIsKnown) {
      epoch = known.epoch
      epochIsKnown = true
    }
    if (isSameGroup || (known && (!uses || known.epoch === epoch))) return
    doubts.push({ sequence, follows, uses, kind, epoch })
  }

  /** The slow way, for whatever is not plainly right: both entries are read. */
  const judge = async ({ sequence, follows, uses, kind, epoch }: Doubt) => {
    const followed = follows < sequence ? await lookUp(follows) : undefined
    if (followed?.decision?.effect !== 'permit') return tell('follows-nothing', sequence, follows)
    if (!uses) return
    const entry = await lookUp(sequence)
    if (isSpooled(entry) && isSpooled(followed)) {
      spooled += 1
      return
    }
    if (kind === write && entry?.detail?.store === 'upstream') {
      upstreamWrites += 1
      return
    }
    if (followed.decision.epoch !== epoch) return tell('epoch-passed', sequence, follows)
    tell('released-again', sequence, follows)
  }

  /** Whether an absent entry raised the epoch, nobody can tell: counting begins anew with the next use. */
  const passAbsent = (sequence: number) => {
    absent += 1
    absentUpTo = sequence + 1
    epochIsKnown = false
    open.clear()
  }

  const holdStatement = (sequence: number, looked: Looked) => {
    const { event, epoch: base } = looked.detail ?? {}
    if (looked.kind !== 'system' || event !== 'epoch-base') return
    if (hasBase || raises > 0 || typeof base !== 'number') return tell('epoch-base-misplaced', sequence)
    hasBase = true
    epoch = base
    beforeEpochBase = judged
    doubts = []
    findings.withdraw('epoch-passed')
  }

  const settle = async () => {
    const [uses, repeated] = [doubts, doubtedIds]
    doubts = []
    doubtedIds = []
    for (const doubt of uses) await judge(doubt)
    for (const { sequence, earlier } of repeated) {
      const [one, other] = [await lookUp(earlier), await lookUp(sequence)]
      if (one && other && one.id === other.id) tell('id-repeated', sequence, earlier)
    }
  }

  return {
    async take(first, facts, speaking) {
      for (let i = 0; i < facts.count; i++) {
        const sequence = first + i
        const flags = facts.flags[i]!
        if ((flags & (flag.unreadable | flag.unknown | flag.missing | flag.absent)) !== 0) {
          if ((flags & flag.absent) !== 0) passAbsent(sequence)
          else if ((flags & flag.missing) !== 0) lastFollows = -1
          else if ((flags & flag.unreadable) !== 0) tell('entry-unreadable', sequence)
          else if ((flags & flag.unknown) !== 0) {
            unknown += 1
            firstUnknown ??= sequence
          }
          lastFollows = -1
          continue
        }
        const kind = facts.kind[i]!
        const recorded = facts.recorded[i]!
        const follows = facts.follows[i]!
        holdTime(sequence, recorded)
        const earlier = ids.seen(facts.idEnd[i]!, sequence, recorded)
        if (earlier !== undefined) doubtedIds.push({ sequence, earlier })
        if (follows >= 0) holdFollower(sequence, kind, follows)
        else if ((flags & flag.permits) !== 0 && canBeFollowed[kind]) {
          open.set(sequence, { epoch: facts.epoch[i]!, kind })
        }
        lastFollows = follows
        if ((flags & flag.speaks) !== 0) {
          const looked = speaking.get(i)
          if (looked) holdStatement(sequence, looked)
        }
        if ((flags & flag.raisesEpoch) !== 0) {
          epoch += 1
          raises += 1
        }
      }
      if (doubts.length > 0 || doubtedIds.length > 0) await settle()
    },
    latest: () => latest,
    finish() {
      const unended = [...open]
        .filter(([, { kind }]) => kind === permit || kind === search)
        .map(([sequence]) => sequence)
      return {
        epoch,
        judged,
        ...(beforeEpochBase !== undefined && { beforeEpochBase }),
        spooled,
        upstreamWrites,
        absent,
        unknown,
        ...(firstUnknown !== undefined && { firstUnknown }),
        ...(earliest !== undefined && { earliest, latest }),
        openPermits: unended.slice(0, mostOpenListed),
        openCount: unended.length,
      }
    },
  }
}

const isSpooled = (entry: Looked | undefined) => typeof entry?.detail?.spool === 'object' && entry.detail.spool !== null
