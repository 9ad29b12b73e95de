import { createHash } from 'node:crypto'
import {
  type AuthorityEpoch,
  type InputIssue,
  InvalidInput,
  type PatientId,
  type Transaction,
} from '../kernel/index.ts'
import type { EntryDraft, RecordedPermit } from '../ledger/index.ts'
import { recordCareOf } from './care.ts'
import { RecordsFailure } from './errors.ts'
import type { FactsCache } from './facts-cache.ts'
import type { FhirResource } from './fhir.ts'
import type { OwnStoreDesk } from './open-record-store.ts'
import { deletedRow, type RecordRow, rowOf } from './record-row.ts'
import type { PermittedChange, RecordChange, TogetherOutcome, WriteOutcome } from './record-store.ts'
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
  const together = await writeTogether([{ permit, change }], cache, desk)
  return together.outcome === 'written' ? together.results[0]! : together.result
}

/** Several changes in the order given, in one transaction: all of them or none. They may refer to each other. */
export async function writeTogether(
  writes: readonly PermittedChange[],
  cache: FactsCache,
  desk: OwnStoreDesk,
): Promise<TogetherOutcome> {
  const targets = writes.map(({ permit, change }) => targetOf(permit, change))
  const epoch = Math.min(...writes.map(({ permit }) => permit.epoch)) as AuthorityEpoch
  try {
    const results = await desk.database.transaction(async (tx) => {
      await lock(tx, targets)
      const written: WrittenVersion[] = []
      for (const [index, { change }] of writes.entries()) {
        const outcome = await writeVersion(tx, targets[index]!, change, desk)
        if ('outcome' in outcome) throw new RolledBack(index, outcome)
        written.push(outcome)
      }
      if (desk.checksReferences) await refuseDangling(tx, written)
      // Last: from here until the commit all other appends of the institution wait.
      const receipts = await desk.ledger.recordWithin(
        tx,
        written.map(({ row }, index) => entryOf(writes[index]!, row)),
        { raisesEpoch: written.some((each) => each.takesAway), decidedUnder: epoch },
      )
      return written.map(({ row, created }, index) => ({
        outcome: 'written' as const,
        record: storedFrom(row),
        created,
        sequence: receipts[index]!.sequence,
      }))
    })
    return { outcome: 'written', results }
  } catch (error) {
    if (error instanceof RolledBack) return { outcome: 'rolled-back', index: error.index, result: error.result }
    throw error
  } finally {
    for (const { type, id } of targets) cache.forget(type, id)
  }
}

type Unwritten = Exclude<WriteOutcome, { outcome: 'written' }>

/** Takes the transaction back; never leaves this file. */
class RolledBack extends Error {
  readonly index: number
  readonly result: Unwritten

  constructor(index: number, result: Unwritten) {
    super(`change ${index}: ${result.outcome}`)
    this.index = index
    this.result = result
  }
}

interface WrittenVersion {
  readonly row: RecordRow
  readonly created: boolean
  /** A right may have ended with it, or facts on which rights stand have moved. */
  readonly takesAway: boolean
}

async function writeVersion(
  tx: Transaction,
  { type, id }: Target,
  change: RecordChange,
  desk: OwnStoreDesk,
): Promise<WrittenVersion | Unwritten> {
  const before = await current(tx, type, id)
  const refusal = refusalOf(change, before)
  if (refusal) return refusal
  const version = (before?.version ?? 0) + 1
  const at = desk.clock.now()
  const row =
    change.kind === 'delete'
      ? deletedRow(before!, version, at, change.author)
      : await versionOf(change.resource, { id, version, at, author: change.author }, tx)
  if (before) await clearRows(tx, [row])
  await insertRow(tx, row)
  const departmentMoved = await inheritDepartment(tx, row.type === 'Encounter' ? [row.id] : [])
  const careEnded = await recordCareOf(tx, change.kind === 'delete' ? undefined : change.resource, row)
  return {
    row,
    created: !before || before.deleted,
    takesAway: before !== undefined && (factsMoved(before, row) || departmentMoved || careEnded),
  }
}

interface Target {
  readonly type: string
  readonly id: string
}

type Written = Omit<RecordRow, 'index' | 'content'>

function targetOf(permit: RecordedPermit, change: RecordChange): Target {
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

/** Locks the names, in one order for all: there may be no row to lock yet, and two writers must not wait crosswise. */
async function lock(tx: Transaction, targets: readonly Target[]): Promise<void> {
  const names = [...new Set(targets.map(({ type, id }) => `${type}/${id}`))].sort()
  for (const name of names) {
    await tx.query({ name: 'records-lock', text: 'select pg_advisory_xact_lock(hashtextextended($1, 50))' }, [name])
  }
}

async function current(tx: Transaction, type: string, id: string): Promise<Written | undefined> {
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
  const row = rows[0]
  return row && (Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value ?? undefined])) as Written)
}

function refusalOf(change: RecordChange, before: Written | undefined): Unwritten | undefined {
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

async function versionOf(
  content: FhirResource,
  circumstances: { readonly id: string; readonly version: number; readonly at: number; readonly author: string },
  tx: Transaction,
): Promise<RecordRow> {
  const resource = { ...content, id: circumstances.id }
  return rowOf(resource, { ...circumstances, ...(await departmentOfEncounter(tx, resource)) })
}

async function refuseDangling(tx: Transaction, written: readonly WrittenVersion[]): Promise<void> {
  const issues: InputIssue[] = []
  for (const { row } of written) {
    if (!row.deleted) issues.push(...(await danglingReferences(JSON.parse(row.content), tx)))
  }
  if (issues.length > 0) throw new InvalidInput(issues)
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

function entryOf({ permit, change }: PermittedChange, row: RecordRow): EntryDraft {
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
