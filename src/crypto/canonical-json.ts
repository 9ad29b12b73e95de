import { CryptoFailure } from './errors.ts'

/**
 * The JSON Canonicalization Scheme (RFC 8785): one text for one value, so that a digest means something.
 * Keys are sorted by UTF-16 code units (§3.2.3); strings and numbers are written as ECMAScript writes them (§3.2.2).
 * Properties that are `undefined` are absent, as in `JSON.stringify`.
 * @throws {CryptoFailure} `not-canonical` for what I-JSON cannot say: NaN, infinities, bigint, functions, symbols,
 * lone surrogates, `undefined` in an array, and objects that are neither plain nor arrays (a Date, a Map).
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'number':
      if (!Number.isFinite(value)) throw refuse(`the number ${value}`)
      return value === 0 ? '0' : String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? array(value) : object(value as Readonly<Record<string, unknown>>)
    default:
      throw refuse(`a ${typeof value}`)
  }
}

function array(items: readonly unknown[]): string {
  let text = '['
  for (let i = 0; i < items.length; i++) text += i === 0 ? canonicalJson(items[i]) : `,${canonicalJson(items[i])}`
  return `${text}]`
}

function object(members: Readonly<Record<string, unknown>>): string {
  const prototype: unknown = Object.getPrototypeOf(members)
  if (prototype !== Object.prototype && prototype !== null) throw refuse('an object with a class')
  const keys = Object.keys(members)
  if (keys.length > 1) keys.sort()
  let text = '{'
  for (const key of keys) {
    const member = members[key]
    if (member === undefined) continue
    text += (text.length === 1 ? quoteKey(key) : `,${quoteKey(key)}`) + canonicalJson(member)
  }
  return `${text}}`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the characters JSON escapes, and surrogates.
const needsCare = /[\u0000-\u001f"\\\ud800-\udfff]/

function quote(text: string): string {
  if (!needsCare.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw refuse('a lone surrogate')
  return JSON.stringify(text)
}

/** Keys come from a small vocabulary, so their quoted form is remembered. Bounded, because callers choose keys too. */
const quotedKeys = new Map<string, string>()
const maxQuotedKeys = 4096

function quoteKey(key: string): string {
  const known = quotedKeys.get(key)
  if (known !== undefined) return known
  const quoted = `${quote(key)}:`
  if (quotedKeys.size < maxQuotedKeys) quotedKeys.set(key, quoted)
  return quoted
}

function refuse(what: string): CryptoFailure {
  return new CryptoFailure('not-canonical', `${what} has no canonical JSON`)
}
