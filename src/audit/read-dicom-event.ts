import type { InputIssue } from '../kernel/index.ts'
import type { Outcome } from '../ledger/index.ts'
import type { AuditAction } from './audit-event.ts'
import { checkEvent } from './check-event.ts'
import { dcmSystem } from './coding.ts'
import { type EventCode, type ForeignEvent, type ReadEvent, refusedEvent } from './foreign-event.ts'
import { childrenOf, readXml, type XmlElement, type XmlRefusal } from './xml-tree.ts'

/**
 * Reads an audit message in either dialect: DICOM PS3.15 A.5 (`csd-code`, `originalText`) or RFC 3881 §5 (`code`,
 * `displayName`), which WS/T 790.4 cites.
 */
export function readDicomEvent(text: string): ReadEvent {
  const root = readXml(text.replace(/^\ufeff/, ''))
  if (typeof root === 'string') return refusedEvent('AuditMessage', root, ...xmlWords[root])
  if (root.name !== 'AuditMessage') {
    return refusedEvent(
      'AuditMessage',
      'root-element',
      '根元素不是 AuditMessage',
      'the root element is not AuditMessage',
    )
  }
  const issues = missingParts(root)
  if (issues.length > 0) return { outcome: 'refused', issues }
  return checkEvent(eventOf(root))
}

const xmlWords: Readonly<Record<XmlRefusal, readonly [zh: string, en: string]>> = {
  xml: ['不是合规的 XML', 'not well-formed XML'],
  doctype: ['不接受带文档类型声明的 XML', 'XML with a document type is not accepted'],
  'too-deep': ['XML 嵌套过深', 'the XML is nested too deeply'],
  'too-many-elements': ['XML 元素过多', 'the XML has too many elements'],
}

const outcomes: readonly string[] = ['0', '4', '8', '12']
const actions: readonly string[] = ['C', 'R', 'U', 'D', 'E']

/** What RFC 3881 and DICOM both demand: the event, when, with what outcome, at least one participant, the source. */
function missingParts(root: XmlElement): readonly InputIssue[] {
  const issues: InputIssue[] = []
  const need = (present: boolean, field: string, rule: string, zh: string, en: string) => {
    if (!present) issues.push({ field: `AuditMessage.${field}`, rule, zh, en })
  }
  const [event] = childrenOf(root, 'EventIdentification')
  const attributes = event?.attributes ?? {}
  need(event !== undefined, 'EventIdentification', 'required', '缺少事件标识', 'the event is not identified')
  need(
    event !== undefined && codeIn(childrenOf(event, 'EventID')[0]) !== undefined,
    'EventIdentification.EventID',
    'required',
    '缺少事件代码（code 或 csd-code）',
    'the event has no code or csd-code',
  )
  need(
    attributes.EventDateTime !== undefined,
    'EventIdentification.EventDateTime',
    'required',
    '缺少事件时间',
    'the time of the event is missing',
  )
  need(
    outcomes.includes(attributes.EventOutcomeIndicator ?? ''),
    'EventIdentification.EventOutcomeIndicator',
    'one-of',
    '事件结果须为 0、4、8 或 12',
    'the outcome must be 0, 4, 8 or 12',
  )
  need(
    attributes.EventActionCode === undefined || actions.includes(attributes.EventActionCode),
    'EventIdentification.EventActionCode',
    'one-of',
    '动作代码须为 C、R、U、D 或 E',
    'the action must be C, R, U, D or E',
  )
  need(
    childrenOf(root, 'ActiveParticipant').length > 0,
    'ActiveParticipant',
    'required',
    '缺少参与者',
    'nobody takes part in the event',
  )
  need(
    childrenOf(root, 'AuditSourceIdentification').length > 0,
    'AuditSourceIdentification',
    'required',
    '缺少审计来源',
    'the audit source is missing',
  )
  return issues
}

function eventOf(root: XmlElement): ForeignEvent {
  const event = childrenOf(root, 'EventIdentification')[0]!
  const participants = childrenOf(root, 'ActiveParticipant')
  const objects = childrenOf(root, 'ParticipantObjectIdentification')
  const source = childrenOf(root, 'AuditSourceIdentification')[0]!
  const requestor = participants.find(isRequestor)
  const person = participants.find((one) => isRequestor(one) && !isSystem(one)) ?? participants.find(isNamedPerson)
  const address = addressOf(requestor, participants)
  const { EventActionCode: action, EventDateTime: occurred, EventOutcomeIndicator: outcome } = event.attributes
  const { AuditSourceID: observer, AuditEnterpriseSiteID: site } = source.attributes
  return {
    occurred: withZone(occurred!),
    type: codeIn(childrenOf(event, 'EventID')[0])!,
    subtypes: childrenOf(event, 'EventTypeCode').flatMap((one) => codeIn(one) ?? []),
    ...(action !== undefined && { action: action as AuditAction }),
    outcome: Number(outcome) as Outcome,
    ...(person && { person: personOf(person) }),
    roles: person ? rolesOf(person) : [],
    ...(!person && requestor && { application: requestor.attributes.UserID ?? 'unknown' }),
    ...(address !== undefined && { address }),
    patients: [...new Set(objects.filter(isPatient).flatMap(patientId))],
    records: objects.filter((one) => !isPatient(one) && !isQuery(one)).flatMap(recordOf),
    isQuery: objects.some(isQuery),
    ...(site !== undefined && site !== '' && { site }),
    ...(observer !== undefined && observer !== '' && { observer }),
  }
}

/** DICOM takes times without a zone as local; none is guessed here, and the check refuses what has none. */
const withZone = (time: string): string => time.trim()

function codeIn(element: XmlElement | undefined): EventCode | undefined {
  if (!element) return undefined
  const code = element.attributes['csd-code'] ?? element.attributes.code
  if (code === undefined || code === '') return undefined
  return { system: systemOf(element.attributes.codeSystemName ?? element.attributes.codeSystem), code }
}

function systemOf(name: string | undefined): string {
  if (name === undefined || name === '' || name === 'DCM') return dcmSystem
  if (/^[0-2](\.\d+)+$/.test(name)) return `urn:oid:${name}`
  return `https://chartward.org/fhir/sid/code-system/${encodeURIComponent(name)}`
}

const isRequestor = ({ attributes }: XmlElement): boolean => /^(true|1)$/.test(attributes.UserIsRequestor ?? 'true')
const rolesOf = (participant: XmlElement): readonly string[] =>
  childrenOf(participant, 'RoleIDCode').flatMap((role) => codeIn(role)?.code ?? [])
/** Application, launcher, destination and source are programs; people have roles of their own or none. */
const isSystem = (participant: XmlElement): boolean => rolesOf(participant).some((code) => /^11015[0-3]$/.test(code))
const isNamedPerson = (participant: XmlElement): boolean =>
  !isSystem(participant) && (participant.attributes.UserName ?? '') !== ''

function personOf({ attributes }: XmlElement): NonNullable<ForeignEvent['person']> {
  const id = attributes.UserID || attributes.AlternativeUserID
  return { ...(id && { id }), ...(attributes.UserName && { name: attributes.UserName }) }
}

function addressOf(requestor: XmlElement | undefined, participants: readonly XmlElement[]): string | undefined {
  return [requestor, ...participants].map((one) => one?.attributes.NetworkAccessPointID).find((address) => address)
}

const roleOf = ({ attributes }: XmlElement): string | undefined => attributes.ParticipantObjectTypeCodeRole
const isPatient = (object: XmlElement): boolean =>
  roleOf(object) === '1' && (object.attributes.ParticipantObjectTypeCode ?? '1') === '1'
const isQuery = (object: XmlElement): boolean =>
  roleOf(object) === '24' || childrenOf(object, 'ParticipantObjectQuery').length > 0

/** An HL7 CX, `id^^^&authority&ISO`: the id. */
function patientId({ attributes }: XmlElement): readonly string[] {
  const id = (attributes.ParticipantObjectID ?? '').split('^')[0]!.trim()
  return id === '' ? [] : [id]
}

/** Kinds of objects that DICOM names by a code of their own; others by the type of the participant object. */
const kindOfObject: Readonly<Record<string, string>> = { '110180': 'ImagingStudy', '110181': 'ImagingSeries' }

function recordOf(object: XmlElement): readonly { type: string; id: string }[] {
  const id = object.attributes.ParticipantObjectID
  if (!id) return []
  const kind = codeIn(childrenOf(object, 'ParticipantObjectIDTypeCode')[0])?.code
  return [{ type: (kind && kindOfObject[kind]) ?? 'Object', id }]
}
