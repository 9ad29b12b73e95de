import { z } from 'zod'
import { type PurposeOfUse, purposes } from '../kernel/index.ts'
import type { Outcome } from '../ledger/index.ts'
import { checkEvent } from './check-event.ts'
import { eventTypeSystem, objectRoleSystem } from './coding.ts'
import { type ForeignEvent, type ReadEvent, refusedEvent } from './foreign-event.ts'

const coding = z.object({ system: z.string().optional(), code: z.string().optional() })
const concept = z.object({ coding: z.array(coding).optional(), text: z.string().optional() })
const reference = z.object({
  reference: z.string().optional(),
  identifier: z.object({ value: z.string().optional() }).optional(),
  display: z.string().optional(),
})

/** As much of an AuditEvent as is read; that it is a valid one has been judged before. */
const eventSchema = z.object({
  id: z.string().optional(),
  type: coding,
  subtype: z.array(coding).default([]),
  action: z.enum(['C', 'R', 'U', 'D', 'E']).optional(),
  period: z.object({ start: z.string().optional() }).optional(),
  recorded: z.string(),
  outcome: z.enum(['0', '4', '8', '12']).default('0'),
  purposeOfEvent: z.array(concept).default([]),
  agent: z.array(
    z.object({
      type: concept.optional(),
      role: z.array(concept).default([]),
      who: reference.optional(),
      altId: z.string().optional(),
      name: z.string().optional(),
      requestor: z.boolean(),
      network: z.object({ address: z.string().optional() }).optional(),
      purposeOfUse: z.array(concept).default([]),
    }),
  ),
  source: z.object({ site: z.string().optional(), observer: reference }),
  entity: z
    .array(
      z.object({
        what: reference.optional(),
        type: coding.optional(),
        role: coding.optional(),
        query: z.string().optional(),
      }),
    )
    .default([]),
})
type ReceivedEvent = z.infer<typeof eventSchema>
type Agent = ReceivedEvent['agent'][number]
type Reference = z.infer<typeof reference>

/** Reads a FHIR R4 AuditEvent that another system made. */
export function readFhirEvent(resource: unknown): ReadEvent {
  const parsed = eventSchema.safeParse(resource)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return refusedEvent(
      ['AuditEvent', ...(issue?.path ?? [])].join('.'),
      issue?.code ?? 'invalid',
      '不是可读的 AuditEvent',
      issue?.message ?? 'not a readable AuditEvent',
    )
  }
  return checkEvent(eventOf(parsed.data))
}

function eventOf(received: ReceivedEvent): ForeignEvent {
  const person = personAgent(received)
  const requestor = received.agent.find((agent) => agent.requestor)
  const application = person ? undefined : requestor && systemName(requestor)
  const address = addressOf(received, requestor)
  const purpose = purposeOf(received)
  const observer = received.source.observer
  const seen = observer.identifier?.value ?? observer.display ?? observer.reference
  return {
    ...(received.id !== undefined && { eventId: received.id }),
    occurred: received.period?.start ?? received.recorded,
    type: codeOf(received.type),
    subtypes: received.subtype.map(codeOf),
    ...(received.action && { action: received.action }),
    outcome: Number(received.outcome) as Outcome,
    ...(person && { person: personOf(person) }),
    roles: (person?.role ?? []).flatMap((role) => role.coding?.[0]?.code ?? role.text ?? []),
    ...(application !== undefined && { application }),
    ...(purpose && { purpose }),
    ...(address !== undefined && { address }),
    patients: [...new Set(received.entity.flatMap(patientOf))],
    records: received.entity.flatMap(recordOf),
    isQuery: received.entity.some((entity) => entity.query !== undefined || entity.role?.code === '24'),
    ...(received.source.site !== undefined && { site: received.source.site }),
    ...(seen !== undefined && { observer: seen }),
  }
}

const codeOf = ({ system = eventTypeSystem, code = 'unknown' }: z.infer<typeof coding>) => ({ system, code })

/** The human among the agents: a requestor that is no device, organisation or source and destination of DICOM. */
function personAgent({ agent }: ReceivedEvent): Agent | undefined {
  const systems = /^(1101(50|51|52|53)|dataprocessor|datacollector|authserver)$/
  const isSystem = (one: Agent) =>
    /(^|\/)(Device|Organization|Location|HealthcareService)\//.test(one.who?.reference ?? '') ||
    (one.type?.coding ?? []).some(({ code }) => systems.test(code ?? ''))
  const named = agent.filter((one) => !isSystem(one) && (one.who || one.altId || one.name))
  return (
    named.find((one) => one.requestor) ??
    named.find((one) => /(Practitioner|Patient|Person)/.test(one.who?.reference ?? ''))
  )
}

function personOf({ who, altId, name }: Agent): NonNullable<ForeignEvent['person']> {
  const id = idIn(who?.reference) ?? who?.identifier?.value ?? altId
  const called = name ?? who?.display
  return { ...(id !== undefined && { id }), ...(called !== undefined && { name: called }) }
}

const systemName = ({ who, altId, name }: Agent): string | undefined =>
  idIn(who?.reference) ?? who?.identifier?.value ?? altId ?? name ?? who?.display

/** Where the request came from: the requestor's own address, or that of the first agent with one. */
function addressOf({ agent }: ReceivedEvent, requestor: Agent | undefined): string | undefined {
  return requestor?.network?.address ?? agent.find((one) => one.network?.address !== undefined)?.network?.address
}

function purposeOf(received: ReceivedEvent): PurposeOfUse | undefined {
  const stated = [...received.agent.flatMap((agent) => agent.purposeOfUse), ...received.purposeOfEvent]
  const codes = stated.flatMap(({ coding: codings = [] }) => codings.map(({ code }) => code))
  return purposes.find((purpose) => codes.includes(purpose))
}

function patientOf({ what, role, type }: ReceivedEvent['entity'][number]): readonly string[] {
  const isPatient =
    /(^|\/)Patient\//.test(what?.reference ?? '') ||
    (role?.code === '1' && (role.system ?? objectRoleSystem) === objectRoleSystem && type?.code !== '2')
  if (!isPatient) return []
  const id = idIn(what?.reference) ?? what?.identifier?.value
  return id === undefined ? [] : [id]
}

function recordOf({ what }: ReceivedEvent['entity'][number]): readonly { type: string; id: string }[] {
  const [type, id] = partsOf(what)
  return type === undefined || id === undefined || type === 'Patient' ? [] : [{ type, id }]
}

function partsOf(what: Reference | undefined): readonly (string | undefined)[] {
  const match = /(?:^|\/)([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/.exec(
    what?.reference ?? '',
  )
  return match ? [match[1], match[2]] : []
}

const idIn = (address: string | undefined): string | undefined => partsOf({ reference: address })[1]
