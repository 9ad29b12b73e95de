import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { CryptoFailure } from './errors.ts'
import { keyIdOf } from './note-key-id.ts'
import { readPrivatePem, type SignatureScheme } from './signature-scheme.ts'

const keySizeBytes = 32
const signatureSizeBytes = 64

/** RFC 8032. */
export const ed25519: SignatureScheme = {
  algorithm: 'ed25519',
  noteKeyType: Buffer.from([0x01]),
  noteKeyId: keyIdOf,
  generatePrivateKey: () => generateKeyPairSync('ed25519').privateKey,
  privateKeyFrom(pem) {
    const key = readPrivatePem(pem)
    if (key.asymmetricKeyType !== 'ed25519') throw new CryptoFailure('malformed', 'not an Ed25519 private key')
    return key
  },
  publicKeyBytes(key) {
    if (key.asymmetricKeyType !== 'ed25519') throw new CryptoFailure('malformed', 'not an Ed25519 public key')
    const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' })
    return Buffer.from(x ?? '', 'base64url')
  },
  publicKeyFrom(bytes) {
    if (bytes.length !== keySizeBytes) throw new CryptoFailure('malformed', 'not an Ed25519 public key')
    const x = Buffer.from(bytes).toString('base64url')
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  },
  sign: (message, privateKey) => sign(null, message, privateKey),
  verify: (message, publicKey, signature) =>
    signature.length === signatureSizeBytes && verify(null, message, publicKey, signature),
}
