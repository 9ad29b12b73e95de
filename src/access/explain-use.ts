import type { Explained, RecordFacts } from '../authority/index.ts'
import type { Action } from '../kernel/index.ts'
import type { Receipt } from '../ledger/index.ts'
import type { AccessDesk } from './desk.ts'
import { aboutRecord, draftOf } from './trace-drafts.ts'
import type { UseContext } from './use.ts'

export interface ExplainUse extends UseContext {
  readonly action: Action
  readonly type: string
  readonly id: string
}

export type ExplainedUse =
  | {
      readonly outcome: 'explained'
      readonly explained: Explained
      readonly facts: RecordFacts
      readonly receipt: Receipt
    }
  | { readonly outcome: 'not-found'; readonly receipt: Receipt }

/**
 * Why can I, or why can I not. Whoever asks about a record learns that it is there: asking is traced like a use, as a
 * permit that nothing follows or as the refusal it explains.
 */
export async function explainUse(use: ExplainUse, desk: AccessDesk): Promise<ExplainedUse> {
  const found = await desk.records.describe(use.type, use.id)
  const purpose = use.purpose && { purpose: use.purpose }
  const at = desk.clock.now()
  if (found === undefined || found === 'deleted') {
    const nothing: RecordFacts = { type: use.type, id: use.id, label: { category: 'other', sensitivity: 3, kinds: [] } }
    const decision = await desk.authority.decide({
      caller: use.caller,
      action: use.action,
      record: nothing,
      ...purpose,
      at,
    })
    const [receipt] = await desk.ledger.record([
      {
        ...draftOf('withheld', use.action, use, decision),
        record: { type: use.type, id: use.id },
        outcome: 4,
        detail: { explained: true, found: found ?? 'nothing' },
      },
    ])
    return { outcome: 'not-found', receipt: receipt! }
  }
  const explained = await desk.authority.explain({
    caller: use.caller,
    action: use.action,
    record: found,
    ...purpose,
    at,
  })
  const { decision } = explained
  const [receipt] = await desk.ledger.record([
    {
      ...draftOf(decision.effect === 'permit' ? 'withheld' : 'refusal', use.action, use, decision),
      ...aboutRecord(found),
      detail: { explained: true },
    },
  ])
  return { outcome: 'explained', explained, facts: found, receipt: receipt! }
}
