import { type Permitted, type RecordFacts, securityOf } from '../authority/index.ts'
import type { RecordedPermit } from '../ledger/index.ts'
import type { StoredRecord } from '../records/index.ts'
import { markWithReceipt } from '../watermark/index.ts'
import type { AccessDesk } from './desk.ts'
import { redact } from './redact.ts'
import type { ReleasedRecord, UseContext } from './use.ts'

/** v3-ObservationValue REDACTED: this resource is not the whole of what is kept. */
const redactedLabel = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'REDACTED' }

interface Presentation {
  readonly original: StoredRecord
  readonly facts: RecordFacts
  readonly decision: Permitted
  readonly permit: RecordedPermit
  readonly request: UseContext
}

/** A record as its reader may have it: redacted by the decision, labelled, marked with the receipt of the use. */
export async function present(it: Presentation, desk: AccessDesk): Promise<ReleasedRecord> {
  const { original, facts, decision, permit, request } = it
  const prepared = original.hasLabelledParts
    ? await desk.authority.prepare({
        caller: request.caller,
        action: 'view',
        types: [facts.type],
        ...(decision.purpose && { purpose: decision.purpose }),
        at: desk.clock.now(),
      })
    : undefined
  return release({ original, facts, decision, permit }, (part) => prepared?.admits(part) === true)
}

/** The same for a row of a search, where the prepared decision is at hand. */
export function release(it: Omit<Presentation, 'request'>, admits: (part: RecordFacts) => boolean): ReleasedRecord {
  const { original, facts, decision, permit } = it
  const redacted = redact(original, decision.obligations, (label) => admits({ ...facts, label }))
  const labels = securityOf(facts.label)
  const changed =
    redacted.withheld.length > 0 ||
    decision.obligations.some((one) => one.type === 'mask-identity' || one.type === 'de-identify')
  return {
    type: original.type,
    id: original.id,
    version: original.version,
    lastUpdated: original.lastUpdated,
    content: markWithReceipt(redacted.content, permit.receipt, changed ? [...labels, redactedLabel] : labels),
    withheld: redacted.withheld,
  }
}
