import type { AuditEvent, Coding } from '../../audit/index.ts'
import type { QueryPair } from '../fhir/query-text.ts'

type Test = (event: AuditEvent, value: string) => boolean
type Reference = AuditEvent['source']['observer']

/** Search parameters of R4 AuditEvent that are looked at in the event itself. */
const tests: Readonly<Record<string, { readonly type: string; readonly test: Test }>> = {
  _id: { type: 'token', test: (event, value) => event.id === value },
  action: { type: 'token', test: (event, value) => value === event.action },
  address: {
    type: 'string',
    test: (event, value) => event.agent.some(({ network }) => begins(network?.address, value)),
  },
  agent: { type: 'reference', test: (event, value) => event.agent.some(({ who }) => refersTo(who, value)) },
  'agent-name': { type: 'string', test: (event, value) => event.agent.some(({ name }) => begins(name, value)) },
  'agent-role': {
    type: 'token',
    test: (event, value) =>
      event.agent.some(({ role = [] }) => role.some(({ coding = [] }) => hasToken(coding, value))),
  },
  entity: {
    type: 'reference',
    test: (event, value) => event.entity.some(({ what }) => what !== undefined && refersTo(what, value)),
  },
  'entity-role': {
    type: 'token',
    test: (event, value) => event.entity.some(({ role }) => role && hasToken([role], value)),
  },
  'entity-type': { type: 'token', test: (event, value) => event.entity.some(({ type }) => hasToken([type], value)) },
  outcome: { type: 'token', test: (event, value) => value === event.outcome },
  patient: {
    type: 'reference',
    test: (event, value) =>
      event.entity.some(
        ({ what, role }) => role?.code === '1' && what !== undefined && refersTo(what, value, 'Patient'),
      ),
  },
  policy: { type: 'uri', test: (event, value) => event.agent.some(({ policy = [] }) => policy.includes(value)) },
  site: { type: 'token', test: (event, value) => event.source.site === value },
  source: { type: 'reference', test: (event, value) => refersTo(event.source.observer, value) },
  subtype: { type: 'token', test: (event, value) => hasToken(event.subtype, value) },
  type: { type: 'token', test: (event, value) => hasToken([event.type], value) },
}

export const matchedParameters: readonly { readonly name: string; readonly type: string }[] = Object.entries(tests).map(
  ([name, { type }]) => ({ name, type }),
)

/** Whether an event has, for every parameter, one of its values. */
export function matcherOf(pairs: readonly QueryPair[]): (event: AuditEvent) => boolean {
  return (event) =>
    pairs.every(([name, value]) => value.split(',').some((one) => tests[name]?.test(event, one.trim()) ?? false))
}

/** `code`, `system|code`, `system|` or `|code`. */
function hasToken(codings: readonly Coding[], value: string): boolean {
  const [first = '', second] = value.split('|')
  if (second === undefined) return codings.some(({ code }) => code === first)
  return codings.some(
    ({ system, code }) =>
      (second === '' || code === second) && (first === '' ? system === undefined : system === first),
  )
}

/** A reference, relative or absolute; an id alone; or the value of an identifier where there is no reference. */
function refersTo({ reference, identifier }: Reference, value: string, type?: string): boolean {
  const asked = value.replace(/^https?:\/\/.*\/([A-Z][A-Za-z]+\/[^/]+)$/, '$1')
  const unversioned = reference?.replace(/\/_history\/.*$/, '')
  if (unversioned === asked || reference === asked || identifier?.value === asked) return true
  if (asked.includes('/')) return type !== undefined && identifier?.value === asked.replace(`${type}/`, '')
  return unversioned?.split('/')[1] === asked
}

const begins = (text: string | undefined, value: string): boolean =>
  text?.toLowerCase().startsWith(value.toLowerCase()) ?? false
