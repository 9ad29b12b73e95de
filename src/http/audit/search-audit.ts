import { type AuditEvent, kindsOfType } from '../../audit/index.ts'
import type { TraceQuestion } from '../../contract/index.ts'
import { InvalidInput } from '../../kernel/index.ts'
import type { EntryKind } from '../../ledger/index.ts'
import type { QueryPair } from '../fhir/query-text.ts'
import { dateEdges } from './date-edges.ts'
import { matchedParameters, matcherOf } from './match-event.ts'

/** A search for audit events: what the trace's index answers, and what is looked at in each event found. */
export interface AuditSearch {
  readonly question: TraceQuestion
  readonly kinds?: readonly EntryKind[]
  /** Absent where the index answers the whole question. */
  readonly keeps?: (event: AuditEvent) => boolean
  readonly count: number
  readonly used: readonly QueryPair[]
}

const defaultCount = 50
const maxCount = 200
/** Parameters that shape the answer; the newest first is the only order, and a page is all that is counted. */
const shaping: ReadonlySet<string> = new Set(['_format', '_pretty', '_count', '_sort', '_cursor', '_summary', '_total'])
/** What the trace is indexed by, beside what is matched event by event. */
const indexed: ReadonlySet<string> = new Set(['date', '_lastUpdated'])

/** For the CapabilityStatement: every parameter that works, with its type. */
export const auditSearchParameters: readonly { readonly name: string; readonly type: string }[] = [
  { name: '_lastUpdated', type: 'date' },
  { name: 'date', type: 'date' },
  ...matchedParameters,
]

/**
 * Reads the parameters of `AuditEvent?…`. Values of one parameter are ORed, parameters ANDed, as everywhere in FHIR.
 * @param patient the compartment's.
 * @throws {InvalidInput} with every parameter that is not known or has a value that is none.
 */
export function readAuditSearch(pairs: readonly QueryPair[], lenient: boolean, patient?: string): AuditSearch {
  const asked = pairs.filter(([name]) => !shaping.has(name))
  const known = asked.filter(([name]) => indexed.has(name) || matchedParameters.some((one) => one.name === name))
  const unknown = asked.filter((pair) => !known.includes(pair))
  if (unknown.length > 0 && !lenient) throw new InvalidInput(unknown.map(([name]) => unknownParameter(name)))
  refuseShapes(pairs)

  const all: readonly QueryPair[] = patient === undefined ? known : [...known, ['patient', `Patient/${patient}`]]
  const matched = all.filter(([name]) => !indexed.has(name))
  const answered = new Set(matched.filter((pair) => answeredByIndex(pair, all)))
  const left = matched.filter((pair) => !answered.has(pair))
  const kinds = kindsAsked(matched)
  return {
    question: { ...questionOf(all), ...cursorOf(pairs), count: maxCount },
    ...(kinds && { kinds }),
    ...(left.length > 0 && { keeps: matcherOf(left) }),
    count: countOf(pairs),
    used: pairs.filter((pair) => !unknown.includes(pair) && pair[0] !== '_format' && pair[0] !== '_pretty'),
  }
}

const unknownParameter = (name: string) => ({
  field: name.slice(0, 100),
  rule: 'unknown-parameter',
  zh: `AuditEvent 不支持参数“${name.slice(0, 100)}”。`,
  en: `AuditEvent is not searched by ${name.slice(0, 100)}.`,
})

function refuseShapes(pairs: readonly QueryPair[]): void {
  const issues = pairs.flatMap(([name, value]) => {
    const refused =
      (name === '_sort' && !['-date', '-_lastUpdated', '-_id'].includes(value)) ||
      (name === '_summary' && value !== 'false') ||
      (name === '_total' && value !== 'none')
    if (!refused) return []
    return [
      {
        field: name,
        rule: 'not-offered',
        zh: '留痕按时间从新到旧逐页给出，不作汇总。',
        en: 'The trace is given page by page, newest first, without a total.',
      },
    ]
  })
  if (issues.length > 0) throw new InvalidInput(issues)
}

function countOf(pairs: readonly QueryPair[]): number {
  const stated = pairs.findLast(([name]) => name === '_count')?.[1]
  if (stated === undefined) return defaultCount
  if (/^\d{1,9}$/.test(stated) && Number(stated) > 0) return Math.min(Number(stated), maxCount)
  throw new InvalidInput([
    { field: '_count', rule: 'integer', zh: '每页条数须为正整数。', en: 'The page size is a positive number.' },
  ])
}

/** The one value of a parameter that stands alone: only such a one can be a term of the index. */
function only(pairs: readonly QueryPair[], name: string): string | undefined {
  const found = pairs.filter(([one]) => one === name)
  return found.length === 1 && !found[0]![1].includes(',') ? found[0]![1] : undefined
}

const idOf = (value: string, type: string): string | undefined => {
  const match = /^(?:([A-Z][A-Za-z]+)\/)?([A-Za-z0-9\-.]{1,64})$/.exec(value)
  return match && (match[1] === undefined || match[1] === type) ? match[2] : undefined
}

function questionOf(pairs: readonly QueryPair[]): Omit<TraceQuestion, 'count'> {
  const patient = only(pairs, 'patient')
  const agent = only(pairs, 'agent')
  const entity = only(pairs, 'entity')
  const outcome = only(pairs, 'outcome')
  const id = only(pairs, '_id')
  const ofPatient = (patient && idOf(patient, 'Patient')) ?? typedIdOf(entity, 'Patient')
  const ofPerson = typedIdOf(agent, 'Practitioner')
  const ofDepartment = typedIdOf(agent, 'Organization')
  const isRecord = entity !== undefined && /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.test(entity)
  return {
    ...(ofPatient && { patient: ofPatient }),
    ...(ofPerson && { person: ofPerson }),
    ...(ofDepartment && { department: ofDepartment }),
    ...(isRecord && ofPatient === undefined && { record: entity }),
    ...(outcome && /^(0|4|8|12)$/.test(outcome) && { outcome: Number(outcome) }),
    ...(id !== undefined && { sequence: sequenceOf(id) }),
    ...dateEdges(pairs),
  }
}

const typedIdOf = (value: string | undefined, type: string): string | undefined =>
  value?.startsWith(`${type}/`) ? idOf(value, type) : undefined

function cursorOf(pairs: readonly QueryPair[]): { readonly before?: number } {
  const cursor = only(pairs, '_cursor')
  return cursor === undefined ? {} : { before: sequenceOf(cursor) }
}

/** An id that no entry can have finds nothing: it is asked for a place beyond every ledger. */
const sequenceOf = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.MAX_SAFE_INTEGER)

/** Whether the index answers a parameter to the last event: then none of them needs to be looked at for it. */
function answeredByIndex([name, value]: QueryPair, all: readonly QueryPair[]): boolean {
  if (only(all, name) === undefined) return false
  if (name === 'patient') return idOf(value, 'Patient') !== undefined
  if (name === '_id') return true
  return name === 'outcome' && /^(0|4|8|12)$/.test(value)
}

/** Which kinds of entries can be of the type asked for: `type=110114` looks at sign-ins only. */
function kindsAsked(pairs: readonly QueryPair[]): readonly EntryKind[] | undefined {
  const type = only(pairs, 'type')
  return type === undefined ? undefined : kindsOfType(type.split('|').at(-1)!)
}
