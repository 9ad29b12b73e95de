import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { CryptoFailure } from './errors.ts'

/** One way to sign, and its place among the signature types of C2SP signed-note. */
export interface SignatureScheme {
  readonly algorithm: 'ed25519' | 'ecdsa-p256' | 'sm2'
  /** Signature type of signed-note: one byte; 0xff is followed by a longer identifier. */
  readonly noteKeyType: Buffer
  /** @param key type and public key bytes. */
  noteKeyId(name: string, key: Uint8Array): number
  generatePrivateKey(): KeyObject
  /** PKCS #8 in PEM. @throws {CryptoFailure} `malformed` when it holds no private key of this scheme. */
  privateKeyFrom(pem: string): KeyObject
  /** Of either half. @throws {CryptoFailure} `malformed` for a key of another scheme. */
  publicKeyBytes(key: KeyObject): Buffer
  /** @throws {CryptoFailure} `malformed`. */
  publicKeyFrom(bytes: Uint8Array): KeyObject
  /** Ed25519: 64 bytes (RFC 8032). ECDSA and SM2: DER of SEQUENCE { INTEGER r, INTEGER s }. */
  sign(message: Uint8Array, privateKey: KeyObject): Buffer
  /** False, never an error, for whatever is not a signature. */
  verify(message: Uint8Array, publicKey: KeyObject, signature: Uint8Array): boolean
}

export function readPrivatePem(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new CryptoFailure('malformed', 'not a private key in PEM', { cause })
  }
}

/** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) of either half of a key. */
export function spkiOf(key: KeyObject): Buffer {
  return (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' })
}

export function publicKeyFromSpki(spki: Buffer, what: string): KeyObject {
  try {
    return createPublicKey({ key: spki, type: 'spki', format: 'der' })
  } catch (cause) {
    throw new CryptoFailure('malformed', `not ${what} public key`, { cause })
  }
}
