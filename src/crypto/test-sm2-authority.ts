import { execFileSync } from 'node:child_process'
import { createPrivateKey, hash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contextTag, derChildren, derTag, readDer, writeDer, writeInteger, writeObjectId } from './der.ts'
import { sm2 } from './sm2.ts'

/** For tests only: OpenSSL issues SM2 certificates but stamps with none, so the token is put together here. */
export interface Sm2Authority {
  readonly rootPem: string
  /** A time-stamp token (RFC 3161) over an SM3 imprint. */
  stamp(imprint: Buffer): Buffer
}

const sm3Id = '1.2.156.10197.1.401'
const sm2WithSm3 = '1.2.156.10197.1.501'
const timestampInfo = '1.2.840.113549.1.9.16.1.4'
const standardId = 'distid:1234567812345678'

export function makeSm2Authority(): Sm2Authority {
  const folder = mkdtempSync(join(tmpdir(), 'chartward-sm2-'))
  const openssl = (...parameters: string[]) => execFileSync('openssl', parameters, { cwd: folder, stdio: 'pipe' })
  const at = (file: string) => readFileSync(join(folder, file))
  writeFileSync(join(folder, 'tsa.ext'), 'extendedKeyUsage=critical,timeStamping\n')
  for (const name of ['root', 'tsa']) openssl('genpkey', '-algorithm', 'SM2', '-out', `${name}.key`)
  openssl(
    ...['req', '-x509', '-new', '-key', 'root.key', '-sm3', '-sigopt', standardId, '-subj', '/CN=root'],
    ...['-days', '3650', '-out', 'root.pem'],
  )
  openssl(
    ...['req', '-new', '-key', 'tsa.key', '-sm3', '-sigopt', standardId, '-utf8', '-subj', '/CN=国密时间戳'],
    ...['-out', 'tsa.csr'],
  )
  openssl(
    ...['x509', '-req', '-in', 'tsa.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-sm3', '-set_serial', '7'],
    ...['-sigopt', standardId, '-vfyopt', standardId, '-days', '3650', '-extfile', 'tsa.ext', '-outform', 'DER'],
    ...['-out', 'tsa.der'],
  )
  const certificate = at('tsa.der')
  const key = createPrivateKey(at('tsa.key'))
  const rootPem = at('root.pem').toString()
  rmSync(folder, { recursive: true })
  return { rootPem, stamp: (imprint) => signedData(infoOf(imprint), certificate, (bytes) => sm2.sign(bytes, key)) }
}

const algorithm = (id: string) => writeDer(derTag.sequence, writeObjectId(id))

function infoOf(imprint: Buffer): Buffer {
  const time = new Date().toISOString().replace(/[-:T]|\.\d+/g, '')
  return writeDer(
    derTag.sequence,
    writeInteger(1n),
    writeObjectId('1.2.3.4.1'),
    writeDer(derTag.sequence, algorithm(sm3Id), writeDer(derTag.octetString, imprint)),
    writeInteger(1n),
    writeDer(derTag.generalizedTime, Buffer.from(time)),
  )
}

function signedData(info: Buffer, certificate: Buffer, sign: (bytes: Buffer) => Buffer): Buffer {
  const [, serial, , issuer] = derChildren(derChildren(readDer(certificate))[0]!)
  const attribute = (id: string, value: Buffer) =>
    writeDer(derTag.sequence, writeObjectId(id), writeDer(derTag.set, value))
  const certificateId = writeDer(
    derTag.sequence,
    algorithm(sm3Id),
    writeDer(derTag.octetString, hash('sm3', certificate, 'buffer')),
  )
  const attributes = [
    attribute('1.2.840.113549.1.9.3', writeObjectId(timestampInfo)),
    attribute('1.2.840.113549.1.9.4', writeDer(derTag.octetString, hash('sm3', info, 'buffer'))),
    attribute('1.2.840.113549.1.9.16.2.47', writeDer(derTag.sequence, writeDer(derTag.sequence, certificateId))),
  ]
  const signerInfo = writeDer(
    derTag.sequence,
    writeInteger(1n),
    writeDer(derTag.sequence, issuer!.whole, serial!.whole),
    algorithm(sm3Id),
    writeDer(contextTag(0), ...attributes),
    algorithm(sm2WithSm3),
    writeDer(derTag.octetString, sign(writeDer(derTag.set, ...attributes))),
  )
  const content = writeDer(
    derTag.sequence,
    writeInteger(3n),
    writeDer(derTag.set, algorithm(sm3Id)),
    writeDer(
      derTag.sequence,
      writeObjectId(timestampInfo),
      writeDer(contextTag(0), writeDer(derTag.octetString, info)),
    ),
    writeDer(contextTag(0), certificate),
    writeDer(derTag.set, signerInfo),
  )
  return writeDer(derTag.sequence, writeObjectId('1.2.840.113549.1.7.2'), writeDer(contextTag(0), content))
}
