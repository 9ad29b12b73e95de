import { sha256 } from './digest.ts'
import { ecdsaP256 } from './ecdsa-p256.ts'
import { ed25519 } from './ed25519.ts'
import { pkcs11 } from './pkcs11-module.ts'
import { encodeRawSignature } from './signature-der.ts'
import type { SignatureScheme } from './signature-scheme.ts'

/** A kind of key that a module may hold, and how it signs there. */
export interface KeyKind {
  readonly scheme: SignatureScheme
  /** CKA_EC_PARAMS: the curve, by its OID or by its name (PKCS #11 v3.0 §2.3.3). */
  readonly parameters: readonly Buffer[]
  readonly mechanism: number
  publicKey(point: Buffer): Buffer | undefined
  /** What the mechanism signs, and its signature as the scheme has it. */
  toSign(message: Uint8Array): Buffer
  signatureOf(raw: Buffer): Buffer
}

export const keyKinds: readonly KeyKind[] = [
  {
    scheme: ed25519,
    parameters: [Buffer.from('06032b6570', 'hex'), Buffer.from('130c656477617264733235353139', 'hex')],
    mechanism: pkcs11.CKM_EDDSA,
    publicKey: (point) => pointOf(point, 32),
    toSign: (message) => Buffer.from(message),
    signatureOf: (raw) => raw,
  },
  {
    scheme: ecdsaP256,
    parameters: [Buffer.from('06082a8648ce3d030107', 'hex')],
    mechanism: pkcs11.CKM_ECDSA,
    publicKey(point) {
      const bytes = pointOf(point, 65)
      return bytes && Buffer.concat([p256SpkiHead, bytes])
    },
    toSign: (message) => sha256(message),
    signatureOf: encodeRawSignature,
  },
]

/** SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING of 65 bytes }. */
const p256SpkiHead = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex')

/** CKA_EC_POINT is the DER of an OCTET STRING; some modules give the bare bytes. */
function pointOf(bytes: Buffer, sizeBytes: number): Buffer | undefined {
  if (bytes.length === sizeBytes) return bytes
  const wrapped = bytes.length === sizeBytes + 2 && bytes[0] === 0x04 && bytes[1] === sizeBytes
  return wrapped ? bytes.subarray(2) : undefined
}
