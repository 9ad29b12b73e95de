import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'
import { sha256 } from './digest.ts'
import { CryptoFailure } from './errors.ts'

/**
 * One set of algorithms: a digest and a signature. International is here; 国密 (SM3, SM2) comes beside it with note
 * key type 0xff. The Merkle tree is not part of a suite: C2SP fixes it to SHA-256.
 */
export interface Suite {
  readonly name: 'international' | 'guomi'
  digest(data: string | Uint8Array): Buffer
  /** Signature type of C2SP signed-note. */
  readonly noteKeyType: number
  generatePrivateKey(): KeyObject
  /** @throws {CryptoFailure} `malformed` when the PEM holds no private key of this suite. */
  privateKeyFrom(pem: string): KeyObject
  publicKeyBytes(key: KeyObject): Buffer
  /** @throws {CryptoFailure} `malformed`. */
  publicKeyFrom(bytes: Uint8Array): KeyObject
  sign(message: Uint8Array, privateKey: KeyObject): Buffer
  verify(message: Uint8Array, publicKey: KeyObject, signature: Uint8Array): boolean
}

const ed25519KeySizeBytes = 32
const ed25519SignatureSizeBytes = 64

/** SHA-256 and Ed25519 (RFC 8032). */
export const international: Suite = {
  name: 'international',
  digest: sha256,
  noteKeyType: 0x01,
  generatePrivateKey: () => generateKeyPairSync('ed25519').privateKey,
  privateKeyFrom(pem) {
    const key = readPem(pem)
    if (key.asymmetricKeyType !== 'ed25519') throw new CryptoFailure('malformed', 'not an Ed25519 private key')
    return key
  },
  publicKeyBytes(key) {
    const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' })
    return Buffer.from(x ?? '', 'base64url')
  },
  publicKeyFrom(bytes) {
    if (bytes.length !== ed25519KeySizeBytes) throw new CryptoFailure('malformed', 'not an Ed25519 public key')
    const x = Buffer.from(bytes).toString('base64url')
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  },
  sign: (message, privateKey) => signBytes(null, message, privateKey),
  verify: (message, publicKey, signature) =>
    signature.length === ed25519SignatureSizeBytes && verifyBytes(null, message, publicKey, signature),
}

function readPem(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new CryptoFailure('malformed', 'not a private key in PEM', { cause })
  }
}
