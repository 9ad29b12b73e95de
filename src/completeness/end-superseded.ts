import type { EntryDraft, Ledger } from '../ledger/index.ts'

/**
 * Each permit has an end in the ledger: one that was superseded by a change of authority before its release is ended
 * as withheld, and the use begins again under a permit of its own.
 */
export function endSuperseded(ledger: Ledger): Ledger {
  return {
    ...ledger,
    async recordRelease(permit, drafts) {
      const committed = await ledger.recordRelease(permit, drafts)
      if (committed.outcome === 'superseded') await ledger.record([withheld(permit.receipt.sequence, drafts[0]!)])
      return committed
    },
  }
}

function withheld(permit: EntryDraft['follows'], { digest: _, detail: __, ...draft }: EntryDraft): EntryDraft {
  return { ...draft, kind: 'withheld', follows: permit!, outcome: 4, detail: { reason: 'superseded' } }
}
