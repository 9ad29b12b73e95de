import type { FhirResource } from './fhir.ts'
import { timeSpansOf } from './fhir-date.ts'
import { exactly, normalise, pinyinOf, tokenText } from './index-text.ts'
import { type SearchParameter, searchParametersOf } from './search-parameters.ts'

/**
 * What a search can find a resource by, taken from its content when it is written. Tokens hold everything that is
 * compared for equality, in four spellings:
 * `code=123` any system, `code~system|123` this system (empty: none), `code~system|` the system alone,
 * `patient=Patient/p1` a reference or URI, `subject:identifier~system|value` a logical reference.
 */
export interface SearchIndex {
  readonly tokens: readonly string[]
  /** Codes of the parameters that have a value: for `:missing`. */
  readonly present: readonly string[]
  readonly strings: readonly StringEntry[]
  readonly dates: readonly { readonly name: string; readonly low: number; readonly high: number }[]
  readonly quantities: readonly QuantityEntry[]
}

export interface StringEntry {
  readonly name: string
  /** Normalised: see {@link normalise}. */
  readonly value: string
  /** As written; absent for spellings that nobody wrote (pinyin). */
  readonly exact?: string
}

export interface QuantityEntry {
  readonly name: string
  /** Decimal texts, or `-Infinity`/`Infinity` for an open side of a Range. */
  readonly low: string
  readonly high: string
  readonly system?: string
  readonly code?: string
  readonly unit?: string
}

/** Parameters whose coded values can also be found by their words (`:text`). */
export function isFoundByText(code: string): boolean {
  return code === 'code' || code === 'type' || code === 'specialty' || code === 'vaccine-code'
}

/** Answered from columns of the table, not from the index. */
const columnParameters = new Set(['_id', '_lastUpdated'])

export function indexResource(resource: FhirResource): SearchIndex {
  const target: Collected = {
    tokens: new Set(),
    present: [],
    strings: new Map(),
    dates: new Map(),
    quantities: new Map(),
  }
  for (const parameter of searchParametersOf(resource.resourceType).values()) {
    if (columnParameters.has(parameter.code) || parameter.type === 'composite') continue
    const values = parameter.extract(resource)
    if (values.length === 0) continue
    const before = sizeOf(target)
    for (const value of values) collect(parameter, value, target)
    if (sizeOf(target) > before) target.present.push(parameter.code)
  }
  return {
    tokens: [...target.tokens],
    present: target.present,
    strings: [...target.strings.values()],
    dates: [...target.dates.values()],
    quantities: [...target.quantities.values()],
  }
}

interface Collected {
  readonly tokens: Set<string>
  readonly present: string[]
  readonly strings: Map<string, StringEntry>
  readonly dates: Map<string, { name: string; low: number; high: number }>
  readonly quantities: Map<string, QuantityEntry>
}

const sizeOf = (target: Collected): number =>
  target.tokens.size + target.strings.size + target.dates.size + target.quantities.size

function collect(parameter: SearchParameter, value: unknown, target: Collected): void {
  switch (parameter.type) {
    case 'token':
      collectToken(parameter.code, value, target)
      return
    case 'reference':
      collectReference(parameter.code, value, target)
      return
    case 'uri':
      if (typeof value === 'string') addUri(parameter.code, value, target)
      return
    case 'string':
      collectString(parameter.code, value, target)
      return
    case 'date':
      for (const { low, high } of timeSpansOf(value)) {
        target.dates.set(`${parameter.code} ${low} ${high}`, { name: parameter.code, low, high })
      }
      return
    case 'quantity':
    case 'number':
      collectQuantity(parameter.code, value, target)
      return
    case 'composite':
      return
  }
}

interface Shape {
  readonly [element: string]: unknown
}

const isShape = (value: unknown): value is Shape => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const contactSystems = new Set(['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other'])

function collectToken(name: string, value: unknown, target: Collected): void {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') {
    addToken(name, undefined, String(value), target)
  }
  if (!isShape(value)) return
  if (Array.isArray(value.coding) || (value.text !== undefined && value.code === undefined)) {
    for (const coding of Array.isArray(value.coding) ? value.coding : []) collectToken(name, coding, target)
    addWords(name, value.text, target)
    return
  }
  const stated = textOf(value.system)
  // A ContactPoint's `system` is its kind, not a namespace: the number is what is searched for.
  const system = stated && contactSystems.has(stated) ? undefined : stated
  if (value.code === undefined && value.display === undefined) {
    addToken(name, system, textOf(value.value), target)
    return
  }
  addToken(name, system, textOf(value.code), target)
  addWords(name, value.display, target)
}

function addToken(name: string, system: string | undefined, code: string | undefined, target: Collected): void {
  if (code !== undefined) {
    target.tokens.add(tokenText(`${name}=${code}`))
    target.tokens.add(tokenText(`${name}~${system ?? ''}|${code}`))
  }
  if (system !== undefined) target.tokens.add(tokenText(`${name}~${system}|`))
}

function addWords(name: string, words: unknown, target: Collected): void {
  const text = textOf(words)
  if (text && isFoundByText(name)) addString(`${name}:text`, text, target)
}

const referencePattern = /^(?:(.*)\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/

/** `Type/id` of a relative reference, whatever version it names. */
export function localReference(reference: string): { readonly type: string; readonly id: string } | undefined {
  if (reference.length > 200) return undefined
  const parts = referencePattern.exec(reference)
  return parts && !parts[1] ? { type: parts[2]!, id: parts[3]! } : undefined
}

function collectReference(name: string, value: unknown, target: Collected): void {
  if (typeof value === 'string') addUri(name, value, target)
  if (!isShape(value)) return
  if (typeof value.resourceType === 'string') {
    if (typeof value.id === 'string') target.tokens.add(tokenText(`${name}=${value.resourceType}/${value.id}`))
    return
  }
  const reference = textOf(value.reference)
  if (reference && !reference.startsWith('#')) {
    const local = localReference(reference)
    target.tokens.add(tokenText(`${name}=${local ? `${local.type}/${local.id}` : reference}`))
  }
  if (isShape(value.identifier)) {
    const identifier = value.identifier
    addToken(`${name}:identifier`, textOf(identifier.system), textOf(identifier.value), target)
  }
}

/** A canonical is found with and without its version. */
function addUri(name: string, uri: string, target: Collected): void {
  target.tokens.add(tokenText(`${name}=${uri}`))
  const bar = uri.lastIndexOf('|')
  if (bar > 0) target.tokens.add(tokenText(`${name}=${uri.slice(0, bar)}`))
}

const nameAndAddressParts = ['text', 'family', 'line', 'city', 'district', 'state', 'country', 'postalCode'] as const

function collectString(name: string, value: unknown, target: Collected): void {
  if (typeof value === 'string') addString(name, value, target)
  if (!isShape(value)) return
  const written = nameAndAddressParts.map((key) => value[key])
  for (const part of [...written, value.given, value.prefix, value.suffix].flat()) {
    if (typeof part === 'string') addString(name, part, target)
  }
  if (name === 'name' || name === 'phonetic') collectSpellings(name, value, target)
}

function collectSpellings(name: string, humanName: Shape, target: Collected): void {
  const given = Array.isArray(humanName.given)
    ? humanName.given.filter((each) => typeof each === 'string').join('')
    : ''
  const text = textOf(humanName.text)
  const spoken = text ?? `${textOf(humanName.family) ?? ''}${given}`
  const spellings = pinyinOf(spoken)
  if (!text && spellings.length > 0) addString(name, spoken, target)
  for (const spelling of spellings) {
    target.strings.set(`${name} ~${spelling}`, { name, value: normalise(spelling) })
  }
}

function addString(name: string, text: string, target: Collected): void {
  const exact = exactly(text)
  if (text !== '') target.strings.set(`${name} ${exact}`, { name, value: normalise(text), exact })
}

function collectQuantity(name: string, value: unknown, target: Collected): void {
  const entry = typeof value === 'number' ? { low: decimal(value), high: decimal(value) } : quantityOf(value)
  if (!entry) return
  const key = `${name} ${entry.low} ${entry.high} ${entry.system} ${entry.code} ${entry.unit}`
  target.quantities.set(key, { name, ...entry })
}

/** The span of a Quantity, Money, or Range. */
function quantityOf(value: unknown): Omit<QuantityEntry, 'name'> | undefined {
  if (!isShape(value)) return undefined
  if (isShape(value.low) || isShape(value.high)) {
    const [low, high] = [isShape(value.low) ? value.low : {}, isShape(value.high) ? value.high : {}]
    if (typeof low.value !== 'number' && typeof high.value !== 'number') return undefined
    return {
      low: typeof low.value === 'number' ? decimal(low.value) : '-Infinity',
      high: typeof high.value === 'number' ? decimal(high.value) : 'Infinity',
      ...unitOf(isShape(value.low) ? low : high),
    }
  }
  if (typeof value.value !== 'number') return undefined
  const money = textOf(value.currency)
  const number = decimal(value.value)
  return {
    // `<5` and `>5` name a side, not a point (Quantity.comparator).
    low: value.comparator === '<' || value.comparator === '<=' ? '-Infinity' : number,
    high: value.comparator === '>' || value.comparator === '>=' ? 'Infinity' : number,
    ...(money ? { system: 'urn:iso:std:iso:4217', code: money } : unitOf(value)),
  }
}

function unitOf(value: Shape): Pick<QuantityEntry, 'system' | 'code' | 'unit'> {
  const [system, code, unit] = [textOf(value.system), textOf(value.code), textOf(value.unit)]
  return {
    ...(system && { system: tokenText(system) }),
    ...(code && { code: tokenText(code) }),
    ...(unit && { unit: tokenText(unit) }),
  }
}

/** PostgreSQL's numeric reads JavaScript's notation, exponents included. */
const decimal = (value: number): string => String(value)
