import type { ListFilter } from '../authority/index.ts'
import { timestampText } from './fhir-date.ts'
import { exactly, normalise, tokenText } from './index-text.ts'
import type { SearchParameterUse } from './search.ts'
import { searchParametersOf } from './search-parameters.ts'
import {
  type DateValue,
  type NumberValue,
  parseDate,
  parseNumber,
  parseQuantity,
  parseReference,
  parseToken,
  type QuantityValue,
  splitAt,
  unescaped,
} from './search-values.ts'
import type { SqlDraft } from './sql-draft.ts'

interface ConditionContext {
  readonly draft: SqlDraft
  /** What may be looked at through a chain or `_has`. */
  readonly throughFilter: ListFilter
  /** Milliseconds since the epoch: `ap` is wider the farther away the date. */
  readonly now: number
}

/** One parameter of a search as a condition on `resource r`. */
export function conditionOf(use: SearchParameterUse, types: readonly string[], context: ConditionContext): string {
  if (use.has) return hasCondition(use.has, types, context)
  if (use.chain) return chainCondition(use, use.chain, context)
  const { draft } = context
  if (use.modifier === 'missing') return missingCondition(use, draft)
  if (use.name === '_id') return `r.id = any(${draft.bind(use.values, 'text[]')})`
  if (use.name === '_lastUpdated') {
    return anyOf(use.values.map((raw) => instantCondition('r.last_updated', parseDate(raw)!, context)))
  }
  switch (searchParametersOf(types[0]!).get(use.name)?.type) {
    case 'token':
      return use.modifier === 'text' ? wordsCondition(use, draft) : tokenCondition(use, draft)
    case 'reference':
      return referenceCondition(use, types, draft)
    case 'uri':
      return tokensCondition(
        use.values.map((raw) => `${use.name}=${unescaped(raw)}`),
        draft,
      )
    case 'string':
      return stringCondition(use, draft)
    case 'date':
      return among('resource_date', use, draft, (raw) => spanCondition(parseDate(raw)!, context))
    case 'number':
      return among('resource_quantity', use, draft, (raw) => numberCondition(parseNumber(raw)!, draft))
    case 'quantity':
      return among('resource_quantity', use, draft, (raw) => quantityCondition(parseQuantity(raw)!, draft))
    case 'composite':
      return compositeCondition(use, types, context)
    default:
      // Parsing refuses what cannot be searched; a query made by hand must not come out wider than meant.
      return 'false'
  }
}

/** Parsing lets through only composites whose parts stand once in the resource: both then hold of the same one. */
function compositeCondition(use: SearchParameterUse, types: readonly string[], context: ConditionContext): string {
  const { components } = searchParametersOf(types[0]!).get(use.name)!
  return anyOf(
    use.values.map((raw) => {
      const parts = splitAt(raw, '$').map((part, at) =>
        conditionOf({ name: components[at]!.code, values: [part] }, types, context),
      )
      return `(${parts.join(' and ')})`
    }),
  )
}

const anyOf = (conditions: readonly string[]): string => `(${conditions.join(' or ')})`

function missingCondition(use: SearchParameterUse, draft: SqlDraft): string {
  const isPresent = `${draft.bind(use.name, 'text')} = any(r.present)`
  return anyOf(use.values.map((value) => (value === 'true' ? `not ${isPresent}` : isPresent)))
}

function tokensCondition(tokens: readonly string[], draft: SqlDraft): string {
  const kept = tokens.map(tokenText)
  return kept.length === 1 ? `r.tokens @> ${draft.bind(kept, 'text[]')}` : `r.tokens && ${draft.bind(kept, 'text[]')}`
}

function tokenCondition(use: SearchParameterUse, draft: SqlDraft): string {
  const condition = tokensCondition(
    use.values.map((raw) => tokenOf(use.name, raw)),
    draft,
  )
  return use.modifier === 'not' ? `not (${condition})` : condition
}

function tokenOf(name: string, raw: string): string {
  const { system, code } = parseToken(raw)!
  return system === undefined ? `${name}=${code}` : `${name}~${system}|${code ?? ''}`
}

function referenceCondition(use: SearchParameterUse, types: readonly string[], draft: SqlDraft): string {
  if (use.modifier === 'identifier') {
    return tokensCondition(
      use.values.map((raw) => tokenOf(`${use.name}:identifier`, raw)),
      draft,
    )
  }
  const targets = new Set(types.flatMap((type) => searchParametersOf(type).get(use.name)?.targets ?? []))
  const tokens = use.values.flatMap((raw) => {
    const { type = use.modifier, id, uri } = parseReference(raw)!
    if (uri !== undefined) return [`${use.name}=${uri}`]
    const possible = type === undefined ? [...targets] : [type]
    return possible.map((each) => `${use.name}=${each}/${id}`)
  })
  return tokensCondition(tokens, draft)
}

function stringCondition(use: SearchParameterUse, draft: SqlDraft): string {
  return among('resource_string', use, draft, (raw) => {
    const text = unescaped(raw)
    const value = normalise(text)
    if (value === '') return 'false'
    if (use.modifier === 'exact') {
      return `(v.value = ${draft.bind(value, 'text')} and v.exact = ${draft.bind(exactly(text), 'text')})`
    }
    return use.modifier === 'contains'
      ? `v.value like ${draft.bind(`%${likeText(value)}%`, 'text')}`
      : `v.value like ${draft.bind(`${likeText(value)}%`, 'text')}`
  })
}

/** `code:text`: the words of a coded value, anywhere in them (糖尿病 finds 2型糖尿病). */
function wordsCondition(use: SearchParameterUse, draft: SqlDraft): string {
  return among('resource_string', { ...use, name: `${use.name}:text` }, draft, (raw) => {
    const value = normalise(unescaped(raw))
    return value === '' ? 'false' : `v.value like ${draft.bind(`%${likeText(value)}%`, 'text')}`
  })
}

const likeText = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

function among(
  table: 'resource_string' | 'resource_date' | 'resource_quantity',
  use: SearchParameterUse,
  draft: SqlDraft,
  condition: (raw: string) => string,
): string {
  const name = draft.bind(use.name, 'text')
  return `exists (select 1 from ${table} v where v.type = r.type and v.id = r.id and v.name = ${name} and ${anyOf(
    use.values.map(condition),
  )})`
}

/** R4 search §date: how the span searched for and the span of the value must lie to each other. */
function spanCondition(date: DateValue, { draft, now }: ConditionContext): string {
  const { low, high } = date.prefix === 'ap' ? around(date, now) : date
  const from = () => draft.bind(timestampText(low), 'timestamptz')
  const to = () => draft.bind(timestampText(high), 'timestamptz')
  const within = () => `(v.low >= ${from()} and v.high <= ${to()})`
  switch (date.prefix) {
    case 'eq':
      return within()
    case 'ne':
      return `not ${within()}`
    case 'gt':
      return `v.high > ${to()}`
    case 'lt':
      return `v.low < ${from()}`
    case 'ge':
      return `(v.high > ${to()} or ${within()})`
    case 'le':
      return `(v.low < ${from()} or ${within()})`
    case 'sa':
      return `v.low >= ${to()}`
    case 'eb':
      return `v.high <= ${from()}`
    case 'ap':
      return `(v.low < ${to()} and v.high > ${from()})`
  }
}

function instantCondition(column: string, date: DateValue, { draft, now }: ConditionContext): string {
  const { low, high } = date.prefix === 'ap' ? around(date, now) : date
  const from = () => draft.bind(timestampText(low), 'timestamptz')
  const to = () => draft.bind(timestampText(high), 'timestamptz')
  switch (date.prefix) {
    case 'eq':
    case 'ap':
      return `(${column} >= ${from()} and ${column} < ${to()})`
    case 'ne':
      return `not (${column} >= ${from()} and ${column} < ${to()})`
    case 'gt':
    case 'sa':
      return `${column} >= ${to()}`
    case 'ge':
      return `${column} >= ${from()}`
    case 'lt':
    case 'eb':
      return `${column} < ${from()}`
    case 'le':
      return `${column} < ${to()}`
  }
}

/** R4 search §prefix: a tenth of the time between now and the date, either way. */
function around(date: DateValue, now: number): { readonly low: number; readonly high: number } {
  const slack = Math.abs(now - date.low) / 10
  return { low: date.low - slack, high: date.high + slack }
}

/** R4 search §number: the implied precision counts for equality only. */
function numberCondition({ prefix, value, half }: NumberValue, draft: SqlDraft): string {
  const number = draft.bind(value, 'numeric')
  const within = () => {
    const margin = draft.bind(half, 'numeric')
    return `(v.low >= ${number} - ${margin} and v.high < ${number} + ${margin})`
  }
  switch (prefix) {
    case 'eq':
      return within()
    case 'ne':
      return `not ${within()}`
    case 'gt':
      return `v.high > ${number}`
    case 'lt':
      return `v.low < ${number}`
    case 'ge':
      return `v.high >= ${number}`
    case 'le':
      return `v.low <= ${number}`
    case 'sa':
      return `v.low > ${number}`
    case 'eb':
      return `v.high < ${number}`
    case 'ap':
      return `(v.low <= ${number} + abs(${number}) / 10 and v.high >= ${number} - abs(${number}) / 10)`
  }
}

function quantityCondition(quantity: QuantityValue, draft: SqlDraft): string {
  const number = numberCondition(quantity, draft)
  if (quantity.unit === undefined) return number
  const unit = draft.bind(tokenText(quantity.unit), 'text')
  if (quantity.system === undefined) return `(${number} and (v.code = ${unit} or v.unit = ${unit}))`
  return `(${number} and v.code = ${unit} and v.system = ${draft.bind(tokenText(quantity.system), 'text')})`
}

type Chain = NonNullable<SearchParameterUse['chain']>

/** The referred-to records are found first, among those that may be seen; then who refers to them, by the token index. */
function chainCondition(use: SearchParameterUse, chain: Chain, context: ConditionContext): string {
  const { draft, throughFilter } = context
  const prefix = draft.bind(`${use.name}=${chain.type}/`, 'text')
  const inner = conditionOf(chain.parameter, [chain.type], context)
  return `r.tokens && (
    select coalesce(array_agg(${prefix} || r.id), '{}') from resource r
    where r.type = ${draft.bind(chain.type, 'text')} and not r.deleted and ${draft.embed(throughFilter)} and ${inner})`
}

type Has = NonNullable<SearchParameterUse['has']>

function hasCondition(has: Has, types: readonly string[], context: ConditionContext): string {
  const { draft, throughFilter } = context
  return anyOf(
    types.map((type) => {
      const prefix = `${has.reference}=${type}/`
      const inner = conditionOf(has.parameter, [has.type], context)
      return `(r.type = ${draft.bind(type, 'text')} and r.id in (
        select substr(t.token, ${prefix.length + 1}) from resource r, unnest(r.tokens) t (token)
        where r.type = ${draft.bind(has.type, 'text')} and not r.deleted and ${draft.embed(throughFilter)} and ${inner}
          and starts_with(t.token, ${draft.bind(prefix, 'text')})))`
    }),
  )
}
