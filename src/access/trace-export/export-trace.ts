import { setTimeout as pause } from 'node:timers/promises'
import { type Decision, traceFacts } from '../../authority/index.ts'
import type { DepartmentId, LedgerSequence, PatientId, PersonId } from '../../kernel/index.ts'
import type { EntryDraft, RecordedPermit } from '../../ledger/index.ts'
import { answerOf, type PackageTree } from '../../proof/index.ts'
import { AccessFailure } from '../errors.ts'
import { draftOf, following } from '../trace-drafts.ts'
import { accountOf } from './account.ts'
import { writeExportFile } from './export-file.ts'
import { type ExportDesk, type ExportedTrace, type ExportPart, type ExportTraceUse, usesIn } from './export-order.ts'

export interface ExportRun {
  /** The file appears here, whole or not at all. */
  readonly folder: string
  readonly signal: AbortSignal
  /** An answer is committed to and packed in parts of so many entries, so that an export has no largest size. */
  readonly entriesPerPart?: number
  onPermitted?(receipt: { readonly sequence: LedgerSequence }): void
  onProgress?(progress: ExportProgress): void
}

export interface ExportProgress {
  readonly state: 'finding' | 'waiting' | 'writing'
  readonly found: number
  readonly written: number
}

const usualPart = 10_000
const pageSize = 500
const tries = 5

/**
 * Entries leave as a file: decide → record the permit → find → record, for each part, exactly which entries the answer
 * is, only while it is still allowed → wait for a checkpoint over all of it → write. Nothing can be fetched before the
 * last step is done (notice 二(二): 使用过程留痕).
 */
export async function exportTrace(use: ExportTraceUse, desk: ExportDesk, run: ExportRun): Promise<ExportedTrace> {
  const first = await permitExport(use, desk)
  if (first.outcome === 'refused') return first
  const { permit, decision, draft } = first
  const { receipt } = permit
  run.onPermitted?.(receipt)
  try {
    const parts = await commitParts({ use, first, desk, run })
    const uses = usesIn(parts)
    run.onProgress?.({ state: 'waiting', found: uses, written: 0 })
    const trees = await proofsCovering(parts.at(-1)!.asking + 1, desk, run.signal)
    const account = await accountOf({ use, desk, receipt, parts, trees })
    const written = await writeExportFile(account, { desk, permit, ...run }, (count) =>
      run.onProgress?.({ state: 'writing', found: uses, written: count }),
    )
    return { outcome: 'exported', decision, receipt, uses, ...written }
  } catch (cause) {
    const stopped = run.signal.aborted
    const detail = { export: true, event: stopped ? 'stopped' : 'failed' }
    await desk.ledger.record([following(receipt.sequence, draft, 'withheld', { outcome: stopped ? 4 : 8, detail })])
    if (stopped) return { outcome: 'stopped', receipt }
    throw cause
  }
}

type Permitted = {
  readonly outcome: 'permitted'
  readonly permit: RecordedPermit
  readonly decision: Decision
  readonly draft: EntryDraft
}
type Refused = Extract<ExportedTrace, { outcome: 'refused' }>

async function permitExport(
  use: ExportTraceUse,
  desk: ExportDesk,
  continues?: LedgerSequence,
): Promise<Permitted | Refused> {
  const { person, patient, department } = use.terms
  const decision = await desk.authority.decide({
    caller: use.caller,
    action: 'export',
    record: traceFacts({
      ...(person !== undefined && { person: person as PersonId }),
      ...(patient !== undefined && { patient: patient as PatientId }),
      ...(department !== undefined && { department: department as DepartmentId }),
    }),
    purpose: use.purpose,
    at: desk.clock.now(),
  })
  const draft = {
    ...draftOf('export', 'export', use, decision),
    ...(patient !== undefined && { patient: patient as PatientId }),
    reason: use.reason,
    detail: { question: use.terms, format: use.format, ...(continues !== undefined && { continues }) },
  }
  if (decision.effect === 'deny') {
    const [receipt] = await desk.ledger.record([{ ...draft, kind: 'refusal' }])
    return { outcome: 'refused', decision, receipt: receipt! }
  }
  const scope = { kind: 'search', types: ['Patient'], person: use.caller.person } as const
  return { outcome: 'permitted', permit: await desk.ledger.recordPermit(draft, scope), decision, draft }
}

interface Committing {
  readonly use: ExportTraceUse
  readonly first: Permitted
  readonly desk: ExportDesk
  readonly run: ExportRun
}

/** Oldest first, below the export's own permit: an export never answers about itself. */
async function commitParts({ use, first, desk, run }: Committing): Promise<readonly ExportPart[]> {
  const completeAsOf = first.permit.receipt.sequence
  const parts: ExportPart[] = []
  let current = first
  let sequences: LedgerSequence[] = []
  let bodies: string[] = []
  let found = 0
  const commit = async () => {
    const question = { ...use.terms, ...(parts.length > 0 && { after: parts.at(-1)!.sequences.at(-1)! }) }
    const answer = answerOf(bodies, completeAsOf)
    const committed = await commitPart({ ...current, detail: { question, answer, part: parts.length + 1 } }, use, desk)
    current = committed.permitted
    parts.push({ asking: committed.asking, sequences, completeAsOf })
    sequences = []
    bodies = []
  }
  let after: number | undefined
  do {
    run.signal.throwIfAborted()
    const page = await desk.trace.askTrace(use.terms, {
      order: 'oldest-first',
      after,
      before: completeAsOf,
      count: Math.min(pageSize, run.entriesPerPart ?? usualPart),
    })
    for (const row of page.rows) {
      sequences.push(row.sequence)
      bodies.push(row.body)
    }
    found += page.rows.length
    run.onProgress?.({ state: 'finding', found, written: 0 })
    after = page.nextBefore
    if (sequences.length >= (run.entriesPerPart ?? usualPart)) await commit()
  } while (after !== undefined)
  if (sequences.length > 0 || parts.length === 0) await commit()
  return parts
}

/** Rights may have changed since the permit; then it is decided again, and what is still allowed goes on under a new one. */
async function commitPart(
  part: Permitted & { readonly detail: NonNullable<EntryDraft['detail']> & { readonly answer: { leaves: string } } },
  use: ExportTraceUse,
  desk: ExportDesk,
): Promise<{ readonly asking: LedgerSequence; readonly permitted: Permitted }> {
  const { detail, ...permitted } = part
  const before = permitted.permit.receipt.sequence
  let now: Permitted = permitted
  for (let attempt = 0; attempt < tries; attempt++) {
    const draft = following(now.permit.receipt.sequence, now.draft, 'release', { digest: detail.answer.leaves, detail })
    const committed = await desk.ledger.recordRelease(now.permit, [draft])
    if (committed.outcome === 'recorded') return { asking: committed.receipt.sequence, permitted: now }
    const again = await permitExport(use, desk, before)
    if (again.outcome === 'refused') throw new AccessFailure('export-withdrawn', 'the right to export ended meanwhile')
    now = again
  }
  throw new AccessFailure('authority-unsettled', `rights changed ${tries} times while one export was decided`)
}

/** A checkpoint is signed each second; one that stays away longer than this says that signing has stopped. */
const longestWaitMs = 60_000

async function proofsCovering(
  size: number,
  { proofs }: ExportDesk,
  signal: AbortSignal,
): Promise<readonly PackageTree[]> {
  for (let waitedMs = 0; waitedMs < longestWaitMs; waitedMs += 200) {
    const trees = await proofs(size)
    if (trees !== undefined) return trees
    await pause(200, undefined, { signal })
  }
  throw new AccessFailure('export-unproven', `no checkpoint covers ${size} entries yet`)
}
