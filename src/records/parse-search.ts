import { type InputIssue, InvalidInput, type PatientId } from '../kernel/index.ts'
import { parseInclude } from './parse-include.ts'
import { parseParameter } from './parse-parameter.ts'
import type { SearchInclude, SearchParameterUse, SearchQuery } from './search.ts'
import { isResourceType, resourceTypes, searchParametersOf } from './search-parameters.ts'
import { refusal } from './search-refusal.ts'

export interface ParseOptions {
  /** False (`Prefer: handling=lenient`): unknown parameters are left out and named in `ignored`; wrong values are still refused. */
  readonly strict: boolean
  readonly compartment?: PatientId
  readonly defaultCount?: number
}

export const largestCount = 1000
const mostParameters = 60
const longestValue = 20_000

/** Parameters that shape an answer elsewhere and say nothing about the search itself. */
const answerParameters = new Set(['_format', '_pretty'])

/**
 * Reads a FHIR search and checks all of it against the R4 search parameters of its types: names, modifiers, values,
 * chains, includes, sorting. What is not understood is refused, never ignored: an ignored filter shows too much.
 * @param type undefined for a search over several types, which then come from `_type`.
 * @param parameters name and value pairs, decoded; `URLSearchParams` will do. `_cursor` is the mark of a next page.
 * @throws InvalidInput with every parameter that breaks a rule.
 */
export function parseSearch(
  type: string | undefined,
  parameters: Iterable<readonly [string, string]>,
  options: ParseOptions,
): SearchQuery {
  const pairs = [...parameters].filter(([name]) => !answerParameters.has(name))
  const issues: InputIssue[] = []
  if (pairs.length > mostParameters) throw new InvalidInput([refusal('', 'too-many')])
  for (const [name, value] of pairs) if (value.length > longestValue) issues.push(refusal(name, 'too-long'))
  const types = typesOf(type, pairs, options, issues)
  if (issues.length > 0) throw new InvalidInput(issues)

  const uses: SearchParameterUse[] = []
  const includes: SearchInclude[] = []
  const ignored: string[] = []
  const controls = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (/^_(include|revinclude)(:|$)/.test(name)) {
      collectOr(issues, parseInclude(name, value, types), (include) => includes.push(include))
      continue
    }
    if (controlNames.has(name)) {
      if (controls.has(name)) issues.push(refusal(name, 'given-twice'))
      controls.set(name, value)
      continue
    }
    const parsed = parseParameter(name, value, types)
    const isUnknown = 'issues' in parsed && parsed.issues.every((issue) => issue.rule === 'unknown-parameter')
    if (!options.strict && isUnknown) ignored.push(name)
    else collectOr(issues, parsed, (use) => uses.push(use))
  }

  const query: SearchQuery = {
    types,
    parameters: uses,
    includes,
    ...readControls(controls, types, options, issues),
    ...(options.compartment && { compartment: options.compartment }),
    ...(ignored.length > 0 && { ignored }),
  }
  if (query.summary === 'text' && includes.length > 0) issues.push(refusal('_summary', 'summary-with-include'))
  if (issues.length > 0) throw new InvalidInput(issues)
  return query
}

export type Parsed<Value> = { readonly value: Value } | { readonly issues: readonly InputIssue[] }

function collectOr<Value>(issues: InputIssue[], parsed: Parsed<Value>, collect: (value: Value) => void): void {
  if ('issues' in parsed) issues.push(...parsed.issues)
  else collect(parsed.value)
}

function typesOf(
  type: string | undefined,
  pairs: readonly (readonly [string, string])[],
  options: ParseOptions,
  issues: InputIssue[],
): readonly string[] {
  if (type !== undefined) {
    if (!isResourceType(type)) issues.push(refusal('type', 'unknown-type', type))
    return [type]
  }
  const listed = pairs.filter(([name]) => name === '_type').flatMap(([, value]) => value.split(','))
  for (const each of listed) if (!isResourceType(each)) issues.push(refusal('_type', 'unknown-type', each))
  if (listed.length === 0 && options.compartment) return resourceTypes()
  if (listed.length === 0) issues.push(refusal('_type', 'type-list'))
  return [...new Set(listed)]
}

const controlNames = new Set(['_count', '_sort', '_summary', '_elements', '_total', '_cursor', '_type'])

type Controls = Pick<SearchQuery, 'sort' | 'count' | 'total' | 'summary' | 'elements' | 'cursor'>

function readControls(
  controls: ReadonlyMap<string, string>,
  types: readonly string[],
  options: ParseOptions,
  issues: InputIssue[],
): Controls {
  const elements = controls.get('_elements')?.split(',')
  for (const each of elements ?? []) {
    if (!/^([A-Z][A-Za-z]+\.)?[a-z][A-Za-z]*$/.test(each)) issues.push(refusal('_elements', 'unknown-element', each))
  }
  const cursor = controls.get('_cursor')
  const total = oneOf(controls, '_total', ['none', 'estimate', 'accurate'], issues)
  const summary = oneOf(controls, '_summary', ['true', 'text', 'data', 'count', 'false'], issues) ?? 'false'
  return {
    sort: sortOf(controls.get('_sort'), types, issues),
    count: countOf(controls.get('_count'), options, issues),
    total: total === undefined || total === 'none' ? (summary === 'count' ? 'accurate' : 'none') : 'accurate',
    summary,
    ...(elements && { elements }),
    ...(cursor !== undefined && { cursor }),
  }
}

function countOf(text: string | undefined, options: ParseOptions, issues: InputIssue[]): number {
  if (text === undefined) return options.defaultCount ?? 50
  if (/^\d{1,4}$/.test(text) && Number(text) <= largestCount) return Number(text)
  issues.push(refusal('_count', 'count-range', text))
  return 0
}

function sortOf(text: string | undefined, types: readonly string[], issues: InputIssue[]): SearchQuery['sort'] {
  if (text === undefined) return []
  return text.split(',').map((each) => {
    const descending = each.startsWith('-')
    const parameter = descending ? each.slice(1) : each
    const sortable = types.every((type) => {
      const known = searchParametersOf(type).get(parameter)
      return known !== undefined && known.type !== 'composite' && known.type !== 'reference'
    })
    if (!sortable) issues.push(refusal('_sort', 'unknown-sort', parameter))
    return { parameter, descending }
  })
}

function oneOf<Choice extends string>(
  controls: ReadonlyMap<string, string>,
  name: string,
  choices: readonly Choice[],
  issues: InputIssue[],
): Choice | undefined {
  const given = controls.get(name)
  if (given === undefined) return undefined
  const found = choices.find((choice) => choice === given)
  if (!found) issues.push(refusal(name, 'value-choice', given))
  return found
}
