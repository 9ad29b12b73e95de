import { isIP } from 'node:net'
import { version } from '../kernel/index.ts'
import type { EntryKind } from '../ledger/index.ts'
import type { AuditEvent } from './audit-event.ts'
import { entryKindSystem } from './coding.ts'

/**
 * An event in ArcSight's Common Event Format (version 0, rev. 25): header fields divided by `|`, then extensions
 * `key=value`. The signature id is the entry's kind, so that a rule in a SIEM reads like a question to the trace.
 */
export function cefOf(event: AuditEvent): string {
  const kind = event.subtype.find(({ system }) => system === entryKindSystem)!.code as EntryKind
  const header = ['Chartward', 'Chartward', version, kind, names[kind], String(severityOf(kind, event.outcome))]
  const extension = extensionsOf(event).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${key}=${escapeExtension(value)}`],
  )
  return `CEF:0|${header.map(escapeHeader).join('|')}|${extension.join(' ')}`
}

/** In the header `\` and `|` are escaped; a line break has no form there. */
export const escapeHeader = (text: string): string => text.replace(/[\\|]/g, '\\$&').replace(/[\r\n]+/g, ' ')

/** In extensions `\` and `=` are escaped, and line breaks written `\n` and `\r`; `|` stands as it is. */
export const escapeExtension = (text: string): string =>
  text.replace(/[\\=]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')

const names: Readonly<Record<EntryKind, string>> = {
  permit: 'Use permitted',
  refusal: 'Use refused',
  release: 'Record released',
  withheld: 'Nothing released',
  search: 'Search',
  exposure: 'Patient shown in a result',
  write: 'Record written',
  reminder: 'Warning answered',
  'sign-in': 'Sign-in',
  'sign-in-failed': 'Sign-in failed',
  'sign-out': 'Sign-out',
  'step-up': 'Second factor',
  'trace-reading': 'Trace read',
  'authority-change': 'Rights changed',
  'configuration-change': 'Settings changed',
  import: 'Import',
  export: 'Export',
  system: 'System',
  foreign: 'Event of another system',
  gap: 'Gap in the trace',
  'spool-joined': 'Spool joined',
  anchor: 'Ledger anchored',
}

/** 0 (least) to 10: by the outcome; a hole in the trace is as grave as it gets. */
function severityOf(kind: EntryKind, outcome: AuditEvent['outcome']): number {
  if (kind === 'gap') return 10
  return { '0': 3, '4': 5, '8': 7, '12': 9 }[outcome]
}

function extensionsOf(event: AuditEvent): readonly (readonly [key: string, value: string | undefined])[] {
  const user = event.agent.find((agent) => agent.requestor)
  const client = event.agent.find((agent) => agent !== user && agent.network !== undefined)
  const what = (role: string) => event.entity.find((entity) => entity.role?.code === role)
  const proof = new Map(event.entity.at(-1)?.detail?.map(({ type, valueString }) => [type, valueString]))
  const request = event.entity.find(({ type }) => type.code === 'XrequestId')
  return [
    ['rt', String(Date.parse(event.recorded))],
    ['externalId', event.id],
    ['dvchost', event.source.site],
    ...sourceOf(client?.network?.address),
    ['suid', user?.who.identifier?.value],
    ['suser', user?.name],
    ['spriv', user?.role?.map(({ coding }) => coding?.[0]?.code).join(',')],
    ['act', event.action],
    ['outcome', event.outcome === '0' ? 'success' : 'failure'],
    ['reason', event.outcomeDesc],
    ...labelled('cs1', 'patient', what('1')?.what?.identifier?.value),
    ...labelled('cs2', 'record', what('4')?.what?.reference),
    ...labelled('cs3', 'purpose', event.purposeOfEvent?.[0]?.coding?.[0]?.code),
    ...labelled('cs4', 'policies', user?.policy?.join(',')),
    ...labelled('cs5', 'leafHash', proof.get('leaf-hash')),
    ...labelled('cs6', 'requestId', request?.what?.identifier?.value),
    ...labelled('cn1', 'follows', proof.get('follows')),
  ]
}

function sourceOf(address: string | undefined): readonly (readonly [string, string | undefined])[] {
  if (address === undefined) return []
  if (isIP(address) === 4) return [['src', address]]
  return isIP(address) === 6
    ? [
        ['c6a2', address],
        ['c6a2Label', 'Source IPv6 Address'],
      ]
    : [['shost', address]]
}

const labelled = (
  key: string,
  label: string,
  value: string | undefined,
): readonly (readonly [string, string | undefined])[] =>
  value === undefined || value === ''
    ? []
    : [
        [key, value],
        [`${key}Label`, label],
      ]
