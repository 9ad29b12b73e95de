import { InvalidInput, type PatientId } from '../../kernel/index.ts'
import { patientTypes } from '../../records/index.ts'
import type { Answer } from './answer.ts'
import type { InteractionCall, Surroundings } from './interaction-call.ts'
import type { QueryPair } from './query-text.ts'
import { readSearch, refuseUnknown, single } from './search-text.ts'
import { runSearch } from './searching.ts'

const known = ['_type', '_since', '_count', '_cursor', '_elements', '_summary']

/**
 * `Patient/x/$everything` (FHIR R4 patient-operation-everything): a search over the compartment of the patient, in
 * pages. Each page is a use of its own, and nothing is in it that a plain search would not have shown.
 */
export async function searchEverything(
  patient: PatientId,
  call: InteractionCall,
  around: Surroundings,
): Promise<Answer> {
  refuseUnknown(call.query, known, call.preference)
  const understood = call.query.filter(([name]) => known.includes(name))
  const { query } = readSearch('stated', asSearch(understood), 'strict', patient)
  return runSearch(query, { path: call.path, used: understood }, around)
}

function asSearch(pairs: readonly QueryPair[]): readonly QueryPair[] {
  const since = single(pairs, '_since')
  const rest = pairs.filter(([name]) => name !== '_since')
  const types: readonly QueryPair[] = pairs.some(([name]) => name === '_type')
    ? []
    : [['_type', patientTypes().join(',')]]
  return [...rest, ...types, ...(since === undefined ? [] : [sinceParameter(since)])]
}

/** FHIR `instant`, or a date to start from. */
export function sinceParameter(since: string): QueryPair {
  if (!/^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?)?)?$/.test(since)) {
    throw new InvalidInput([
      { field: '_since', rule: 'value-date', zh: '须为日期或时刻。', en: 'It must be a date or an instant.' },
    ])
  }
  return ['_lastUpdated', `ge${since}`]
}
