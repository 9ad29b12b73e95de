import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { CryptoFailure } from './errors.ts'
import { keyIdOf } from './note-key-id.ts'
import { decodeSignature, encodeSignature } from './signature-der.ts'
import { publicKeyFromSpki, readPrivatePem, type SignatureScheme, spkiOf } from './signature-scheme.ts'
import { isSm2PublicKey, pointSizeBytes, scalarSizeBytes, sm2Sign, sm2Verify } from './sm2-curve.ts'

/** signed-note's private type 0xff, then the OID of SM2 with SM3, 1.2.156.10197.1.501 (GM/T 0006), as DER. */
const noteKeyType = Buffer.from('ff06082a811ccf55018375', 'hex')

/**
 * SM2 with SM3 (GB/T 32918.2) under the default distinguishing id. Keys are kept as every tool keeps them: PKCS #8 and
 * SPKI of id-ecPublicKey on the curve 1.2.156.10197.1.301. Public key bytes are the point, 0x04 || x || y.
 */
export const sm2: SignatureScheme = {
  algorithm: 'sm2',
  noteKeyType,
  noteKeyId: keyIdOf,
  generatePrivateKey: () => generateKeyPairSync('ec', { namedCurve: 'SM2' }).privateKey,
  privateKeyFrom(pem) {
    const key = readPrivatePem(pem)
    privateScalarOf(key)
    return key
  },
  publicKeyBytes(key) {
    const spki = spkiOf(key)
    if (spki.length !== spkiHead.length + pointSizeBytes || !spki.subarray(0, spkiHead.length).equals(spkiHead)) {
      throw new CryptoFailure('malformed', 'not an SM2 public key')
    }
    return spki.subarray(spkiHead.length)
  },
  publicKeyFrom(bytes) {
    if (!isSm2PublicKey(bytes)) throw new CryptoFailure('malformed', 'not an SM2 public key')
    return publicKeyFromSpki(Buffer.concat([spkiHead, bytes]), 'an SM2')
  },
  sign: (message, privateKey) => encodeSignature(sm2Sign(message, privateScalarOf(privateKey))),
  verify(message, publicKey, signature) {
    const pair = decodeSignature(signature)
    return pair !== undefined && sm2Verify(message, sm2.publicKeyBytes(publicKey), pair)
  },
}

/** SEQUENCE { SEQUENCE { id-ecPublicKey, curve SM2 }, BIT STRING of 65 bytes }. */
const spkiHead = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex')
/** PKCS #8 as OpenSSL writes it, up to the private scalar. */
const pkcs8Head = Buffer.from('308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420', 'hex')

/** Node has no JWK for this curve, so the scalar is read where PKCS #8 has it. */
function privateScalarOf(key: KeyObject): Buffer {
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' })
  const scalar = pkcs8.subarray(pkcs8Head.length, pkcs8Head.length + scalarSizeBytes)
  if (!pkcs8.subarray(0, pkcs8Head.length).equals(pkcs8Head) || scalar.length !== scalarSizeBytes) {
    throw new CryptoFailure('malformed', 'not an SM2 private key')
  }
  return scalar
}
