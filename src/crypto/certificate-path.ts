import { X509Certificate } from 'node:crypto'
import { type Der, derChildren, derFields, derTag, objectIdOf, readDer } from './der.ts'
import { CryptoFailure } from './errors.ts'
import { sm2 } from './sm2.ts'

/** A certificate and what Node does not tell of it. */
export interface Certificate {
  readonly x509: X509Certificate
  readonly serial: bigint
  /** DER of the issuer's name. */
  readonly issuer: Buffer
  readonly subjectKeyId?: Buffer
  /** Extended key usage (RFC 5280 §4.2.1.12): its purposes, and whether it is critical. */
  readonly extendedKeyUsage?: { readonly purposes: readonly string[]; readonly critical: boolean }
}

/** @throws {CryptoFailure} `malformed`. */
export function readCertificate(der: Buffer): Certificate {
  const x509 = openX509(der)
  const toBeSigned = derChildren(derChildren(readDer(der))[0]!)
  // RFC 5280 §4.1: [0] version, serialNumber, signature, issuer, …, [3] extensions.
  const from = toBeSigned[0]?.tag === 0xa0 ? 1 : 0
  const extensions = toBeSigned.find((each) => each.tag === 0xa3)
  return {
    x509,
    serial: BigInt(`0x${toBeSigned[from]!.content.toString('hex')}`),
    issuer: toBeSigned[from + 2]!.whole,
    ...(extensions && readExtensions(derChildren(extensions)[0]!)),
  }
}

/** @throws {CryptoFailure} `malformed` where the text holds no certificate. */
export function readPemCertificates(pem: string): readonly Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw new CryptoFailure('malformed', 'no certificate in PEM')
  return blocks.map((block) => readCertificate(Buffer.from(block.replace(/-----[^-]+-----|\s/g, ''), 'base64')))
}

/**
 * The path from a certificate to one of `roots`, that one last; undefined where there is none. A root counts as it is
 * given, whoever issued it. Names, signatures, CA flags and key usage are checked (RFC 5280 §6.1), the revocation of
 * certificates is not: that takes lists from the authority, which a check decades later does not have.
 */
export function findPath(
  certificate: Certificate,
  others: readonly Certificate[],
  roots: readonly Certificate[],
): readonly Certificate[] | undefined {
  if (roots.some((root) => same(root, certificate))) return [certificate]
  return extend([certificate], others, roots)
}

function extend(
  path: readonly Certificate[],
  others: readonly Certificate[],
  roots: readonly Certificate[],
): readonly Certificate[] | undefined {
  const last = path.at(-1)!
  const root = roots.find((each) => issued(each, last))
  if (root) return [...path, root]
  if (path.length >= longestPath) return undefined
  for (const issuer of others) {
    if (path.some((each) => same(each, issuer)) || !issued(issuer, last)) continue
    const found = extend([...path, issuer], others, roots)
    if (found) return found
  }
  return undefined
}

const longestPath = 6

function issued(issuer: Certificate, subject: Certificate): boolean {
  if (!issuer.x509.ca || !subject.x509.checkIssued(issuer.x509)) return false
  return hasSm2Signature(subject) ? isSignedBySm2(subject, issuer) : subject.x509.verify(issuer.x509.publicKey)
}

const sm2WithSm3 = '1.2.156.10197.1.501'

function hasSm2Signature({ x509 }: Certificate): boolean {
  return objectIdOf(derChildren(derChildren(readDer(x509.raw))[1]!)[0]!) === sm2WithSm3
}

/** OpenSSL takes an empty distinguishing id for certificates; GM/T 0009 and every Chinese authority the default one. */
function isSignedBySm2(subject: Certificate, issuer: Certificate): boolean {
  const [toBeSigned, , signature] = derChildren(readDer(subject.x509.raw))
  return sm2.verify(toBeSigned!.whole, issuer.x509.publicKey, signature!.content.subarray(1))
}

const same = (a: Certificate, b: Certificate) => a.x509.raw.equals(b.x509.raw)

/** From the latest start to the earliest end of a path's certificates, in milliseconds. */
export function validityOf(path: readonly Certificate[]): { readonly fromMs: number; readonly untilMs: number } {
  return {
    fromMs: Math.max(...path.map(({ x509 }) => Date.parse(x509.validFrom))),
    untilMs: Math.min(...path.map(({ x509 }) => Date.parse(x509.validTo))),
  }
}

function readExtensions(extensions: Der): Pick<Certificate, 'subjectKeyId' | 'extendedKeyUsage'> {
  let found: Pick<Certificate, 'subjectKeyId' | 'extendedKeyUsage'> = {}
  for (const extension of derChildren(extensions)) {
    const fields = derFields(extension)
    const id = objectIdOf(fields.take(derTag.objectId))
    const critical = fields.takeIf(derTag.boolean)?.content[0] === 0xff
    const value = readDer(fields.take(derTag.octetString).content)
    if (id === '2.5.29.14') found = { ...found, subjectKeyId: value.content }
    if (id === '2.5.29.37') {
      found = { ...found, extendedKeyUsage: { purposes: derChildren(value).map(objectIdOf), critical } }
    }
  }
  return found
}

function openX509(der: Buffer): X509Certificate {
  try {
    return new X509Certificate(der)
  } catch (cause) {
    throw new CryptoFailure('malformed', 'not a certificate', { cause })
  }
}
