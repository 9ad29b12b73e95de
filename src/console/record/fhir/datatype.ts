import { at, isJson, type Json, listAt, numberAt, objectAt, present, textAt, textsAt } from './element.ts'

/** FHIR R4 datatypes (https://hl7.org/fhir/R4/datatypes.html) as texts and facts a reader can use. */

/** What a CodeableConcept or Coding says: its own text first, then the first display, then the bare code. */
export function conceptText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined
  const codings = codingsOf(value)
  return (
    textAt(value, 'text') ??
    codings.map((coding) => textAt(coding, 'display')).find((display) => display !== undefined) ??
    textAt(codings[0], 'code')
  )
}

export function conceptTexts(value: unknown): readonly string[] {
  return present((Array.isArray(value) ? value : [value]).map(conceptText))
}

/** All codes of a concept, or of a list of concepts. */
export function codesOf(value: unknown): readonly string[] {
  const concepts = Array.isArray(value) ? value : [value]
  return present(concepts.flatMap((concept) => codingsOf(concept).map((coding) => textAt(coding, 'code'))))
}

export interface CodeKey {
  readonly system: string | undefined
  readonly code: string
}

/** The first coding that carries a code: what a search by `code=` is made of. */
export function firstCode(value: unknown): CodeKey | undefined {
  for (const coding of codingsOf(value)) {
    const code = textAt(coding, 'code')
    if (code !== undefined) return { system: textAt(coding, 'system'), code }
  }
  return undefined
}

function codingsOf(value: unknown): readonly Json[] {
  if (!isJson(value)) return []
  return at(value, 'coding') === undefined && textAt(value, 'code') !== undefined ? [value] : listAt(value, 'coding')
}

export interface Reference {
  readonly type: string | undefined
  readonly id: string
}

/** `Type/id`, also as the tail of an absolute URL or before `/_history`; `urn:uuid:` gives the id alone. */
export function readReference(value: unknown): Reference | undefined {
  const text = typeof value === 'string' ? value : textAt(value, 'reference')
  if (text === undefined) return undefined
  if (text.startsWith('urn:uuid:')) return { type: textAt(value, 'type'), id: text.slice('urn:uuid:'.length) }
  const match = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/.exec(text)
  return match ? { type: match[1], id: match[2]! } : undefined
}

export function referenceId(value: unknown): string | undefined {
  return readReference(value)?.id
}

/** How a reference is named to a reader: its display, or the identifier it carries; never a bare id. */
export function referenceText(value: unknown): string | undefined {
  return textAt(value, 'display') ?? textAt(value, 'identifier', 'value')
}

/** Chinese names run together, others are spaced; `HumanName.text` wins. */
export function personName(value: unknown): string | undefined {
  const names = Array.isArray(value) ? value.filter(isJson) : isJson(value) ? [value] : []
  const name =
    names.find((one) => textAt(one, 'use') === 'official') ??
    names.find((one) => textAt(one, 'use') === 'usual') ??
    names[0]
  if (!name) return undefined
  const whole = textAt(name, 'text')
  if (whole) return whole
  const family = textAt(name, 'family')
  const given = textsAt(name, 'given')
  const chinese = /\p{Script=Han}/u.test(`${family ?? ''}${given.join('')}`)
  const parts = chinese ? [family, ...given] : [...given, family]
  return present(parts).join(chinese ? '' : ' ') || undefined
}

/** A number as a clinician would write it: at most four significant decimals, no binary dust. */
export function numberText(value: number): string {
  const magnitude = Math.abs(value)
  const decimals = magnitude >= 1000 ? 0 : magnitude >= 100 ? 1 : magnitude >= 1 ? 2 : 4
  const isWhole = Number.isInteger(value)
  return isWhole ? String(value) : String(Number(value.toFixed(decimals)))
}

export function quantityText(value: unknown): string | undefined {
  const number = numberAt(value, 'value')
  if (number === undefined) return undefined
  const unit = unitOf(value)
  return `${textAt(value, 'comparator') ?? ''}${numberText(number)}${unit ? ` ${unit}` : ''}`
}

export function unitOf(value: unknown): string | undefined {
  const unit = textAt(value, 'unit') ?? textAt(value, 'code')
  // UCUM writes annotations in braces ({score}) and 1 for "no unit"; neither is for reading.
  return unit === undefined || unit === '1' || /^\{.*\}$/.test(unit) ? undefined : unitText(unit)
}

/** UCUM as it is printed: `10*9/L` → `10⁹/L`, `mm[Hg]` → `mmHg`, `[IU]/L` → `IU/L`. */
export function unitText(ucum: string): string {
  return ucum
    .replace(
      /10[*^](-?\d+)/g,
      (_, power: string) => `10${[...power].map((digit) => superscripts[digit] ?? digit).join('')}`,
    )
    .replace(/\[(?:iU|IU)\]/g, 'IU')
    .replace('mm[Hg]', 'mmHg')
    .replace('[degF]', '°F')
    .replace(/^Cel$/, '℃')
    .replace(/\{[^}]*\}/g, '')
}

const superscripts: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
}

/** The moment a polymorphic element names, as the text it came in: `effective[x]`, `performed[x]`, `onset[x]` … */
export function momentAt(resource: unknown, name: string): string | undefined {
  return (
    textAt(resource, `${name}DateTime`) ??
    textAt(resource, `${name}Period`, 'start') ??
    textAt(resource, `${name}Instant`) ??
    textAt(resource, `${name}Timing`, 'event') ??
    textAt(resource, name)
  )
}

/**
 * A FHIR date, dateTime or instant in milliseconds. A date without a time is midday UTC, so that it stays the same
 * day in every zone from −11 to +11 and sorts among that day's moments.
 */
export function momentMs(text: string | undefined): number | undefined {
  const match = text === undefined ? null : /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(T.+)?$/.exec(text)
  if (!match) return undefined
  const ms = match[4]
    ? Date.parse(text!)
    : Date.UTC(Number(match[1]), Number(match[2] ?? 1) - 1, Number(match[3] ?? 1), 12)
  return Number.isNaN(ms) ? undefined : ms
}

export function noteTexts(resource: unknown): readonly string[] {
  return present(listAt(resource, 'note').map((note) => textAt(note, 'text')))
}

/** Who: the display of the first reference that has one, in `actor`, `individual` or the reference itself. */
export function actorText(value: unknown): string | undefined {
  for (const one of Array.isArray(value) ? value : [value]) {
    const named = referenceText(objectAt(one, 'actor') ?? objectAt(one, 'individual') ?? one)
    if (named) return named
  }
  return undefined
}
