import type { AuditAgent, AuditEntity, AuditEvent, Coding } from './audit-event.ts'
import { dcmSystem, entryKindSystem } from './coding.ts'
import { escapeXml } from './xml-tree.ts'

/** DICOM PS3.15 A.5 writes codes as `csd-code` and `originalText`, RFC 3881 §5 as `code` and `displayName`. */
export type AuditMessageDialect = 'dicom' | 'rfc3881'

/**
 * An event as an audit message in XML: the five blocks of RFC 3881, which FHIR's AuditEvent has too. Without an XML
 * declaration: the syslog message says its encoding (UTF-8) by its byte order mark.
 */
export function auditMessageOf(event: AuditEvent, dialect: AuditMessageDialect): string {
  const code = codeWriter(dialect)
  const kind = event.subtype.find(({ system }) => system === entryKindSystem)?.code
  return element(
    'AuditMessage',
    {},
    element(
      'EventIdentification',
      {
        EventActionCode: event.action,
        EventDateTime: event.period?.start ?? event.recorded,
        EventOutcomeIndicator: event.outcome,
      },
      code('EventID', event.type),
      ...event.subtype.map((subtype) => code('EventTypeCode', subtype)),
      ...(event.purposeOfEvent ?? []).flatMap(({ coding = [] }) => coding.map((one) => code('EventTypeCode', one))),
      ...(dialect === 'dicom' && event.outcomeDesc
        ? [element('EventOutcomeDescription', {}, escapeXml(event.outcomeDesc))]
        : []),
    ),
    ...event.agent.map((agent) => participant(agent, dialect, code)),
    sourceOf(event, dialect, code),
    ...event.entity.map((entity) => participantObject(entity, event, kind, code)),
  )
}

type CodeWriter = (name: string, coding: Coding) => string

function codeWriter(dialect: AuditMessageDialect): CodeWriter {
  return (name, { system, code, display }) => {
    const codeSystemName = systemName(system)
    const words = display ?? code
    return dialect === 'dicom'
      ? element(name, { 'csd-code': code, codeSystemName, originalText: words })
      : element(name, { code, codeSystemName, displayName: words })
  }
}

/** DICOM's own name where there is one; other systems by their URI. */
const systemName = (system: string): string => (system === dcmSystem ? 'DCM' : system)

function participant(agent: AuditAgent, dialect: AuditMessageDialect, code: CodeWriter): string {
  const { who, network, name } = agent
  const id = who.identifier?.value ?? who.reference ?? who.display ?? 'unknown'
  return element(
    'ActiveParticipant',
    {
      UserID: id,
      ...(name !== undefined && { UserName: name }),
      UserIsRequestor: String(agent.requestor),
      ...(network && accessPoint(network, dialect)),
    },
    ...(agent.type.coding ?? []).map((one) => code('RoleIDCode', one)),
    ...(agent.role ?? []).flatMap(({ coding = [] }) => coding.map((one) => code('RoleIDCode', one))),
  )
}

/** RFC 3881 knows machine names, addresses and telephone numbers, but no URI: of that, the name of the machine. */
function accessPoint({ address, type }: NonNullable<AuditAgent['network']>, dialect: AuditMessageDialect) {
  if (type !== '5' || dialect === 'dicom') return { NetworkAccessPointID: address, NetworkAccessPointTypeCode: type }
  return { NetworkAccessPointID: new URL(address).hostname, NetworkAccessPointTypeCode: '1' }
}

function sourceOf({ source }: AuditEvent, dialect: AuditMessageDialect, code: CodeWriter): string {
  const attributes = {
    AuditEnterpriseSiteID: source.site,
    AuditSourceID: source.observer.identifier?.value ?? source.observer.display ?? source.site,
  }
  const types = source.type.map(({ code: type }) => type)
  // In DICOM's schema the type is a plain value, in RFC 3881's a coded one.
  if (dialect === 'rfc3881') {
    return element(
      'AuditSourceIdentification',
      attributes,
      ...source.type.map((one) => code('AuditSourceTypeCode', one)),
    )
  }
  return element(
    'AuditSourceIdentification',
    attributes,
    ...types.map((type) => element('AuditSourceTypeCode', { 'csd-code': type })),
  )
}

function participantObject(entity: AuditEntity, event: AuditEvent, kind: string | undefined, code: CodeWriter): string {
  const { what, type, role, name, query, detail = [] } = entity
  const id = patientOf(entity) ?? what?.reference ?? identifierOf(what) ?? what?.display ?? event.id
  return element(
    'ParticipantObjectIdentification',
    {
      ParticipantObjectID: id,
      ParticipantObjectTypeCode: objectType(type),
      ...(role && { ParticipantObjectTypeCodeRole: role.code }),
    },
    code('ParticipantObjectIDTypeCode', idType(entity)),
    query === undefined
      ? element('ParticipantObjectName', {}, escapeXml(name ?? kind ?? type.code))
      : element('ParticipantObjectQuery', {}, query),
    ...detail.map((one) =>
      element('ParticipantObjectDetail', {
        type: one.type,
        value: Buffer.from(one.valueString).toString('base64'),
      }),
    ),
  )
}

/** 1 person, 2 system object, 3 organisation, 4 other (RFC 3881 §5.5.1). */
const objectType = ({ code }: Coding): string => (/^[1-4]$/.test(code) ? code : '4')

const patientOf = ({ role, what }: AuditEntity): string | undefined =>
  role?.code === '1' ? what?.identifier?.value : undefined

const identifierOf = (what: AuditEntity['what']): string | undefined =>
  what?.identifier && [what.identifier.system, what.identifier.value].filter((part) => part !== undefined).join('#')

/** RFC 3881 §5.5.4: 2 patient number, 10 search criteria, 12 URI. */
function idType({ role, query }: AuditEntity): Coding {
  const of = (code: string, display: string): Coding => ({ system: 'RFC-3881', code, display })
  if (role?.code === '1') return of('2', 'Patient Number')
  if (query !== undefined) return of('10', 'Search Criteria')
  return of('12', 'URI')
}

function element(name: string, attributes: Readonly<Record<string, string>>, ...children: readonly string[]): string {
  const stated = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
  return children.length === 0
    ? `<${name}${stated.join('')}/>`
    : `<${name}${stated.join('')}>${children.join('')}</${name}>`
}
