import { hash } from 'node:crypto'
import { type Certificate, findPath, validityOf } from './certificate-path.ts'
import {
  derChildren,
  derFields,
  derTag,
  integerOf,
  objectIdOf,
  readDer,
  writeDer,
  writeInteger,
  writeObjectId,
} from './der.ts'
import { CryptoFailure } from './errors.ts'
import { algorithmOf, digestNames, readSignedData, type SignedData } from './signed-data.ts'
import { readInfo } from './timestamp-info.ts'

/**
 * Time-stamps of RFC 3161: an authority says that a digest existed at a time.
 * Trusted for: the time. Not for: what was digested, which it never sees.
 */
export type ImprintAlgorithm = 'sha256' | 'sha384' | 'sha512' | 'sm3'

export interface TimestampQuestion {
  readonly algorithm: ImprintAlgorithm
  readonly digest: Uint8Array
  /** A fresh random number, positive: it ties the answer to this question. */
  readonly nonce: bigint
  /** Object identifier of the policy wanted. */
  readonly policy?: string
}

/** What a verified time-stamp says. */
export interface Timestamp {
  readonly timeMs: number
  /** How far the time may be off, where the authority says so. */
  readonly accuracyMs?: number
  /** Object identifier of the policy it was made under. */
  readonly policy: string
  readonly serial: bigint
  readonly algorithm: ImprintAlgorithm
  /** Names of the signer and of the root it was traced to, as the certificates have them. */
  readonly authority: string
  readonly root: string
  /** When the first certificate of the path ends: it must have been stamped anew by then. */
  readonly certificatesUntilMs: number
}

export type TimestampProblem =
  /** Not a time-stamp token, or one that breaks RFC 3161. */
  | 'malformed'
  /** It stamps another digest, or one of another algorithm. */
  | 'wrong-imprint'
  /** It answers another question. */
  | 'wrong-nonce'
  | 'wrong-policy'
  /** The signature is wrong, or does not speak of this content or this certificate. */
  | 'wrong-signature'
  /** The certificate may not stamp times: its key usage is not, or not only, or not critically, timeStamping. */
  | 'wrong-key-usage'
  /** No path from the certificate to a root that the reader trusts. */
  | 'untrusted-authority'
  /** A certificate of the path was not valid when the stamp was made, or is no more at the time asked about. */
  | 'certificate-not-valid'
  /** The stamp is dated after the time asked about. */
  | 'from-the-future'

export type TimestampVerdict =
  | { readonly outcome: 'valid'; readonly timestamp: Timestamp }
  | { readonly outcome: 'refused'; readonly problem: TimestampProblem }

export interface TimestampExpectation {
  readonly algorithm: ImprintAlgorithm
  readonly digest: Uint8Array
  /** The certificates that the reader trusts. */
  readonly roots: readonly Certificate[]
  /** As of when, in milliseconds: now, or the time of the next stamp over this one (RFC 4998 §5.3). */
  readonly atMs: number
  readonly nonce?: bigint
  /** Policies that are good enough; any where absent. */
  readonly policies?: readonly string[]
}

const timestampInfoType = '1.2.840.113549.1.9.16.1.4'
const contentTypeAttribute = '1.2.840.113549.1.9.3'
const messageDigestAttribute = '1.2.840.113549.1.9.4'
const signingCertificateV2 = '1.2.840.113549.1.9.16.2.47'
const signingCertificateV1 = '1.2.840.113549.1.9.16.2.12'
const timeStampingPurpose = '1.3.6.1.5.5.7.3.8'
/** Clocks of honest authorities differ a little from ours. */
const clockToleranceMs = 60_000

/** TimeStampReq (RFC 3161 §2.4.1), always asking for the certificates: the token must be checkable alone. */
export function timestampRequest({ algorithm, digest, nonce, policy }: TimestampQuestion): Buffer {
  const [algorithmId] = Object.entries(digestNames).find(([, name]) => name === algorithm)!
  return writeDer(
    derTag.sequence,
    writeInteger(1n),
    writeDer(
      derTag.sequence,
      writeDer(derTag.sequence, writeObjectId(algorithmId), Buffer.from([0x05, 0x00])),
      writeDer(derTag.octetString, digest),
    ),
    policy === undefined ? Buffer.alloc(0) : writeObjectId(policy),
    writeInteger(nonce),
    writeDer(derTag.boolean, Buffer.from([0xff])),
  )
}

/** The token of a TimeStampResp (RFC 3161 §2.4.2). @throws {CryptoFailure} `malformed`, `not-verified` for a refusal. */
export function tokenOfResponse(response: Buffer): Buffer {
  const fields = derFields(readDer(response))
  const status = integerOf(derChildren(fields.take(derTag.sequence))[0] ?? readDer(Buffer.alloc(0)))
  if (status > 1n) throw new CryptoFailure('not-verified', `the time-stamp authority refuses, status ${status}`)
  return Buffer.from(fields.take(derTag.sequence).whole)
}

/**
 * Checks everything a time-stamp promises: the imprint, the nonce, the policy, the signature over the signed
 * attributes, that these name this content and this certificate (RFC 5816), that the certificate may stamp times and
 * nothing else (RFC 3161 §2.3), its path to a root of the reader's, and that all of it was valid then and is at `atMs`.
 * Revocation is not checked. Everything in `token` is the sender's; it never throws.
 */
export function verifyTimestamp(token: Buffer, expected: TimestampExpectation): TimestampVerdict {
  try {
    return judge(readSignedData(token), expected)
  } catch (error) {
    if (error instanceof CryptoFailure) return refused('malformed')
    throw error
  }
}

function judge(signed: SignedData, expected: TimestampExpectation): TimestampVerdict {
  if (signed.contentType !== timestampInfoType) return refused('malformed')
  const info = readInfo(signed.content)
  if (info.algorithm !== expected.algorithm || !info.digest.equals(expected.digest)) return refused('wrong-imprint')
  if (expected.nonce !== undefined && info.nonce !== expected.nonce) return refused('wrong-nonce')
  if (expected.policies && !expected.policies.includes(info.policy)) return refused('wrong-policy')
  if (!signatureSpeaksOfThis(signed) || !signed.signatureIsRight()) return refused('wrong-signature')

  const usage = signed.signer.extendedKeyUsage
  const stampsOnly = usage?.critical && usage.purposes.length === 1 && usage.purposes[0] === timeStampingPurpose
  if (!stampsOnly) return refused('wrong-key-usage')
  const path = findPath(signed.signer, signed.certificates, expected.roots)
  if (!path) return refused('untrusted-authority')
  const { fromMs, untilMs } = validityOf(path)
  if (info.timeMs < fromMs || info.timeMs > untilMs || expected.atMs > untilMs) return refused('certificate-not-valid')
  if (info.timeMs > expected.atMs + clockToleranceMs) return refused('from-the-future')
  return {
    outcome: 'valid',
    timestamp: {
      timeMs: info.timeMs,
      ...(info.accuracyMs !== undefined && { accuracyMs: info.accuracyMs }),
      policy: info.policy,
      serial: info.serial,
      algorithm: expected.algorithm,
      authority: nameOf(signed.signer),
      root: nameOf(path.at(-1)!),
      certificatesUntilMs: untilMs,
    },
  }
}

const refused = (problem: TimestampProblem): TimestampVerdict => ({ outcome: 'refused', problem })
const nameOf = ({ x509 }: Certificate) => x509.subject.replaceAll('\n', ', ')

/** The attributes bind the signature to this content (RFC 5652 §11) and to this certificate (RFC 2634, RFC 5816). */
function signatureSpeaksOfThis({ attributes, content, digestAlgorithm, signer }: SignedData): boolean {
  const type = attributes.get(contentTypeAttribute)
  const digest = attributes.get(messageDigestAttribute)
  const algorithm = digestNames[digestAlgorithm]
  if (!type || !digest || algorithm === undefined || objectIdOf(type) !== timestampInfoType) return false
  if (!hash(algorithm, content, 'buffer').equals(digest.content)) return false
  return namesCertificate(attributes, signer)
}

function namesCertificate(attributes: SignedData['attributes'], signer: Certificate): boolean {
  const value = attributes.get(signingCertificateV2) ?? attributes.get(signingCertificateV1)
  if (!value) return false
  // SigningCertificate(V2) → certs → the first names the signer: [hashAlgorithm] certHash [issuerSerial].
  const first = derChildren(derChildren(value)[0] ?? value)[0]
  if (!first) return false
  const fields = derFields(first)
  const algorithm = attributes.has(signingCertificateV2) ? fields.takeIf(derTag.sequence) : undefined
  const name = attributes.has(signingCertificateV2)
    ? algorithm
      ? digestNames[algorithmOf(algorithm).id]
      : 'sha256'
    : 'sha1'
  return name !== undefined && hash(name, signer.x509.raw, 'buffer').equals(fields.take(derTag.octetString).content)
}
