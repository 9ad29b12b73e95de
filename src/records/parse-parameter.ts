import type { InputIssue } from '../kernel/index.ts'
import type { Parsed } from './parse-search.ts'
import type { SearchParameterUse } from './search.ts'
import { isFoundByText } from './search-index.ts'
import { isResourceType, type SearchParameter, searchParametersOf } from './search-parameters.ts'
import { type RefusalRule, refusal } from './search-refusal.ts'
import {
  parseDate,
  parseNumber,
  parseQuantity,
  parseReference,
  parseToken,
  splitAlternatives,
  splitAt,
} from './search-values.ts'

/** One `name=value` of a search: plain, with a modifier, chained one level, or `_has` one level. */
export function parseParameter(name: string, raw: string, types: readonly string[]): Parsed<SearchParameterUse> {
  if (name.startsWith('_has:')) return parseHas(name, raw, types)
  const dot = name.indexOf('.')
  if (dot > 0) return parseChain(name, raw, types)
  return parsePlain(name, raw, types)
}

function parsePlain(name: string, raw: string, types: readonly string[]): Parsed<SearchParameterUse> {
  const [code = '', modifier, ...more] = name.split(':')
  const parameters = types.map((type) => searchParametersOf(type).get(code))
  const parameter = parameters[0]
  // Over several types a parameter must mean the same kind of thing in each.
  if (!parameter || parameters.some((each) => each?.type !== parameter.type))
    return refused(name, 'unknown-parameter', code)
  if (parameter.type === 'composite') return parseComposite(name, raw, types, parameter)
  if (more.length > 0 || (modifier !== undefined && !modifierApplies(parameter, modifier))) {
    return refused(name, 'unknown-modifier', name.slice(code.length + 1))
  }
  const values = splitAlternatives(raw)
  const issues = values.flatMap((value) => issueOf(name, parameter, modifier, value) ?? [])
  if (issues.length > 0) return { issues }
  return { value: { name: code, values, ...(modifier !== undefined && { modifier }) } }
}

/**
 * `code-value-quantity=8867-4$gt100`: both parts of one resource. Where the parts stand in a list (components), both
 * would have to be of the same member; that is not indexed, and so refused.
 */
function parseComposite(
  name: string,
  raw: string,
  types: readonly string[],
  parameter: SearchParameter,
): Parsed<SearchParameterUse> {
  if (!isWholeComposite(parameter, types)) return refused(name, 'unsupported-parameter', parameter.code)
  if (name !== parameter.code) return refused(name, 'unknown-modifier', name.slice(parameter.code.length + 1))
  const values = splitAlternatives(raw)
  const issues = values.flatMap((value) => {
    const parts = splitAt(value, '$')
    if (parts.length !== parameter.components.length) return [refusal(name, 'value-composite', value)]
    return parts.flatMap((part, at) => {
      const own = searchParametersOf(types[0]!).get(parameter.components[at]!.code)!
      return issueOf(name, own, undefined, part) ?? []
    })
  })
  return issues.length > 0 ? { issues } : { value: { name, values } }
}

function isWholeComposite(parameter: SearchParameter, types: readonly string[]): boolean {
  const known = searchParametersOf(types[0]!)
  return (
    types.length === 1 &&
    parameter.expression === types[0] &&
    parameter.components.every((part) => known.get(part.code)?.type === part.type)
  )
}

function parseChain(name: string, raw: string, types: readonly string[]): Parsed<SearchParameterUse> {
  const dot = name.indexOf('.')
  const [code = '', stated] = name.slice(0, dot).split(':')
  const rest = name.slice(dot + 1)
  if (rest.includes('.') || rest.startsWith('_has:')) return refused(name, 'chain-too-deep', name)
  const parameters = types.map((type) => searchParametersOf(type).get(code))
  if (parameters.some((each) => !each)) return refused(name, 'unknown-parameter', code)
  if (parameters.some((each) => each?.type !== 'reference')) return refused(name, 'chain-not-possible', code)
  const targets = [...new Set(parameters.flatMap((each) => each?.targets ?? []))]
  if (stated !== undefined && !targets.includes(stated)) return refused(name, 'reference-type', stated)
  const type = stated ?? chainTarget(code, targets)
  if (type === undefined) return refused(name, 'chain-ambiguous', code)
  const inner = parsePlain(rest, raw, [type])
  if ('issues' in inner) return { issues: inner.issues.map((issue) => ({ ...issue, field: name })) }
  return { value: { name: code, chain: { type, parameter: inner.value }, values: [] } }
}

/** `patient` means the patient, whatever else R4 lets it refer to. */
function chainTarget(code: string, targets: readonly string[]): string | undefined {
  if (targets.length === 1) return targets[0]
  return code === 'patient' && targets.includes('Patient') ? 'Patient' : undefined
}

function parseHas(name: string, raw: string, types: readonly string[]): Parsed<SearchParameterUse> {
  const [, type = '', reference = '', ...rest] = name.split(':')
  const inner = rest.join(':')
  if (inner.startsWith('_has') || inner.includes('.')) return refused(name, 'chain-too-deep', name)
  if (!isResourceType(type) || inner === '') return refused(name, 'has-form', name)
  const parameter = searchParametersOf(type).get(reference)
  if (parameter?.type !== 'reference') return refused(name, 'unknown-parameter', reference)
  if (!types.every((each) => parameter.targets.includes(each))) return refused(name, 'reference-type', types.join(','))
  const parsed = parsePlain(inner, raw, [type])
  if ('issues' in parsed) return { issues: parsed.issues.map((issue) => ({ ...issue, field: name })) }
  return { value: { name: '_has', has: { type, reference, parameter: parsed.value }, values: [] } }
}

const modifiersOf: Readonly<Record<SearchParameter['type'], readonly string[]>> = {
  string: ['exact', 'contains'],
  token: ['not', 'text'],
  reference: ['identifier'],
  uri: [],
  date: [],
  number: [],
  quantity: [],
  composite: [],
}

function modifierApplies(parameter: SearchParameter, modifier: string): boolean {
  if (modifier === 'missing') return parameter.code !== '_id' && parameter.code !== '_lastUpdated'
  if (parameter.type === 'reference' && isResourceType(modifier)) return parameter.targets.includes(modifier)
  if (modifier === 'text') return parameter.type === 'token' && isFoundByText(parameter.code)
  return modifiersOf[parameter.type].includes(modifier)
}

function issueOf(
  field: string,
  parameter: SearchParameter,
  modifier: string | undefined,
  value: string,
): InputIssue | undefined {
  if (value === '') return refusal(field, 'value-empty')
  if (modifier === 'missing') {
    return value === 'true' || value === 'false' ? undefined : refusal(field, 'value-boolean', value)
  }
  if (parameter.code === '_id') {
    return /^[A-Za-z0-9.-]{1,64}$/.test(value) ? undefined : refusal(field, 'value-id', value)
  }
  switch (parameter.type) {
    case 'date':
      return parseDate(value) ? undefined : refusal(field, 'value-date', value)
    case 'number':
      return parseNumber(value) ? undefined : refusal(field, 'value-number', value)
    case 'quantity':
      return parseQuantity(value) ? undefined : refusal(field, 'value-quantity', value)
    case 'token':
      return modifier === 'text' || parseToken(value) ? undefined : refusal(field, 'value-token', value)
    case 'reference':
      return modifier === 'identifier' ? tokenIssue(field, value) : referenceIssue(field, parameter, modifier, value)
    case 'string':
    case 'uri':
    case 'composite':
      return undefined
  }
}

const tokenIssue = (field: string, value: string): InputIssue | undefined =>
  parseToken(value) ? undefined : refusal(field, 'value-token', value)

function referenceIssue(
  field: string,
  parameter: SearchParameter,
  modifier: string | undefined,
  value: string,
): InputIssue | undefined {
  const reference = parseReference(value)
  if (!reference) return refusal(field, 'value-reference', value)
  const { type } = reference
  if (type === undefined) return undefined
  if (modifier !== undefined && modifier !== type) return refusal(field, 'reference-type', type)
  // Canonical and `any` parameters list no target.
  if (parameter.targets.length > 0 && !parameter.targets.includes(type)) return refusal(field, 'reference-type', type)
  return isResourceType(type) ? undefined : refusal(field, 'reference-type', type)
}

const refused = (field: string, rule: RefusalRule, given: string): { readonly issues: readonly InputIssue[] } => ({
  issues: [refusal(field, rule, given)],
})
