import { createHash } from 'node:crypto'
import { type InputIssue, InvalidInput, type PatientId, type Transaction } from '../kernel/index.ts'
import type { EntryDraft, RecordedPermit } from '../ledger/index.ts'
import { recordCareOf } from './care.ts'
import { RecordsFailure } from './errors.ts'
import type { FactsCache } from './facts-cache.ts'
import type { OwnStoreDesk } from './open-record-store.ts'
import { deletedRow, type RecordRow, rowOf } from './record-row.ts'
import type { RecordChange, WriteOutcome } from './record-store.ts'
import { danglingReferences } from './references.ts'
import { clearRows, insertRow } from './store-rows.ts'
import { departmentOfEncounter, inheritDepartment } from './surroundings.ts'

/**
 * A new version of one record: the record, its history, what it is found by, who cares for whom because of it, and the
 * entry in the ledger stand or fall together.
 * @throws InvalidInput `reference-to-nowhere`; LedgerFailure `authority-superseded` when rights moved since the permit.
 */
export async function writeRecord(
  permit: RecordedPermit,
  change: RecordChange,
  cache: FactsCache,
  desk: OwnStoreDesk,
): Promise<WriteOutcome> {
  const { type, id } = targetOf(permit, change)
  const outcome = await desk.database.transaction(async (tx): Promise<WriteOutcome> => {
    const before = await lockCurrent(tx, type, id)
    const refusal = refusalOf(change, before)
    if (refusal) return refusal
    const version = (before?.version ?? 0) + 1
    const row =
      change.kind === 'delete'
        ? deletedRow(before!, version, desk.clock.now(), change.author)
        : await versionOf({ ...change, id, version }, tx, desk)
    if (before) await clearRows(tx, [row])
    await insertRow(tx, row)
    const departmentMoved = await inheritDepartment(tx, row)
    const careChanged = await recordCareOf(tx, change.kind === 'delete' ? undefined : change.resource, row)
    // Last: from here until the commit all other appends of the institution wait.
    const [receipt] = await desk.ledger.recordWithin(tx, [entryOf(permit, change, row)], {
      raisesEpoch: before !== undefined && (factsMoved(before, row) || departmentMoved || careChanged),
      decidedUnder: permit.epoch,
    })
    return {
      outcome: 'written',
      record: storedFrom(row),
      created: !before || before.deleted,
      sequence: receipt!.sequence,
    }
  })
  cache.forget(type, id)
  return outcome
}

type Written = Omit<RecordRow, 'index' | 'content'>

function targetOf(permit: RecordedPermit, change: RecordChange): { readonly type: string; readonly id: string } {
  const { scope } = permit
  if (scope.kind !== 'record') throw new RecordsFailure('permit-mismatch', 'a write needs a permit for one record')
  const { type, id } = scope.record
  const statedType = change.kind === 'delete' ? change.type : change.resource.resourceType
  const statedId = change.kind === 'create' ? id : change.id
  if (statedType !== type || statedId !== id) {
    throw new RecordsFailure('permit-mismatch', `the permit names ${type}/${id}, the write ${statedType}/${statedId}`)
  }
  return { type, id }
}

async function lockCurrent(tx: Transaction, type: string, id: string): Promise<Written | undefined> {
  // A lock on the name: two first versions of one record cannot pass each other, there is no row to lock yet.
  await tx.query({ name: 'records-lock', text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))' }, [
    `${type}/${id}`,
  ])
  const rows = await tx.query<Written>(
    {
      name: 'records-current',
      text: `select type, id, version, last_updated as "lastUpdated", patient_id as patient, encounter_id as encounter,
               department_id as department, author_id as author, category, sensitivity, kinds,
               has_parts as "hasParts", deleted, sort_date as "sortDate"
             from resource where type = $1 and id = $2`,
    },
    [type, id],
  )
  return rows[0]
}

function refusalOf(change: RecordChange, before: Written | undefined): WriteOutcome | undefined {
  const current = before && !before.deleted ? before.version : 0
  if (change.kind === 'create') {
    return before ? { outcome: 'version-conflict', currentVersion: before.version } : undefined
  }
  if (change.kind === 'delete' && !before) return { outcome: 'not-found' }
  if (change.kind === 'delete' && before?.deleted) return { outcome: 'gone' }
  if (change.ifMatch !== undefined && change.ifMatch !== current) {
    return { outcome: 'version-conflict', currentVersion: current }
  }
  return undefined
}

type NewVersion = Exclude<RecordChange, { kind: 'delete' }> & { readonly id: string; readonly version: number }

async function versionOf(change: NewVersion, tx: Transaction, desk: OwnStoreDesk): Promise<RecordRow> {
  const { id, version, author } = change
  const resource = { ...change.resource, id }
  const issues: readonly InputIssue[] = desk.checksReferences ? await danglingReferences(resource, tx) : []
  if (issues.length > 0) throw new InvalidInput(issues)
  const surroundings = await departmentOfEncounter(tx, resource)
  return rowOf(resource, { id, version, author, at: desk.clock.now(), ...surroundings })
}

/** What a decision may have rested on: when it moves, facts kept under this epoch are no longer good. */
function factsMoved(before: Written, row: RecordRow): boolean {
  return (
    before.patient !== row.patient ||
    before.department !== row.department ||
    before.author !== row.author ||
    before.category !== row.category ||
    before.sensitivity !== row.sensitivity ||
    before.deleted !== row.deleted ||
    before.kinds.join() !== row.kinds.join()
  )
}

const actions = { create: 'create', update: 'update', delete: 'delete' } as const

function entryOf(permit: RecordedPermit, change: RecordChange, row: RecordRow): EntryDraft {
  return {
    actor: { person: change.author },
    ...change.trace,
    kind: 'write',
    action: actions[change.kind],
    ...(row.patient && { patient: row.patient as PatientId }),
    record: { type: row.type, id: row.id, version: row.version },
    follows: permit.receipt.sequence,
    digest: createHash('sha256').update(row.content).digest('hex'),
    outcome: 0,
  }
}

const storedFrom = (row: RecordRow) => ({
  type: row.type,
  id: row.id,
  version: row.version,
  lastUpdated: row.lastUpdated,
  content: row.content,
  deleted: row.deleted,
  hasLabelledParts: row.hasParts,
})
