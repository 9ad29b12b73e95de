import type { Entry } from '../ledger/index.ts'
import type { AuditEntity } from './audit-event.ts'
import type { AuditPattern } from './audit-pattern.ts'
import { basicEntitySystem, objectRole, otherEntity, patientSystem, personEntity, systemObject } from './coding.ts'
import { queryTextOf } from './query-text.ts'
import { whatOf, whoOf } from './references.ts'

export interface EntityFacts {
  readonly pattern: AuditPattern
  readonly sequence: number
  /** Hex. */
  readonly leafHash: string
  /** First line of the ledger's checkpoints. */
  readonly origin: string
}

/** Whom and what the event is about, with which request it came, and where its proof is. */
export function entitiesOf(entry: Entry, followed: Entry | undefined, facts: EntityFacts): readonly AuditEntity[] {
  return [
    patientOf(entry),
    subjectOf(entry, followed, facts.pattern),
    requestOf(entry, followed),
    proofOf(entry, followed, facts),
  ].filter((entity) => entity !== undefined)
}

function patientOf(entry: Entry): AuditEntity | undefined {
  if (entry.patient === undefined) return undefined
  const shown = Array.isArray(entry.detail?.records) ? (entry.detail.records as readonly unknown[]) : []
  return {
    what: whoOf('Patient', patientSystem, entry.patient),
    type: personEntity,
    role: objectRole('1'),
    // BALP leaves one place for the query and none for what it found: what was shown stands with whose it is.
    ...(shown.length > 0 && { detail: shown.map((record) => ({ type: 'record', valueString: String(record) })) }),
  }
}

/** The query of a search, the log of a reading of the log, the record of everything else. */
function subjectOf(entry: Entry, followed: Entry | undefined, pattern: AuditPattern): AuditEntity | undefined {
  if (pattern === 'query') {
    const query = queryTextOf(entry.detail?.terms === undefined && followed ? followed : entry)
    return query === undefined
      ? undefined
      : { type: systemObject, role: objectRole('24'), query: Buffer.from(query).toString('base64') }
  }
  if (pattern === 'log-use') {
    return {
      type: systemObject,
      role: objectRole('13'),
      what: { display: 'Security Audit Log' },
      name: 'Security Audit Log',
      ...(entry.detail?.terms !== undefined && {
        detail: [{ type: 'question', valueString: JSON.stringify(entry.detail.terms) }],
      }),
    }
  }
  const record = entry.record ?? followed?.record
  return record && { what: whatOf(record), type: systemObject, role: objectRole('4') }
}

function requestOf(entry: Entry, followed: Entry | undefined): AuditEntity | undefined {
  const value = entry.requestId ?? followed?.requestId
  if (value === undefined) return undefined
  return { what: { identifier: { value } }, type: { system: basicEntitySystem, code: 'XrequestId' } }
}

/** The receipt: the entry's place in the ledger and its leaf hash, by which anyone can prove it. */
function proofOf(entry: Entry, followed: Entry | undefined, facts: EntityFacts): AuditEntity {
  const decision = entry.decision ?? followed?.decision
  const details: readonly (readonly [name: string, value: unknown])[] = [
    ['leaf-hash', facts.leafHash],
    ['entry', entry.id],
    ['follows', entry.follows],
    ['digest', entry.digest],
    ['decision', decision?.effect],
    ['code', decision?.code],
    ['policy-bundle', decision?.bundle],
    ['epoch', decision?.epoch],
    ['reason', entry.reason?.code],
    ['reason-text', entry.reason?.text],
    ['session', entry.actor?.session ?? followed?.actor?.session],
    ['methods', entry.actor?.methods?.join(' ')],
    ['on-behalf-of', entry.actor?.onBehalfOf],
    ['channel', entry.channel ?? followed?.channel],
    ...Object.entries(entry.detail ?? {}).filter(([, value]) => isScalar(value)),
  ]
  return {
    what: { identifier: { system: `https://${facts.origin}`, value: String(facts.sequence) } },
    type: otherEntity,
    role: objectRole('13'),
    name: 'ledger entry',
    detail: details.flatMap(([type, value]) =>
      value === undefined || value === '' ? [] : [{ type, valueString: String(value) }],
    ),
  }
}

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
