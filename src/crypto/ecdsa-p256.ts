import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { sha256 } from './digest.ts'
import { CryptoFailure } from './errors.ts'
import { publicKeyFromSpki, readPrivatePem, type SignatureScheme, spkiOf } from './signature-scheme.ts'

const curve = 'prime256v1'

/**
 * ECDSA on P-256 with SHA-256, for key modules that have no Ed25519. Public key bytes are the DER of its SPKI, and
 * signed-note derives this type's key ids from them alone, without the name.
 */
export const ecdsaP256: SignatureScheme = {
  algorithm: 'ecdsa-p256',
  noteKeyType: Buffer.from([0x02]),
  noteKeyId: (_name, key) => sha256(key.subarray(1)).readUInt32BE(0),
  generatePrivateKey: () => generateKeyPairSync('ec', { namedCurve: curve }).privateKey,
  privateKeyFrom(pem) {
    const key = readPrivatePem(pem)
    if (!isP256(key)) throw new CryptoFailure('malformed', 'not a P-256 private key')
    return key
  },
  publicKeyBytes(key) {
    if (!isP256(key)) throw new CryptoFailure('malformed', 'not a P-256 public key')
    return spkiOf(key)
  },
  publicKeyFrom(bytes) {
    const key = publicKeyFromSpki(Buffer.from(bytes), 'a P-256')
    // One key, one spelling: compressed points and explicit parameters would be other key ids of the same key.
    if (!isP256(key) || bytes.length !== spkiSizeBytes || !spkiOf(key).equals(bytes)) {
      throw new CryptoFailure('malformed', 'not a P-256 public key')
    }
    return key
  },
  sign: (message, privateKey) => sign('sha256', message, privateKey),
  verify: (message, publicKey, signature) => verify('sha256', message, publicKey, signature),
}

const spkiSizeBytes = 91

const isP256 = (key: KeyObject) => key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === curve
