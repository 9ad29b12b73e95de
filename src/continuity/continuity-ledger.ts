import type { Clock, LedgerSequence } from '../kernel/index.ts'
import {
  type EntryDraft,
  type Ledger,
  LedgerFailure,
  type PermitDraft,
  type Receipt,
  type RecordedPermit,
} from '../ledger/index.ts'
import type { DatabaseWatch } from './database-watch.ts'
import { ContinuityFailure } from './errors.ts'
import { type ContinuityPlan, mayGoOn, modeOf } from './mode.ts'
import type { Spool } from './spool.ts'

/** A spool in use, and the uses of it that have not ended. */
export interface SpoolInUse {
  readonly spool: Spool
  /** Frame index of each open permit by the negative sequence its receipt carries. */
  readonly open: Map<number, number>
}

/** The part of a draft's JSON that joining adds (`detail.spool`) still fits into an entry. */
const largestFrameBytes = 60_000
let handedOut = 0

/**
 * The ledger as uses see it, with a spool behind it: while the database is away, a permit that the plan lets go on is
 * made durable in the spool, and everything that follows it too. Everything else behaves as without it: no durable
 * entry, no answer. What is changed or managed never goes on.
 */
export function openContinuityLedger(parts: {
  readonly ledger: Ledger
  readonly plan: ContinuityPlan
  readonly watch: () => DatabaseWatch
  readonly spoolForNewUses: () => SpoolInUse | undefined
  readonly clock: Clock
}): Ledger {
  const { ledger, plan, clock, spoolForNewUses } = parts
  const spoolsOfOpenUses = new Map<number, SpoolInUse>()

  const attempt = async <Result>(work: () => Promise<Result>): Promise<Result | LedgerFailure> => {
    try {
      const result = await work()
      parts.watch().noteAnswer()
      return result
    } catch (cause) {
      if (!(cause instanceof LedgerFailure) || cause.code !== 'ledger-unavailable') throw cause
      parts.watch().noteSilence()
      return cause
    }
  }

  async function permitInSpool(draft: PermitDraft, scope: RecordedPermit['scope'], cause: LedgerFailure) {
    const mode = modeOf(plan, draft.actor)
    if (mode === 'strict') throw cause
    if (!mayGoOn(mode, draft)) {
      throw new ContinuityFailure('outside-continuity', `${mode} does not reach ${draft.action}`, { cause })
    }
    if (clock.now() - parts.watch().lastHeardMs() > plan.staleMs) {
      throw new ContinuityFailure('facts-too-old', 'the database has been away for too long', { cause })
    }
    const inUse = spoolForNewUses()
    if (!inUse) throw cause
    const drafts = [{ ...draft, detail: { ...draft.detail, continuity: mode } }]
    refuseTooLarge(drafts)
    const receipt = await append(inUse, drafts)
    inUse.open.set(receipt.sequence, Number(receipt.spool?.split('-')[1]))
    spoolsOfOpenUses.set(receipt.sequence, inUse)
    return { permit: minted, receipt, epoch: draft.decision.epoch, scope }
  }

  async function append({ spool }: SpoolInUse, drafts: readonly EntryDraft[]): Promise<Receipt> {
    const recordedMs = clock.now()
    const place = await spool.append(drafts, recordedMs)
    handedOut += 1
    return {
      sequence: -handedOut as LedgerSequence,
      leafHash: place.chain,
      recorded: new Date(recordedMs).toISOString(),
      spool: `S${place.spool}-${place.index}`,
    }
  }

  /** What follows a permit of a spool stands in the same spool, which is not joined before the use has ended. */
  async function following(permit: number, drafts: readonly EntryDraft[], endsUse: boolean): Promise<Receipt> {
    const inUse = spoolsOfOpenUses.get(permit)
    const index = inUse?.open.get(permit)
    if (!inUse || index === undefined) {
      throw new ContinuityFailure('spool-unavailable', 'the spool of this use has been closed')
    }
    const placed = drafts.map((draft) => ({ ...draft, follows: (-1 - index) as LedgerSequence }))
    refuseTooLarge(placed)
    const receipt = await append(inUse, placed)
    if (endsUse) {
      inUse.open.delete(permit)
      spoolsOfOpenUses.delete(permit)
    }
    return receipt
  }

  return {
    async record(drafts) {
      const permit = drafts[0]?.follows
      if (permit === undefined || permit >= 0) return ledger.record(drafts)
      const ends = drafts.some((draft) => draft.kind === 'withheld' || draft.kind === 'write')
      const receipt = await following(permit, drafts, ends)
      return drafts.map(() => receipt)
    },
    async recordPermit(draft, scope) {
      const recorded = await attempt(() => ledger.recordPermit(draft, scope))
      return recorded instanceof LedgerFailure ? permitInSpool(draft, scope, recorded) : recorded
    },
    async recordRelease(permit, drafts) {
      if (permit.receipt.spool === undefined) return ledger.recordRelease(permit, drafts)
      return { outcome: 'recorded', receipt: await following(permit.receipt.sequence, drafts, true) }
    },
    recordWithin: (tx, drafts, options) => ledger.recordWithin(tx, drafts, options),
    currentEpoch: () => ledger.currentEpoch(),
    size: () => ledger.size(),
    close: () => ledger.close(),
  }
}

const minted = 'recorded permit' as RecordedPermit['permit']

function refuseTooLarge(drafts: readonly EntryDraft[]): void {
  for (const draft of drafts) {
    if (Buffer.byteLength(JSON.stringify(draft)) <= largestFrameBytes) continue
    throw new LedgerFailure('entry-too-large', `an entry of kind ${draft.kind} is too large for a spool`)
  }
}
