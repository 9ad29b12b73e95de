import { constants, type KeyObject, verify as verifySignature } from 'node:crypto'
import { type Certificate, readCertificate } from './certificate-path.ts'
import { contextTag, type Der, derChildren, derFields, derTag, integerOf, objectIdOf, readDer } from './der.ts'
import { CryptoFailure } from './errors.ts'
import { sm2 } from './sm2.ts'

/** A CMS SignedData (RFC 5652 §5) with its one signer, as time-stamp tokens are made (RFC 3161 §2.4.2). */
export interface SignedData {
  readonly contentType: string
  readonly content: Buffer
  readonly certificates: readonly Certificate[]
  readonly signer: Certificate
  readonly digestAlgorithm: string
  /** Values of the signed attributes by their object identifier. */
  readonly attributes: ReadonlyMap<string, Der>
  /** Whether the signature over the signed attributes is the signer's. */
  signatureIsRight(): boolean
}

const signedDataType = '1.2.840.113549.1.7.2'

/** Everything in `token` is the sender's. @throws {CryptoFailure} `malformed`, also where the signer's certificate is missing. */
export function readSignedData(token: Buffer): SignedData {
  const contentInfo = derFields(readDer(token))
  if (objectIdOf(contentInfo.take(derTag.objectId)) !== signedDataType) throw malformed('it is no SignedData')
  const fields = derFields(readDer(contentInfo.take(contextTag(0)).content))
  fields.take(derTag.integer)
  fields.take(derTag.set)
  const encapsulated = derFields(fields.take(derTag.sequence))
  const contentType = objectIdOf(encapsulated.take(derTag.objectId))
  const content = readDer(encapsulated.take(contextTag(0)).content)
  if (content.tag !== derTag.octetString) throw malformed('it has no content')
  const certificates = derChildren(fields.takeIf(contextTag(0)) ?? empty)
    .filter((each) => each.tag === derTag.sequence)
    .map((each) => readCertificate(each.whole))
  fields.takeIf(contextTag(1))
  const [signerInfo, ...more] = derChildren(fields.take(derTag.set))
  if (!signerInfo || more.length > 0) throw malformed('it has not exactly one signer')
  return { contentType, content: content.content, certificates, ...readSigner(signerInfo, certificates) }
}

const empty: Der = { tag: derTag.set, content: Buffer.alloc(0), whole: Buffer.alloc(0) }

function readSigner(
  signerInfo: Der,
  certificates: readonly Certificate[],
): Omit<SignedData, 'contentType' | 'content' | 'certificates'> {
  const fields = derFields(signerInfo)
  fields.take(derTag.integer)
  const byIssuer = fields.takeIf(derTag.sequence)
  const byKeyId = byIssuer ? undefined : fields.take(0x80)
  const signer = certificates.find((each) =>
    byIssuer ? isNamed(each, byIssuer) : each.subjectKeyId?.equals(byKeyId!.content),
  )
  if (!signer) throw malformed('the certificate of the signer is missing')
  const digestAlgorithm = algorithmOf(fields.take(derTag.sequence)).id
  const signed = fields.take(contextTag(0))
  const signatureAlgorithm = algorithmOf(fields.take(derTag.sequence))
  const signature = fields.take(derTag.octetString).content
  // RFC 5652 §5.4: what is signed is the SET OF itself, with its own tag in place of the implicit one.
  const message = Buffer.from(signed.whole)
  message[0] = derTag.set
  return {
    signer,
    digestAlgorithm,
    attributes: readAttributes(signed),
    signatureIsRight: () =>
      isRight({ message, key: signer.x509.publicKey, signature, digestAlgorithm, signatureAlgorithm }),
  }
}

function isNamed(certificate: Certificate, byIssuer: Der): boolean {
  const [issuer, serial] = derChildren(byIssuer)
  return (
    issuer !== undefined &&
    serial !== undefined &&
    certificate.issuer.equals(issuer.whole) &&
    certificate.serial === integerOf(serial)
  )
}

function readAttributes(signed: Der): ReadonlyMap<string, Der> {
  const attributes = new Map<string, Der>()
  for (const attribute of derChildren(signed)) {
    const fields = derFields(attribute)
    const id = objectIdOf(fields.take(derTag.objectId))
    const [value, ...more] = derChildren(fields.take(derTag.set))
    if (!value || more.length > 0 || attributes.has(id)) throw malformed('an attribute has not exactly one value')
    attributes.set(id, value)
  }
  return attributes
}

interface Algorithm {
  readonly id: string
  readonly parameters: Der | undefined
}

export function algorithmOf(value: Der): Algorithm {
  const [id, parameters] = derChildren(value)
  if (!id) throw malformed('an algorithm has no name')
  return { id: objectIdOf(id), parameters }
}

/** Digests by object identifier, as node:crypto names them. MD5 and SHA-1 are not here: what they bind is not bound. */
export const digestNames: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.8': 'sha3-256',
  '2.16.840.1.101.3.4.2.10': 'sha3-512',
  '1.2.156.10197.1.401': 'sm3',
}

/** Signature algorithms that say their digest themselves. */
const signatureDigests: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
}
const rsaEncryption = '1.2.840.113549.1.1.1'
const rsaPss = '1.2.840.113549.1.1.10'
const ed25519 = '1.3.101.112'
/** SM2 with SM3 (GM/T 0006), under either of the names that tokens give it. */
const sm2Signatures: readonly string[] = ['1.2.156.10197.1.501', '1.2.156.10197.1.301.1']

function isRight(claim: {
  readonly message: Buffer
  readonly key: KeyObject
  readonly signature: Buffer
  readonly digestAlgorithm: string
  readonly signatureAlgorithm: Algorithm
}): boolean {
  const { message, key, signature } = claim
  const { id } = claim.signatureAlgorithm
  const digest = signatureDigests[id] ?? digestNames[claim.digestAlgorithm]
  try {
    if (id === ed25519) return key.asymmetricKeyType === 'ed25519' && verifySignature(null, message, key, signature)
    if (sm2Signatures.includes(id)) return digest === 'sm3' && sm2.verify(message, key, signature)
    if (digest === undefined) return false
    if (id === rsaPss) {
      const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
      return verifySignature(digest, message, { key, ...padding }, signature)
    }
    const isKnown = id === rsaEncryption || id in signatureDigests
    return isKnown && verifySignature(digest, message, key, signature)
  } catch {
    // OpenSSL throws where key and algorithm do not belong together: then nothing was signed.
    return false
  }
}

function malformed(message: string): CryptoFailure {
  return new CryptoFailure('malformed', `not a signed message (RFC 5652): ${message}`)
}
