import type { Permitted, RecordFacts } from '../authority/index.ts'
import type { PatientRow, Relation } from '../contract/index.ts'
import { sha256Hex } from '../crypto/index.ts'
import type { PatientId } from '../kernel/index.ts'
import type { FhirResource, SearchQuery, SearchRow } from '../records/index.ts'
import { decideUntilCurrent } from './current.ts'
import type { AccessDesk } from './desk.ts'
import { patientRow } from './patient-row.ts'
import { release } from './present.ts'
import { exposures } from './search-records.ts'
import { draftOf, following } from './trace-drafts.ts'
import type { RefusedUse, UseContext } from './use.ts'

/** How the reader stands to a patient of the list, and through which encounter. */
export interface Standing {
  readonly relation: Relation
  readonly encounter?: string
}

export interface PatientListUse extends UseContext {
  /** A search over Patient. */
  readonly query: SearchQuery
  readonly standings: ReadonlyMap<PatientId, Standing>
  /** Only rows that pass are shown, counted and exposed: for what no search parameter says, such as a bed. */
  readonly keep?: (row: PatientRow) => boolean
  /** What was asked, for the trace. */
  readonly terms: Readonly<Record<string, unknown>>
}

export interface ListedPatients {
  readonly outcome: 'released'
  readonly rows: readonly PatientRow[]
  readonly total: number
  readonly nextCursor?: string
  readonly sequence: number
}

/**
 * A list of patients as people see it: the row and nothing more. The same story as a search, with the action `list`;
 * each patient shown is an exposure, and who is not the reader's own patient is masked by the decision's obligation.
 */
export async function listPatients(use: PatientListUse, desk: AccessDesk): Promise<ListedPatients | RefusedUse> {
  return decideUntilCurrent(async () => {
    const types = ['Patient', 'Encounter'] as const
    const prepared = await desk.authority.prepare({
      caller: use.caller,
      action: 'list',
      types,
      ...(use.purpose && { purpose: use.purpose }),
      at: desk.clock.now(),
    })
    const decision = prepared.summary
    const draft = { ...draftOf('search', 'list', use, decision), detail: { types: ['Patient'], terms: use.terms } }
    if (decision.effect === 'deny') {
      const [receipt] = await desk.ledger.record([{ ...draft, kind: 'refusal' }])
      return { outcome: 'refused', decision, receipt: receipt! }
    }

    const permit = await desk.ledger.recordPermit(draft, { kind: 'search', types, person: use.caller.person })
    const admits = (facts: RecordFacts) => prepared.admits(facts)
    const plan = { filter: prepared.filter, includeFilter: prepared.filter }
    const found = await desk.records.search(permit, { query: use.query, ...plan }, admits)
    const encounters = await desk.records.search(
      permit,
      { query: encountersOf(found.rows, use.standings), ...plan },
      admits,
    )
    const encounterById = new Map(
      encounters.rows.map((row) => [row.facts.id, JSON.parse(row.record.content) as FhirResource]),
    )

    const shown = found.rows.flatMap((found) => {
      const rowDecision = prepared.decide(found.facts)
      if (rowDecision.effect === 'deny') return []
      const released = release({ original: found.record, facts: found.facts, decision: rowDecision, permit }, admits)
      const standing = use.standings.get(found.facts.id as PatientId)
      const encounter = standing?.encounter ? encounterById.get(standing.encounter) : undefined
      const row = patientRow({
        patient: JSON.parse(released.content) as FhirResource,
        nameIsMasked: masks(rowDecision),
        relation: standing?.relation ?? 'none',
        ...(encounter && { encounter }),
      })
      return use.keep && !use.keep(row) ? [] : [{ row, facts: found.facts }]
    })
    const rows = shown.map((one) => one.row)
    const total = use.keep ? rows.length : (found.total ?? rows.length)
    const committed = await desk.ledger.recordRelease(permit, [
      following(permit.receipt.sequence, draft, 'release', {
        digest: sha256Hex(JSON.stringify(rows)),
        detail: { rows: rows.length, total },
      }),
      ...exposures(shown).map(({ patient, records }) =>
        following(permit.receipt.sequence, draft, 'exposure', { patient, detail: { records } }),
      ),
    ])
    if (committed.outcome === 'superseded') return 'superseded'
    return {
      outcome: 'released',
      rows,
      total,
      ...(found.nextCursor !== undefined && { nextCursor: found.nextCursor }),
      sequence: permit.receipt.sequence,
    }
  })
}

function masks(decision: Permitted): boolean {
  return decision.obligations.some((one) => one.type === 'mask-identity' || one.type === 'de-identify')
}

function encountersOf(rows: readonly SearchRow[], standings: ReadonlyMap<PatientId, Standing>): SearchQuery {
  const ids = rows.flatMap((row) => standings.get(row.facts.id as PatientId)?.encounter ?? [])
  return {
    types: ['Encounter'],
    parameters: [{ name: '_id', values: ids.length > 0 ? ids : ['-'] }],
    sort: [],
    count: Math.max(ids.length, 1),
    includes: [],
    total: 'none',
    summary: 'false',
  }
}
