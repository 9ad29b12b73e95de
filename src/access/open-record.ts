import type { RecordFacts } from '../authority/index.ts'
import { sha256Hex } from '../crypto/index.ts'
import type { RecordedPermit } from '../ledger/index.ts'
import { decideUntilCurrent } from './current.ts'
import type { AccessDesk } from './desk.ts'
import { present } from './present.ts'
import { aboutRecord, draftOf, following } from './trace-drafts.ts'
import type { OpenedRecord, UseContext } from './use.ts'

export interface OpenRequest extends UseContext {
  readonly type: string
  readonly id: string
  /** One version; absent, the current one. */
  readonly version?: number
}

/**
 * One record is opened: decide → record → fetch → redact → mark → record the release → respond.
 * Nothing is fetched before the permit is durable, and nothing is returned before the release is.
 * @throws LedgerFailure when an entry cannot be made durable: nothing was released.
 */
export async function openRecord(request: OpenRequest, desk: AccessDesk): Promise<OpenedRecord> {
  return decideUntilCurrent(async () => {
    const facts = await desk.records.describe(request.type, request.id, request.version)
    if (facts === undefined || facts === 'deleted') return recordAbsence(request, facts, desk)

    const decision = await desk.authority.decide({ ...about(request, desk), record: facts })
    const draft = { ...draftOf('permit', 'view', request, decision), ...aboutRecord(facts) }
    if (decision.effect === 'deny') {
      const [receipt] = await desk.ledger.record([{ ...draft, kind: 'refusal' }])
      return { outcome: 'refused', decision, facts, receipt: receipt! }
    }

    const permit = await desk.ledger.recordPermit(draft, scopeOf(facts))
    const original = await desk.records.read(permit, request.version === undefined ? 'current' : 'version')
    if (original === undefined || original === 'changed') {
      await desk.ledger.record([following(permit.receipt.sequence, draft, 'withheld', { outcome: 4 })])
      return original === 'changed' ? 'superseded' : { outcome: 'not-found', receipt: permit.receipt }
    }

    const released = await present({ original, facts, decision, permit, request }, desk)
    const release = following(permit.receipt.sequence, draft, 'release', {
      digest: sha256Hex(released.content),
      record: { type: released.type, id: released.id, version: released.version },
      ...(released.withheld.length > 0 && { detail: { withheld: released.withheld } }),
    })
    const committed = await desk.ledger.recordRelease(permit, [release])
    if (committed.outcome === 'superseded') return 'superseded'
    return { outcome: 'released', record: released, decision, receipt: permit.receipt }
  })
}

/** That nothing is there is also an answer about a record: it is decided and traced before it is given. */
async function recordAbsence(
  request: OpenRequest,
  found: 'deleted' | undefined,
  desk: AccessDesk,
): Promise<OpenedRecord> {
  const prepared = await desk.authority.prepare({ ...about(request, desk), types: [request.type] })
  const unlabelled: RecordFacts = {
    type: request.type,
    id: request.id,
    label: { category: 'other', sensitivity: 3, kinds: [] },
  }
  const decision = prepared.decide(unlabelled)
  const mayAsk = prepared.filter.kind !== 'never'
  const [receipt] = await desk.ledger.record([
    {
      ...draftOf(mayAsk ? 'withheld' : 'refusal', 'view', request, decision),
      record: { type: request.type, id: request.id },
      outcome: mayAsk ? 4 : 8,
      detail: { found: found ?? 'nothing' },
    },
  ])
  if (!mayAsk && decision.effect === 'deny') return { outcome: 'refused', decision, receipt: receipt! }
  return { outcome: found === 'deleted' ? 'gone' : 'not-found', receipt: receipt! }
}

function about(request: OpenRequest, desk: AccessDesk) {
  return {
    caller: request.caller,
    action: 'view' as const,
    ...(request.purpose && { purpose: request.purpose }),
    at: desk.clock.now(),
  }
}

function scopeOf(facts: RecordFacts): RecordedPermit['scope'] {
  return { kind: 'record', ...aboutRecord(facts) }
}
