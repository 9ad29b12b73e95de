import { hash, randomBytes } from 'node:crypto'
import { weierstrass } from '@noble/curves/abstract/weierstrass.js'

/**
 * SM2 signatures (GB/T 32918.2-2016) over the recommended curve (GB/T 32918.5-2017), with SM3. Node's own
 * `sign('sm3')` is not this: on a generated key it is ECDSA over the SM2 curve, on an imported one it is SM2 with an
 * empty distinguishing id. The curve's arithmetic is @noble/curves'; the scheme is the dozen lines of the standard.
 * Big integers of JavaScript are not constant in time: a key that must resist someone measuring this process belongs
 * in a module or a signing service.
 */
const Point = weierstrass({
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
})
const scalars = Point.Fn
const order = scalars.ORDER

/** GM/T 0009-2012 §10: the id of whoever has none of their own. */
export const defaultDistinguishingId: string = '1234567812345678'

export const scalarSizeBytes = 32
/** 0x04 || x || y. */
export const pointSizeBytes = 65

export interface Sm2Signature {
  readonly r: bigint
  readonly s: bigint
}

/** The public point of a private scalar, uncompressed. @throws {RangeError} for scalars outside [1, n-2]. */
export function sm2PublicKey(privateScalar: Uint8Array): Buffer {
  return Buffer.from(Point.BASE.multiply(privateScalarOf(privateScalar)).toBytes(false))
}

/** Whether these bytes are an uncompressed point of the curve other than infinity. */
export function isSm2PublicKey(bytes: Uint8Array): boolean {
  return pointOf(bytes) !== undefined
}

/**
 * GB/T 32918.2 §6.
 * @param nonce draws k from [1, n-1]; only a test of the standard's own example gives one.
 */
export function sm2Sign(
  message: Uint8Array,
  privateScalar: Uint8Array,
  id: string = defaultDistinguishingId,
  nonce: () => bigint = randomScalar,
): Sm2Signature {
  const d = privateScalarOf(privateScalar)
  const e = digestScalar(message, sm2PublicKey(privateScalar), id)
  for (;;) {
    const k = nonce()
    const r = scalars.create(e + Point.BASE.multiply(k).toAffine().x)
    if (r === 0n || r + k === order) continue
    const s = scalars.mul(scalars.inv(1n + d), scalars.create(k - r * d))
    if (s !== 0n) return { r, s }
  }
}

/** GB/T 32918.2 §7. Everything passed in may come from anyone: false for every malformed input. */
export function sm2Verify(
  message: Uint8Array,
  publicKey: Uint8Array,
  { r, s }: Sm2Signature,
  id: string = defaultDistinguishingId,
): boolean {
  const point = pointOf(publicKey)
  if (!point || !inRange(r) || !inRange(s)) return false
  const t = scalars.add(r, s)
  if (t === 0n) return false
  const sum = Point.BASE.multiplyUnsafe(s).add(point.multiplyUnsafe(t))
  if (sum.is0()) return false
  return scalars.create(digestScalar(message, publicKey, id) + sum.toAffine().x) === r
}

/** Z of GB/T 32918.2 §5.5: binds the signer's id, the curve and the public key into what is signed. */
export function sm2Z(publicKey: Uint8Array, id: string): Buffer {
  const idBytes = Buffer.from(id)
  const idLengthBits = Buffer.alloc(2)
  idLengthBits.writeUInt16BE(8 * idBytes.length)
  return sm3Of([idLengthBits, idBytes, curveBytes, publicKey.subarray(1)])
}

const { a, b, Gx, Gy } = Point.CURVE()
const curveBytes = Buffer.concat([a, b, Gx, Gy].map(scalarBytes))

function digestScalar(message: Uint8Array, publicKey: Uint8Array, id: string): bigint {
  return BigInt(`0x${sm3Of([sm2Z(publicKey, id), message]).toString('hex')}`)
}

function sm3Of(parts: readonly Uint8Array[]): Buffer {
  return hash('sm3', Buffer.concat(parts), 'buffer')
}

function pointOf(bytes: Uint8Array) {
  if (bytes.length !== pointSizeBytes || bytes[0] !== 0x04) return undefined
  try {
    const point = Point.fromBytes(bytes)
    return point.is0() ? undefined : point
  } catch {
    // Not on the curve, or a coordinate at or above p.
    return undefined
  }
}

function privateScalarOf(bytes: Uint8Array): bigint {
  const d = bytes.length === scalarSizeBytes ? BigInt(`0x${Buffer.from(bytes).toString('hex')}`) : 0n
  if (d < 1n || d > order - 2n) throw new RangeError('not an SM2 private key')
  return d
}

/** 128 bits more than the order has, so that the remainder leans nowhere (FIPS 186-5 §A.3.1). */
function randomScalar(): bigint {
  return 1n + (BigInt(`0x${randomBytes(scalarSizeBytes + 16).toString('hex')}`) % (order - 1n))
}

const inRange = (value: bigint) => value >= 1n && value < order

export function scalarBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * scalarSizeBytes, '0'), 'hex')
}
