import type { Decision, RecordFacts } from '../authority/index.ts'
import type { Action, LedgerSequence, PatientId } from '../kernel/index.ts'
import type { EntryDraft, EntryRecord, PermitDraft } from '../ledger/index.ts'
import type { UseContext } from './use.ts'

/** What of a use goes into each of its entries: who, whence, for what, how decided. */
export function draftOf(kind: EntryDraft['kind'], action: Action, use: UseContext, decision: Decision): PermitDraft {
  const { caller } = use
  const purpose = decision.purpose ?? use.purpose
  return {
    kind,
    actor: {
      person: caller.person,
      roles: decision.roles,
      departments: decision.departments,
      ...(caller.application && { application: caller.application }),
      session: caller.session,
      assurance: caller.assurance,
      methods: caller.methods,
    },
    terminal: { address: caller.terminal.address, ...(caller.terminal.device && { device: caller.terminal.device }) },
    channel: use.channel,
    action,
    ...(purpose && { purpose }),
    decision: {
      effect: decision.effect,
      policies: decision.policies.map((policy) => policy.id),
      bundle: decision.bundle,
      epoch: decision.epoch,
      ...(decision.effect === 'deny' && { code: decision.code }),
    },
    outcome: decision.effect === 'permit' ? 0 : 8,
    requestId: use.requestId,
  }
}

/** The record a use is about, for its entry. */
export function aboutRecord(facts: RecordFacts): { readonly record: EntryRecord; readonly patient?: PatientId } {
  return {
    record: { type: facts.type, id: facts.id, ...(facts.version !== undefined && { version: facts.version }) },
    ...(facts.patient && { patient: facts.patient }),
  }
}

/** What follows a permit says who and whom again, so that questions find it; the permit it follows holds the rest. */
export function following(
  permit: LedgerSequence,
  draft: EntryDraft,
  kind: EntryDraft['kind'],
  more: Partial<EntryDraft>,
): EntryDraft {
  const { actor, action, purpose, patient, record, outcome, requestId, terminal, channel } = draft
  return {
    kind,
    follows: permit,
    ...(actor && {
      actor: {
        ...(actor.person && { person: actor.person }),
        ...(actor.departments && { departments: actor.departments }),
      },
    }),
    ...(action && { action }),
    ...(purpose && { purpose }),
    ...(patient && { patient }),
    ...(record && { record }),
    // A person whose record was shown asks from where; of a release its permit, one step before, says it.
    ...(kind !== 'release' && { ...(terminal && { terminal }), ...(channel && { channel }) }),
    outcome,
    ...(requestId !== undefined && { requestId }),
    ...more,
  }
}

/** Something about one's own questions or exports happened that needs no decision: who, whence, what. */
export function aboutTrace({ caller, channel, requestId }: UseContext, event: string): EntryDraft {
  const { address, device } = caller.terminal
  return {
    kind: 'trace-reading',
    actor: { person: caller.person, session: caller.session, assurance: caller.assurance, methods: caller.methods },
    terminal: { address, ...(device && { device }) },
    channel,
    outcome: 0,
    requestId,
    detail: { event },
  }
}
