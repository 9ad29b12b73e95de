import type { Action, ApplicationId, PatientId, PersonId } from '../kernel/index.ts'
import type { EntryDraft } from '../ledger/index.ts'
import type { AuditSource } from './audit-source.ts'
import { dcmSystem, eventTypeSystem } from './coding.ts'
import type { ForeignEvent } from './foreign-event.ts'
import type { ForeignFacts } from './foreign-facts.ts'

/** How an event came in, beside what it says. */
export interface Reception {
  readonly source: AuditSource
  readonly format: ForeignFacts['format']
  readonly transport: ForeignFacts['transport']
  readonly eventId: string
  /** SHA-256 of the original, hex. */
  readonly digest: string
  readonly requestId?: string
}

/**
 * The entries of one foreign event: one for each patient, adjacent, so that a question about any of them finds it.
 * Who, whom, whence and with what outcome stand where every entry has them.
 */
export function foreignDrafts(event: ForeignEvent, reception: Reception): readonly EntryDraft[] {
  const { source } = reception
  const [record, ...records] = event.records
  const action = event.doing ?? actionOf(event)
  const actor = actorOf(event, source)
  const common: EntryDraft = {
    kind: 'foreign',
    ...(actor && { actor }),
    ...(event.address !== undefined && { terminal: { address: event.address } }),
    ...(action && { action }),
    ...(event.purpose && { purpose: event.purpose }),
    ...(record && { record }),
    outcome: event.outcome,
    digest: reception.digest,
    ...(reception.requestId !== undefined && { requestId: reception.requestId }),
    detail: factsOf(event, reception, records),
  }
  const patients = event.patients.map((patient) => idOf(patient, source.patients, source) as PatientId)
  if (patients.length === 0) return [common]
  return patients.map((patient) => ({ ...common, patient }))
}

function factsOf(event: ForeignEvent, reception: Reception, others: ForeignEvent['records']): ForeignFacts {
  const { source, format, transport, eventId } = reception
  return {
    source: source.id,
    sourceName: source.name,
    format,
    transport,
    eventId,
    ...(event.occurred !== undefined && { occurred: event.occurred }),
    event: {
      type: event.type,
      subtypes: [...event.subtypes],
      ...(event.action !== undefined && { action: event.action }),
    },
    ...(event.site !== undefined && { site: event.site }),
    ...(event.observer !== undefined && { observer: event.observer }),
    ...(others.length > 0 && { records: others.map((one) => `${one.type}/${one.id}`) }),
    ...(event.patients.length > 1 && { patients: [...event.patients] }),
  }
}

function actorOf({ person, application, roles }: ForeignEvent, source: AuditSource): EntryDraft['actor'] {
  if (!person && application === undefined) return undefined
  return {
    ...(person?.id !== undefined && { person: idOf(person.id, source.people, source) as PersonId }),
    ...(person?.name !== undefined && { name: person.name }),
    ...(roles.length > 0 && { roles }),
    ...(application !== undefined && { application: `${source.id}:${application}` as ApplicationId }),
  }
}

const idOf = (id: string, owner: AuditSource['people'], source: AuditSource): string =>
  owner === 'ours' ? id : `${source.id}:${id}`

/** DICOM's event ids that say by themselves what was done; others are told by their action code. */
const actionOfEvent: Readonly<Record<string, Action>> = {
  '110101': 'read-trace',
  '110104': 'export',
  '110105': 'delete',
  '110106': 'export',
  '110107': 'create',
  '110112': 'list',
}
/** Events that are no use of a record: sign-ins, starts and stops, alerts, node authentication. */
const noUse: ReadonlySet<string> = new Set(['110100', '110113', '110114'])

function actionOf({ type, action, isQuery }: ForeignEvent): Action | undefined {
  if (type.system === dcmSystem && noUse.has(type.code)) return undefined
  const stated = type.system === dcmSystem ? actionOfEvent[type.code] : undefined
  if (stated) return stated
  if (isQuery) return 'list'
  switch (action) {
    case 'C':
      return 'create'
    case 'R':
      return 'view'
    case 'U':
      return 'update'
    case 'D':
      return 'delete'
    case 'E':
      return type.system === eventTypeSystem ? 'list' : undefined
    case undefined:
      return undefined
  }
}
