import type { Permitted, RecordFacts } from '../authority/index.ts'
import { sha256Hex } from '../crypto/index.ts'
import type { PatientId } from '../kernel/index.ts'
import { confinementOf, type SearchRow } from '../records/index.ts'
import { decideUntilCurrent } from './current.ts'
import type { AccessDesk } from './desk.ts'
import { release } from './present.ts'
import { draftOf, following } from './trace-drafts.ts'
import type { SearchedRecords, SearchUse } from './use.ts'

/** One entry is at most 64 KiB: a patient of whom more records were shown gets several. */
const recordsPerExposure = 500

/**
 * A search: the same story as {@link openRecord}, with one exposure entry for each patient shown. The decision filters
 * in SQL, and every row is decided again before it leaves.
 */
export async function searchRecords(use: SearchUse, desk: AccessDesk): Promise<SearchedRecords> {
  return decideUntilCurrent(async () => {
    const confinedTo = confinementOf(use.query)
    const query = confinedTo === undefined ? use.query : { ...use.query, compartment: confinedTo }
    const prepared = await desk.authority.prepare({
      caller: use.caller,
      action: 'list',
      types: query.types,
      ...(confinedTo !== undefined && { confinedTo }),
      ...(use.purpose && { purpose: use.purpose }),
      at: desk.clock.now(),
    })
    const decision = prepared.summary
    const draft = {
      ...draftOf('search', 'list', use, decision),
      ...(confinedTo !== undefined && { patient: confinedTo }),
      detail: {
        types: query.types,
        terms: query.parameters,
        sort: query.sort,
        count: query.count,
        ...(query.cursor && { page: true }),
      },
    }
    if (decision.effect === 'deny') {
      const [receipt] = await desk.ledger.record([{ ...draft, kind: 'refusal' }])
      return { outcome: 'refused', decision, receipt: receipt! }
    }

    const permit = await desk.ledger.recordPermit(draft, {
      kind: 'search',
      types: query.types,
      person: use.caller.person,
    })
    const permitted = new Map<RecordFacts, Permitted>()
    const found = await desk.records.search(
      permit,
      { query, filter: prepared.filter, includeFilter: prepared.includeFilter },
      (facts) => {
        const rowDecision = prepared.decide(facts)
        if (rowDecision.effect === 'permit') permitted.set(facts, rowDecision)
        return rowDecision.effect === 'permit'
      },
    )

    const admitsPart = (part: RecordFacts) => prepared.admits(part)
    const rows = found.rows.flatMap(({ record, facts, mode }) => {
      const rowDecision = permitted.get(facts)
      if (!rowDecision) return []
      return [{ record: release({ original: record, facts, decision: rowDecision, permit }, admitsPart), mode }]
    })
    const outgoing = rows.map((row) => row.record.content).join('\n')
    const committed = await desk.ledger.recordRelease(permit, [
      following(permit.receipt.sequence, draft, 'release', {
        digest: sha256Hex(outgoing),
        detail: {
          rows: rows.length,
          ...(found.total !== undefined && { total: found.total }),
          ...(found.refusedRows > 0 && { refusedRows: found.refusedRows }),
        },
      }),
      ...exposures(found.rows).map(({ patient, records }) =>
        following(permit.receipt.sequence, draft, 'exposure', { patient, detail: { records } }),
      ),
    ])
    if (committed.outcome === 'superseded') return 'superseded'

    return {
      outcome: 'released',
      rows,
      ...(found.total !== undefined && { total: found.total }),
      ...(found.nextCursor !== undefined && { nextCursor: found.nextCursor }),
      ...(found.includesAreIncomplete && { includesAreIncomplete: true }),
      anythingWithheld: rows.some((row) => row.record.withheld.length > 0),
      receipt: permit.receipt,
    }
  })
}

/** Which patients were shown, and which of their records: `Type/id` (notice 二(二): 历次操作痕迹 covers what was listed). */
export function exposures(
  rows: readonly Pick<SearchRow, 'facts'>[],
): readonly { patient: PatientId; records: readonly string[] }[] {
  const byPatient = new Map<PatientId, string[]>()
  for (const { facts } of rows) {
    if (!facts.patient) continue
    const records = byPatient.get(facts.patient) ?? []
    records.push(`${facts.type}/${facts.id}`)
    byPatient.set(facts.patient, records)
  }
  return [...byPatient].flatMap(([patient, records]) => {
    const parts: { patient: PatientId; records: readonly string[] }[] = []
    for (let at = 0; at < records.length; at += recordsPerExposure) {
      parts.push({ patient, records: records.slice(at, at + recordsPerExposure) })
    }
    return parts
  })
}
