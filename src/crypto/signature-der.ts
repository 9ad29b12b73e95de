/** Two positive integers as DER: how ECDSA (RFC 3279 §2.2.3) and SM2 (GM/T 0009-2012 §7.3) write a signature. */
export interface IntegerPair {
  readonly r: bigint
  readonly s: bigint
}

export function encodeSignature({ r, s }: IntegerPair): Buffer {
  const content = Buffer.concat([encodeInteger(r), encodeInteger(s)])
  return Buffer.concat([Buffer.from([0x30, content.length]), content])
}

/** @returns undefined for everything but the one encoding of a pair: no long lengths, no padding, nothing behind. */
export function decodeSignature(der: Uint8Array): IntegerPair | undefined {
  const bytes = Buffer.from(der.buffer, der.byteOffset, der.byteLength)
  if (bytes.length < 8 || bytes.length > 0x7f + 2 || bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2)
    return undefined
  const r = decodeInteger(bytes, 2)
  const s = r && decodeInteger(bytes, r.end)
  return r && s?.end === bytes.length ? { r: r.value, s: s.value } : undefined
}

/** r and s side by side, as PKCS #11 and smart cards give them. */
export function encodeRawSignature(raw: Uint8Array): Buffer {
  const half = raw.length / 2
  const integer = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
  return encodeSignature({ r: integer(raw.subarray(0, half)), s: integer(raw.subarray(half)) })
}

function encodeInteger(value: bigint): Buffer {
  const hex = value.toString(16)
  const magnitude = Buffer.from(hex.padStart(2 * Math.ceil(hex.length / 2), '0'), 'hex')
  const content = (magnitude[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), magnitude]) : magnitude
  return Buffer.concat([Buffer.from([0x02, content.length]), content])
}

function decodeInteger(bytes: Buffer, at: number): { readonly value: bigint; readonly end: number } | undefined {
  const length = bytes[at + 1] ?? 0
  const end = at + 2 + length
  const content = bytes.subarray(at + 2, end)
  const first = content[0]
  if (bytes[at] !== 0x02 || first === undefined || content.length !== length || first >= 0x80) return undefined
  if (first === 0 && length > 1 && (content[1] ?? 0) < 0x80) return undefined
  return { value: BigInt(`0x${content.toString('hex')}`), end }
}
