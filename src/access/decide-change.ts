import {
  classify,
  type Denied,
  type Permitted,
  type RecordFacts,
  type RecordLabel,
  securityOf,
} from '../authority/index.ts'
import type { Action, DepartmentId } from '../kernel/index.ts'
import type { PermitDraft, RecordedPermit } from '../ledger/index.ts'
import { belongingOf, type FhirResource, newRecordId, type RecordChange } from '../records/index.ts'
import type { AccessDesk } from './desk.ts'
import { openRecord } from './open-record.ts'
import { aboutRecord, draftOf } from './trace-drafts.ts'
import type { AbsentRecord, RefusedUse, RequestedChange, UseContext } from './use.ts'

/** A change whose record is known: its condition, if it had one, has been answered. */
export type SettledChange = RequestedChange & { readonly id: string }

/** A change that was allowed and whose permit stands in the ledger. */
export interface PermittedWrite {
  readonly facts: RecordFacts
  readonly decision: Permitted
  readonly draft: PermitDraft
  readonly permit: RecordedPermit
  readonly change: RecordChange
}

export const settled = (change: RequestedChange): SettledChange => ({ ...change, id: change.id ?? newRecordId() })

/**
 * Decides a change and records the permit. What is there already and what will be there are both decided, so that a
 * record cannot be taken over by rewriting it.
 */
export async function permitChange(
  use: UseContext,
  change: SettledChange,
  desk: AccessDesk,
): Promise<PermittedWrite | RefusedUse | AbsentRecord> {
  const before = await desk.records.describe(change.type, change.id)
  const standing = before === undefined || before === 'deleted' ? undefined : before
  const after = change.resource && factsOfDraft({ ...change.resource, id: change.id }, change.id)
  const action: Action = change.kind === 'delete' ? 'delete' : standing ? 'update' : 'create'
  const facts = after ?? standing
  if (!facts) {
    const opened = await openRecord({ ...use, type: change.type, id: change.id }, desk)
    if (opened.outcome === 'refused') return opened
    return { outcome: before === 'deleted' ? 'gone' : 'not-found', receipt: opened.receipt }
  }

  let decision: Permitted | undefined
  for (const record of [standing, after]) {
    if (!record) continue
    const purpose = use.purpose && { purpose: use.purpose }
    const decided = await desk.authority.decide({
      caller: use.caller,
      action,
      record,
      ...purpose,
      at: desk.clock.now(),
    })
    if (decided.effect === 'deny') return recordRefusal(use, action, record, decided, desk)
    decision = decided
  }
  const draft = { ...draftOf('permit', action, use, decision as Permitted), ...aboutRecord(facts) }
  const permit = await desk.ledger.recordPermit(draft, { kind: 'record', ...aboutRecord(facts) })
  return {
    facts,
    decision: decision as Permitted,
    draft,
    permit,
    change: recordChange(change, use, draft, standing?.label),
  }
}

async function recordRefusal(
  use: UseContext,
  action: Action,
  facts: RecordFacts,
  decision: Denied,
  desk: AccessDesk,
): Promise<RefusedUse> {
  const [receipt] = await desk.ledger.record([{ ...draftOf('refusal', action, use, decision), ...aboutRecord(facts) }])
  return { outcome: 'refused', decision, facts, receipt: receipt! }
}

/** Facts about a record that is not there yet, from what it says of itself. */
function factsOfDraft(resource: FhirResource, id: string): RecordFacts {
  const { patient, department, author } = belongingOf(resource)
  return {
    type: resource.resourceType,
    id,
    label: classify(resource).label,
    ...(patient && { patient }),
    ...(department && { department: department as DepartmentId }),
    ...(author && { author }),
  }
}

/** The change as the store takes it: with its author, and with what its own ledger entry will say. */
function recordChange(
  change: SettledChange,
  use: UseContext,
  draft: PermitDraft,
  label: RecordLabel | undefined,
): RecordChange {
  const { actor, terminal, channel, purpose, requestId } = draft
  const authorship = {
    author: use.caller.person,
    trace: {
      ...(actor && { actor }),
      ...(terminal && { terminal }),
      ...(channel && { channel }),
      ...(purpose && { purpose }),
      ...(requestId && { requestId }),
    },
  }
  const { kind, type, id } = change
  const ifMatch = change.ifMatch === undefined ? {} : { ifMatch: change.ifMatch }
  if (kind === 'delete') return { kind, type, id, ...ifMatch, ...authorship }
  const resource = withoutLabels({ ...change.resource, resourceType: type, id }, label)
  return kind === 'create' ? { kind, resource, ...authorship } : { kind, resource, id, ...ifMatch, ...authorship }
}

/** The labels we published with the record that was read are ours to derive again, not the writer's to state. */
function withoutLabels(resource: FhirResource, label: RecordLabel | undefined): FhirResource {
  const { security, ...meta } = resource.meta ?? {}
  if (!label || !security) return resource
  const ours = securityOf(label)
  const stated = security.filter((one) => !ours.some((our) => our.system === one.system && our.code === one.code))
  return { ...resource, meta: { ...meta, ...(stated.length > 0 && { security: stated }) } }
}
