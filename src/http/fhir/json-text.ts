import { fault } from './errors.ts'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** FHIR nests far less; deeper input serves only to exhaust the stack of whoever reads it next. */
const maxDepth = 100

/**
 * RFC 8259 text from the network, read without loss or refused with line and column. Stricter than `JSON.parse`
 * where leniency would let two readers see two things: duplicate names, names that reach a prototype, numbers a
 * double cannot hold, lone surrogates, U+0000 (which PostgreSQL cannot keep). A byte order mark is passed over
 * (§8.1 allows it, and Windows clients send it).
 * @throws {FhirFault} `body-missing`, `json-malformed`, `json-unsafe`.
 */
export function readJson(bytes: Uint8Array): JsonValue {
  const text = decode(bytes)
  if (/^[ \t\r\n]*$/.test(text)) throw fault('body-missing', 'empty', '正文为空。', 'The body is empty.')
  return new JsonReader(text).readDocument()
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw fault(
      'json-malformed',
      'utf-8',
      '正文不是合规的 UTF-8（GBK、GB18030 请先转码）。',
      'The body is not valid UTF-8 (convert GBK or GB18030 first).',
    )
  }
}

const blank = /[ \t\r\n]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// Everything a string may hold as it stands (RFC 8259 §7).
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
const plain = /[^"\\\u0000-\u001f]*/y
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

class JsonReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  readDocument(): JsonValue {
    this.#skipBlank()
    const value = this.#readValue(1)
    this.#skipBlank()
    if (this.#at < this.#text.length) throw this.#malformed('trailing', '正文之后还有多余内容', 'text after the end')
    return value
  }

  #readValue(depth: number): JsonValue {
    if (depth > maxDepth) {
      throw this.#unsafe('depth', `嵌套超过 ${maxDepth} 层`, `nested deeper than ${maxDepth} levels`)
    }
    const first = this.#text[this.#at]
    if (first === '{') return this.#readObject(depth)
    if (first === '[') return this.#readArray(depth)
    if (first === '"') return this.#readString()
    if (first === 't') return this.#readWord('true', true)
    if (first === 'f') return this.#readWord('false', false)
    if (first === 'n') return this.#readWord('null', null)
    return this.#readNumber()
  }

  #readObject(depth: number): JsonObject {
    const result: Record<string, JsonValue> = {}
    this.#at += 1
    this.#skipBlank()
    if (this.#take('}')) return result
    for (;;) {
      if (this.#text[this.#at] !== '"') throw this.#malformed('name', '此处应为属性名', 'a member name is expected')
      const start = this.#at
      const name = this.#readString()
      if (name === '__proto__' || name === 'constructor' || name === 'prototype') {
        throw this.#unsafe('name', `不允许的属性名 ${name}`, `the member name ${name} is not allowed`, start)
      }
      if (Object.hasOwn(result, name)) {
        throw this.#unsafe('duplicate', `属性 ${shown(name)} 重复`, `the member ${shown(name)} appears twice`, start)
      }
      this.#skipBlank()
      if (!this.#take(':')) throw this.#malformed('colon', '此处应为冒号', 'a colon is expected')
      this.#skipBlank()
      result[name] = this.#readValue(depth + 1)
      this.#skipBlank()
      if (this.#take('}')) return result
      if (!this.#take(',')) throw this.#malformed('object', '此处应为逗号或 }', 'a comma or } is expected')
      this.#skipBlank()
    }
  }

  #readArray(depth: number): JsonValue[] {
    const result: JsonValue[] = []
    this.#at += 1
    this.#skipBlank()
    if (this.#take(']')) return result
    for (;;) {
      result.push(this.#readValue(depth + 1))
      this.#skipBlank()
      if (this.#take(']')) return result
      if (!this.#take(',')) throw this.#malformed('array', '此处应为逗号或 ]', 'a comma or ] is expected')
      this.#skipBlank()
    }
  }

  #readString(): string {
    const start = this.#at
    this.#at += 1
    let result = ''
    for (;;) {
      plain.lastIndex = this.#at
      const run = plain.exec(this.#text)?.[0] ?? ''
      result += run
      this.#at += run.length
      const stop = this.#text[this.#at]
      if (stop === undefined) throw this.#malformed('string', '字符串没有结束', 'the string does not end', start)
      this.#at += 1
      if (stop === '"') break
      if (stop !== '\\') throw this.#malformed('control', '字符串含控制字符', 'a control character in a string')
      result += this.#readEscape()
    }
    if (!result.isWellFormed()) throw this.#unsafe('surrogate', '含有不成对的代理字符', 'a lone surrogate', start)
    return result
  }

  #readEscape(): string {
    const letter = this.#text[this.#at] ?? ''
    this.#at += 1
    if (letter !== 'u') {
      const meant = escapes[letter]
      if (meant === undefined) throw this.#malformed('escape', '转义不合规', 'an unknown escape')
      return meant
    }
    const hex = this.#text.slice(this.#at, this.#at + 4)
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw this.#malformed('escape', '\\u 转义不合规', 'a broken \\u escape')
    if (hex === '0000') throw this.#unsafe('nul', '不允许 U+0000', 'U+0000 is not allowed')
    this.#at += 4
    return String.fromCharCode(Number.parseInt(hex, 16))
  }

  #readNumber(): number {
    number.lastIndex = this.#at
    const literal = number.exec(this.#text)?.[0]
    if (!literal) {
      if (this.#at >= this.#text.length) throw this.#malformed('end', '正文不完整', 'the text ends too early')
      throw this.#malformed('value', '此处应为值', 'a value is expected')
    }
    const value = Number(literal)
    if (!isKept(literal, value)) {
      throw this.#unsafe('number', '数值超出双精度可表示的范围', 'a number that a double cannot hold')
    }
    this.#at += literal.length
    return value
  }

  #readWord<Word extends boolean | null>(word: string, value: Word): Word {
    if (!this.#text.startsWith(word, this.#at)) throw this.#malformed('value', '此处应为值', 'a value is expected')
    this.#at += word.length
    return value
  }

  #skipBlank(): void {
    blank.lastIndex = this.#at
    this.#at += blank.exec(this.#text)?.[0].length ?? 0
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false
    this.#at += 1
    return true
  }

  #malformed(rule: string, zh: string, en: string, at = this.#at) {
    return fault('json-malformed', rule, `${this.#place(at).zh}${zh}。`, `${this.#place(at).en}${en}.`)
  }

  #unsafe(rule: string, zh: string, en: string, at = this.#at) {
    return fault('json-unsafe', rule, `${this.#place(at).zh}${zh}。`, `${this.#place(at).en}${en}.`)
  }

  #place(at: number): { zh: string; en: string } {
    const before = this.#text.slice(0, at)
    const line = before.split('\n').length
    const column = at - before.lastIndexOf('\n')
    return { zh: `第 ${line} 行第 ${column} 列：`, en: `line ${line}, column ${column}: ` }
  }
}

/**
 * Whether the double says the same number as the literal. Fractions of up to 17 significant digits do: that is how
 * other programs print a double. Whole numbers must be kept to the last digit.
 */
function isKept(literal: string, value: number): boolean {
  if (!Number.isFinite(value)) return false
  const stated = decimal(literal)
  if (value === 0) return stated.digits === ''
  const isWhole = !/[.eE]/.test(literal)
  if (stated.digits.length <= (isWhole ? 15 : 17)) return true
  const kept = decimal(String(value))
  return stated.digits === kept.digits && stated.exponent === kept.exponent
}

/** Significant digits without leading or trailing zeros, and the power of ten of the last one. */
function decimal(literal: string): { digits: string; exponent: number } {
  const [mantissa = '', power = '0'] = literal.toLowerCase().replace(/^-/, '').split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const all = (whole + fraction).replace(/^0+/, '')
  const digits = all.replace(/0+$/, '')
  return { digits, exponent: Number(power) - fraction.length + (all.length - digits.length) }
}

function shown(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name)
}
