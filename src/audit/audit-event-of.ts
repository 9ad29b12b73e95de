import type { Entry } from '../ledger/index.ts'
import { agentsOf, purposeConcept } from './agents.ts'
import type { AuditEvent, Coding } from './audit-event.ts'
import { balpProfileOf } from './balp-profile.ts'
import { auditSourceSystem, entryKindSystem, sourceTypeSystem } from './coding.ts'
import { entitiesOf } from './entities.ts'
import { shapeOf } from './event-shape.ts'
import { foreignFacts } from './foreign-facts.ts'

export interface AuditContext {
  /** The entry's place in the ledger: the id of its event. */
  readonly sequence: number
  /** Hex. */
  readonly leafHash: string
  /** First line of the ledger's checkpoints, e.g. `emr.hospital.example/ledger`. */
  readonly origin: string
  /** Address of this server, without a slash at the end. */
  readonly publicUrl: string
  /**
   * The entry this one `follows`. A release says only what is new; its terminal, application and purpose stand with
   * the permit, and without them the event keeps no BALP profile.
   */
  readonly followed?: Entry
}

/**
 * An entry of the ledger as FHIR R4 AuditEvent after IHE BALP 1.1.4. Pure: the same entry gives the same event, so its
 * id (the sequence) and content are stable for as long as the ledger.
 */
export function auditEventOf(entry: Entry, context: AuditContext): AuditEvent {
  const { followed } = context
  const shape = shapeOf(entry, followed)
  const observer = observerOf(entry, context)
  const purpose = entry.purpose ?? followed?.purpose
  const { occurred } = entry.kind === 'foreign' ? foreignFacts(entry) : {}
  const code = entry.decision?.code
  const parts = {
    type: shape.type,
    subtype: [...shape.subtypes, { system: entryKindSystem, code: entry.kind }],
    action: shape.action,
    ...(occurred !== undefined && { period: { start: occurred, end: occurred } }),
    recorded: entry.recorded,
    outcome: String(entry.outcome) as AuditEvent['outcome'],
    ...(code !== undefined && { outcomeDesc: code }),
    ...(purpose && { purposeOfEvent: [purposeConcept(purpose)] }),
    agent: agentsOf(entry, followed, {
      pattern: shape.pattern,
      observer: observer.who,
      ...(entry.kind !== 'foreign' && { observerAddress: context.publicUrl }),
    }),
    source: { site: observer.site, observer: observer.who, type: [observer.type] },
    entity: entitiesOf(entry, followed, { ...context, pattern: shape.pattern }),
  }
  const profile = balpProfileOf(shape.pattern, parts, (entry.terminal ?? followed?.terminal) !== undefined)
  return {
    resourceType: 'AuditEvent',
    id: String(context.sequence),
    meta: { versionId: '1', lastUpdated: entry.recorded, ...(profile !== undefined && { profile: [profile] }) },
    ...parts,
  }
}

interface Observer {
  readonly site: string
  readonly who: { readonly identifier: { readonly system: string; readonly value: string }; readonly display: string }
  readonly type: Coding
}

/** Who reports the event: this server, or the system whose trail it came from. */
function observerOf(entry: Entry, { origin, publicUrl }: AuditContext): Observer {
  if (entry.kind === 'foreign') {
    const { source = 'unknown', sourceName, site } = foreignFacts(entry)
    return {
      site: site ?? source,
      who: { identifier: { system: auditSourceSystem, value: source }, display: sourceName ?? source },
      type: { system: sourceTypeSystem, code: '9', display: 'Other' },
    }
  }
  return {
    site: publicUrl.replace(/^https?:\/\//, ''),
    who: { identifier: { system: auditSourceSystem, value: origin }, display: 'Chartward' },
    type: { system: sourceTypeSystem, code: '4', display: 'Application Server' },
  }
}
