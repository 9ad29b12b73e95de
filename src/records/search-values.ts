import { parseTimeSpan, type TimeSpan } from './fhir-date.ts'

/** Values of search parameters as written in a URL (R4 search §escaping, §prefix): read the same way everywhere. */

export const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const
export type Prefix = (typeof prefixes)[number]

/** `a\,b,c` → `a\,b` and `c`: values stay escaped until they are read. */
export function splitAlternatives(raw: string): readonly string[] {
  return splitAt(raw, ',')
}

/** Splits at separators that no backslash precedes. */
export function splitAt(raw: string, separator: ',' | '|' | '$'): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] === '\\' && at + 1 < raw.length) {
      part += raw[at]! + raw[++at]!
      continue
    }
    if (raw[at] === separator) {
      parts.push(part)
      part = ''
      continue
    }
    part += raw[at]
  }
  return [...parts, part]
}

export const unescaped = (raw: string): string => raw.replace(/\\([,|$\\])/g, '$1')

export interface TokenValue {
  /** Absent: any system. Empty: none. */
  readonly system?: string
  /** Absent: any code of the system. */
  readonly code?: string
}

export function parseToken(raw: string): TokenValue | undefined {
  const parts = splitAt(raw, '|')
  if (parts.length === 1) return raw === '' ? undefined : { code: unescaped(raw) }
  const [system, code] = [unescaped(parts[0]!), unescaped(parts.slice(1).join('|'))]
  if (system === '' && code === '') return undefined
  return { system, ...(code !== '' && { code }) }
}

export interface DateValue extends TimeSpan {
  readonly prefix: Prefix
}

export function parseDate(raw: string): DateValue | undefined {
  const { prefix, rest } = prefixOf(raw)
  // A `+` of a time zone arrives as a blank from clients that do not encode it.
  const span = parseTimeSpan(rest.replace(/ (?=\d\d:\d\d$)/, '+'))
  return span && { prefix, ...span }
}

export interface NumberValue {
  readonly prefix: Prefix
  /** Decimal text as written. */
  readonly value: string
  /** Half of the last place written: 5.40 stands for 5.395 up to 5.405 (R4 search §number). */
  readonly half: string
}

const decimalPattern = /^[+-]?(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/

export function parseNumber(raw: string): NumberValue | undefined {
  const { prefix, rest } = prefixOf(raw)
  const parts = decimalPattern.exec(rest)
  if (!parts) return undefined
  const [, , decimals = '', exponent] = parts
  // R4 search §number: 1e2 stands for [95, 105), so an exponent counts as if one decimal were written.
  const places = exponent === undefined ? decimals.length : Math.max(decimals.length, 1)
  return { prefix, value: rest.replace(/^\+/, ''), half: `0.5e${Number(exponent ?? 0) - places}` }
}

export interface QuantityValue extends NumberValue {
  readonly system?: string
  /** A code in the system; without a system, a code or a unit as printed. */
  readonly unit?: string
}

export function parseQuantity(raw: string): QuantityValue | undefined {
  const parts = splitAt(raw, '|').map(unescaped)
  if (parts.length !== 1 && parts.length !== 3) return undefined
  const number = parseNumber(parts[0]!)
  if (!number) return undefined
  const [, system, unit] = parts
  return { ...number, ...(system && { system }), ...(unit && { unit }) }
}

export interface ReferenceValue {
  /** Absent: whatever types the parameter leads to. */
  readonly type?: string
  readonly id?: string
  /** An absolute URL, URN or canonical, compared as it stands. */
  readonly uri?: string
}

export function parseReference(raw: string): ReferenceValue | undefined {
  const text = unescaped(raw)
  if (/^[A-Za-z0-9.-]{1,64}$/.test(text)) return { id: text }
  const local = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/.exec(text)
  if (local) return { type: local[1]!, id: local[2]! }
  return /^[a-z][a-z0-9+.-]*:\S+$/i.test(text) ? { uri: text } : undefined
}

function prefixOf(raw: string): { readonly prefix: Prefix; readonly rest: string } {
  const text = unescaped(raw)
  const found = prefixes.find((prefix) => text.startsWith(prefix))
  return found ? { prefix: found, rest: text.slice(2) } : { prefix: 'eq', rest: text }
}
