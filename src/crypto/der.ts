import { CryptoFailure } from './errors.ts'

/**
 * The part of DER (ITU-T X.690) that time-stamps need: definite lengths, one-octet tags. A reader of what others sent:
 * lengths are checked before anything is taken, and nothing may stand behind a value.
 */
export interface Der {
  /** The identifier octet, e.g. 0x30 for SEQUENCE. */
  readonly tag: number
  readonly content: Buffer
  /** Identifier, length and content as they came. */
  readonly whole: Buffer
}

export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** [n] constructed, as EXPLICIT tags and IMPLICIT sets have it. */
export const contextTag = (number: number): number => 0xa0 + number

/** @throws {CryptoFailure} `malformed` unless `bytes` are exactly one value. */
export function readDer(bytes: Buffer): Der {
  const value = readAt(bytes, 0)
  if (value.whole.length !== bytes.length) throw malformed('something stands behind the value')
  return value
}

/** The values inside a constructed value. @throws {CryptoFailure} `malformed`. */
export function derChildren({ content }: Der): readonly Der[] {
  const found: Der[] = []
  for (let at = 0; at < content.length; ) {
    const child = readAt(content, at)
    found.push(child)
    at += child.whole.length
  }
  return found
}

/** Takes values in order, as an ASN.1 module lists them: some must be there, some may be. */
export interface DerFields {
  take(tag: number): Der
  takeIf(tag: number): Der | undefined
}

export function derFields(parent: Der): DerFields {
  const values = derChildren(parent)
  let next = 0
  const takeIf = (tag: number): Der | undefined => (values[next]?.tag === tag ? values[next++] : undefined)
  return {
    takeIf,
    take(tag) {
      const value = takeIf(tag)
      if (!value) throw malformed(`0x${values[next]?.tag.toString(16)} stands where 0x${tag.toString(16)} must`)
      return value
    },
  }
}

/** Dotted decimal of an OBJECT IDENTIFIER. */
export function objectIdOf({ tag, content }: Der): string {
  if (tag !== derTag.objectId || content.length === 0 || content.at(-1)! >= 0x80)
    throw malformed('no object identifier')
  const arcs: bigint[] = []
  let arc = 0n
  for (const octet of content) {
    arc = (arc << 7n) | BigInt(octet & 0x7f)
    if (octet >= 0x80) continue
    if (arcs.length === 0) {
      const first = arc < 40n ? 0n : arc < 80n ? 1n : 2n
      arcs.push(first, arc - first * 40n)
    } else arcs.push(arc)
    arc = 0n
  }
  return arcs.join('.')
}

/** A non-negative INTEGER. */
export function integerOf({ tag, content }: Der): bigint {
  if (tag !== derTag.integer || content.length === 0 || content[0]! >= 0x80) throw malformed('no natural number')
  return BigInt(`0x${content.toString('hex')}`)
}

export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const hex = content.length.toString(16)
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 + length.length]), length, content])
}

export function writeInteger(value: bigint): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return writeDer(derTag.integer, bytes[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}

export function writeObjectId(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(BigInt)
  const octets = [first! * 40n + second!, ...rest].flatMap((arc) => {
    const groups = [Number(arc & 0x7fn)]
    for (let left = arc >> 7n; left > 0n; left >>= 7n) groups.unshift(Number(left & 0x7fn) | 0x80)
    return groups
  })
  return writeDer(derTag.objectId, Buffer.from(octets))
}

function readAt(bytes: Buffer, at: number): Der {
  const tag = bytes[at]
  const short = bytes[at + 1]
  if (tag === undefined || short === undefined || (tag & 0x1f) === 0x1f) throw malformed('no value')
  const lengthOctets = short < 0x80 ? 0 : short - 0x80
  if (short === 0x80 || lengthOctets > 4 || at + 2 + lengthOctets > bytes.length) throw malformed('no definite length')
  const length = lengthOctets === 0 ? short : bytes.readUIntBE(at + 2, lengthOctets)
  const from = at + 2 + lengthOctets
  if (from + length > bytes.length) throw malformed('a value is cut short')
  return { tag, content: bytes.subarray(from, from + length), whole: bytes.subarray(at, from + length) }
}

function malformed(message: string): CryptoFailure {
  return new CryptoFailure('malformed', `not DER: ${message}`)
}
