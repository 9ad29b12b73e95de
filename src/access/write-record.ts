import type { RecordFacts } from '../authority/index.ts'
import { LedgerFailure } from '../ledger/index.ts'
import type { RecordStore, SearchQuery, WriteOutcome } from '../records/index.ts'
import { decideUntilCurrent } from './current.ts'
import { type PermittedWrite, permitChange, type SettledChange, settled } from './decide-change.ts'
import type { AccessDesk } from './desk.ts'
import { AccessFailure } from './errors.ts'
import { present } from './present.ts'
import { searchRecords } from './search-records.ts'
import { following } from './trace-drafts.ts'
import type { RequestedChange, UseContext, WriteTogetherUse, WriteUse, WrittenRecord, WrittenTogether } from './use.ts'

/**
 * One record is written: decide → record → write, with its entry in the same transaction → respond. A condition is a
 * search by the same person: nobody learns through it what they may not see.
 */
export async function writeRecord(use: WriteUse, desk: AccessDesk): Promise<WrittenRecord> {
  const change = await settleCondition(use, desk)
  if ('outcome' in change) return change
  return decideUntilCurrent(async () => {
    const allowed = await permitChange(use, change, desk)
    if ('outcome' in allowed) return allowed
    const written = await unlessSuperseded(desk.records.write(allowed.permit, allowed.change))
    return written === 'superseded' ? written : answer(use, allowed, written, desk)
  })
}

/** Several records are written in one transaction of the store, or none. Every change is decided before any is made. */
export async function writeTogether(use: WriteTogetherUse, desk: AccessDesk): Promise<WrittenTogether> {
  if (!desk.records.writeTogether) {
    throw new AccessFailure('transactions-unsupported', 'the record store behind this server has no transactions')
  }
  const { writeTogether: write } = desk.records
  return decideUntilCurrent(() => writeAll(use, write, desk))
}

async function writeAll(
  use: WriteTogetherUse,
  write: NonNullable<RecordStore['writeTogether']>,
  desk: AccessDesk,
): Promise<WrittenTogether | 'superseded'> {
  const allowed: PermittedWrite[] = []
  for (const [index, change] of use.changes.entries()) {
    const one = await permitChange(use, settled(change), desk)
    if ('outcome' in one) return { outcome: 'rolled-back', index, result: one }
    allowed.push(one)
  }
  const together = await unlessSuperseded(write(allowed.map(({ permit, change }) => ({ permit, change }))))
  if (together === 'superseded') return together
  if (together.outcome === 'rolled-back') {
    const { index, result } = together
    return { outcome: 'rolled-back', index, result: await answer(use, allowed[index] as PermittedWrite, result, desk) }
  }
  const results: WrittenRecord[] = []
  for (const [index, written] of together.results.entries()) {
    results.push(await answer(use, allowed[index] as PermittedWrite, written, desk))
  }
  return { outcome: 'written', results }
}

/** Rights moved between the permit and the write: nothing was written, and it is decided again. */
async function unlessSuperseded<Result>(writing: Promise<Result>): Promise<Result | 'superseded'> {
  try {
    return await writing
  } catch (error) {
    if (error instanceof LedgerFailure && error.code === 'authority-superseded') return 'superseded'
    throw error
  }
}

/** The writer gets back what a reader of the new version would: by the same redaction and mark. */
async function answer(
  use: UseContext,
  allowed: PermittedWrite,
  written: WriteOutcome,
  desk: AccessDesk,
): Promise<WrittenRecord> {
  const { permit, decision, draft } = allowed
  if (written.outcome !== 'written') {
    const [receipt] = await desk.ledger.record([
      following(permit.receipt.sequence, draft, 'withheld', { outcome: 4, detail: { outcome: written.outcome } }),
    ])
    return { ...written, receipt: receipt! }
  }
  const { record: original } = written
  if (original.deleted) return { outcome: 'deleted', version: original.version, receipt: permit.receipt }
  const facts: RecordFacts = { ...allowed.facts, version: original.version }
  const record = await present({ original, facts, decision, permit, request: use }, desk)
  return { outcome: 'written', record, created: written.created, receipt: permit.receipt }
}

/** Turns a conditional change into a plain one, or into its answer (FHIR R4 http.html#ccreate, #cond-update). */
async function settleCondition(use: WriteUse, desk: AccessDesk): Promise<SettledChange | WrittenRecord> {
  const { change } = use
  const condition = change.ifNoneExist ?? change.condition
  if (!condition) return settled(change)
  const found = await searchRecords({ ...use, query: onlyTwo(condition) }, desk)
  if (found.outcome === 'refused') return found
  const [first, second] = found.rows.filter((row) => row.mode === 'match').map((row) => row.record)
  if (second) return { outcome: 'several-matches', receipt: found.receipt }
  if (change.kind === 'create')
    return first ? { outcome: 'matched', record: first, receipt: found.receipt } : settled(change)
  if (first) return { ...change, id: first.id }
  if (change.kind === 'delete') return { outcome: 'not-found', receipt: found.receipt }
  return settled(withOwnId(change))
}

const onlyTwo = (query: SearchQuery): SearchQuery => ({
  ...query,
  count: 2,
  includes: [],
  total: 'none',
  summary: 'false',
})

function withOwnId(change: RequestedChange): RequestedChange {
  const id = change.id ?? change.resource?.id
  return id === undefined ? { ...change, kind: 'create' } : { ...change, id }
}
