import type { Authority, Decision } from '../authority/index.ts'
import type { Judgement } from '../continuity/index.ts'
import type { Caller, PersonId } from '../kernel/index.ts'
import type { EntryDraft } from '../ledger/index.ts'
import type { RecordStore } from '../records/index.ts'

/**
 * Decides a use that was traced in a spool again, on the facts as they stand when it is joined and for the time it
 * happened. It cannot be undone; whoever reviews learns which uses would not have been let through.
 */
export async function judgeAgain(
  permit: EntryDraft,
  recordedMs: number,
  { authority, records }: { readonly authority: Authority; readonly records: RecordStore },
): Promise<Judgement> {
  const decision = await decideAgain(permit, recordedMs, authority, records)
  if (!decision) return { effect: 'deny', code: 'undecided' }
  return decision.effect === 'permit' ? { effect: 'permit' } : { effect: 'deny', code: decision.code }
}

async function decideAgain(
  permit: EntryDraft,
  at: number,
  authority: Authority,
  records: RecordStore,
): Promise<Decision | undefined> {
  const { action, record, patient, purpose, detail } = permit
  const caller = callerOf(permit)
  if (!caller || !action) return undefined
  const about = { caller, action, ...(purpose && { purpose }), at }
  if (!record) {
    const types = Array.isArray(detail?.types) ? (detail.types as string[]) : []
    const prepared = await authority.prepare({ ...about, types, ...(patient && { confinedTo: patient }) })
    return prepared.summary
  }
  const facts = await records.describe(record.type, record.id)
  if (facts === undefined || facts === 'deleted') return undefined
  return authority.decide({ ...about, record: facts })
}

/** As the entry has it; scopes of an application are an upper bound that no entry carries. */
function callerOf({ actor, terminal }: EntryDraft): Caller | undefined {
  if (actor?.person === undefined) return undefined
  return {
    person: actor.person as PersonId,
    ...(actor.application !== undefined && { application: actor.application }),
    session: actor.session ?? '',
    assurance: (actor.assurance ?? 1) as Caller['assurance'],
    methods: actor.methods ?? [],
    terminal: { address: terminal?.address ?? '' },
  }
}
