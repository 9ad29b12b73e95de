import type { RecordFacts } from '../authority/index.ts'
import { sha256Hex } from '../crypto/index.ts'
import { decideUntilCurrent } from './current.ts'
import type { AccessDesk } from './desk.ts'
import { release } from './present.ts'
import { exposures } from './search-records.ts'
import { draftOf, following } from './trace-drafts.ts'
import type { HistoryUse, HistoryVersion, ReadHistory } from './use.ts'

/**
 * The versions of one record, or of a type, newest first. Each version is decided by its own label: an old version may
 * say more than the newest. A record that was deleted still has its history.
 */
export async function readHistory(use: HistoryUse, desk: AccessDesk): Promise<ReadHistory> {
  return decideUntilCurrent(async () => {
    const found = use.id === undefined ? undefined : await desk.records.describe(use.type, use.id)
    const facts = found === 'deleted' ? undefined : found
    const prepared = await desk.authority.prepare({
      caller: use.caller,
      action: 'view',
      types: [use.type],
      ...(use.purpose && { purpose: use.purpose }),
      at: desk.clock.now(),
    })
    const decision = facts
      ? await desk.authority.decide({
          caller: use.caller,
          action: 'view',
          record: facts,
          ...(use.purpose && { purpose: use.purpose }),
          at: desk.clock.now(),
        })
      : prepared.summary
    const draft = {
      ...draftOf('permit', 'view', use, decision),
      ...(use.id !== undefined && { record: { type: use.type, id: use.id } }),
      ...(facts?.patient && { patient: facts.patient }),
      detail: { history: true, count: use.count, ...(use.since && { since: use.since }) },
    }
    if (decision.effect === 'deny') {
      const [receipt] = await desk.ledger.record([{ ...draft, kind: 'refusal' }])
      return { outcome: 'refused', decision, ...(facts && { facts }), receipt: receipt! }
    }
    if (use.id !== undefined && found === undefined) {
      const [receipt] = await desk.ledger.record([{ ...draft, kind: 'withheld', outcome: 4 }])
      return { outcome: 'not-found', receipt: receipt! }
    }

    const scope =
      use.id === undefined
        ? { kind: 'search' as const, types: [use.type], person: use.caller.person }
        : {
            kind: 'record' as const,
            record: { type: use.type, id: use.id },
            ...(facts?.patient && { patient: facts.patient }),
          }
    const permit = await desk.ledger.recordPermit(draft, scope)
    const admits = (one: RecordFacts) => prepared.admits(one)
    const page = await desk.records.history(permit, pageOf(use), admits)

    const versions = page.versions.flatMap((original, at): HistoryVersion[] => {
      const versionFacts = page.facts[at] as RecordFacts
      const versionDecision = prepared.decide(versionFacts)
      if (versionDecision.effect === 'deny') return []
      if (original.deleted)
        return [
          {
            deleted: true,
            type: original.type,
            id: original.id,
            version: original.version,
            lastUpdated: original.lastUpdated,
          },
        ]
      return [
        {
          deleted: false,
          ...release({ original, facts: versionFacts, decision: versionDecision, permit }, admits),
        },
      ]
    })
    const outgoing = versions.map((version) => (version.deleted ? '' : version.content)).join('\n')
    const committed = await desk.ledger.recordRelease(permit, [
      following(permit.receipt.sequence, draft, 'release', {
        digest: sha256Hex(outgoing),
        detail: {
          versions: versions.map((version) => version.version),
          ...(page.withheld > 0 && { withheld: page.withheld }),
        },
      }),
      ...(use.id === undefined ? exposures(page.facts.map((one) => ({ facts: one }))) : []).map(
        ({ patient, records }) =>
          following(permit.receipt.sequence, draft, 'exposure', { patient, detail: { records } }),
      ),
    ])
    if (committed.outcome === 'superseded') return 'superseded'
    return {
      outcome: 'released',
      versions,
      total: page.total - page.withheld,
      anythingWithheld: page.withheld > 0,
      ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
      receipt: permit.receipt,
    }
  })
}

function pageOf(use: HistoryUse) {
  return {
    type: use.type,
    ...(use.id !== undefined && { id: use.id }),
    count: use.count,
    ...(use.cursor !== undefined && { cursor: use.cursor }),
    ...(use.since !== undefined && { since: use.since }),
  }
}
