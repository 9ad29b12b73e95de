import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** For tests only: why no time-stamp authority can be started here, or false. */
export const noAuthority: string | false = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return false
  } catch {
    return 'no openssl on this machine to play the time-stamp authority'
  }
})()

/** A certificate authority of its own with a time-stamp authority under it, both by OpenSSL, in a folder that goes. */
export interface TestAuthority {
  readonly rootPem: string
  /** Answers a TimeStampReq as `openssl ts -reply` does. */
  answer(request: Buffer): Promise<Buffer>
  /** Signs `content` as a CMS message of type TSTInfo with a certificate of another kind. */
  signWith(kind: CertificateKind, content: Buffer): Promise<Buffer>
  /** An HTTP server over {@link answer} (RFC 3161 §3.4); `tamper` may change what it says. */
  listen(tamper?: (answer: Buffer) => Buffer): Promise<{ readonly url: string; close(): Promise<void> }>
  remove(): void
}

export type CertificateKind = 'tsa' | 'expired' | 'server' | 'uncritical'

export function makeTestAuthority(name = 'Test', days = 3650): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'chartward-tsa-'))
  const at = (file: string) => join(folder, file)
  const openssl = (...parameters: string[]) => execFileSync('openssl', parameters, { cwd: folder, stdio: 'pipe' })
  writeFileSync(at('openssl.cnf'), configuration(name))
  mkdirSync(at('issued'))
  writeFileSync(at('index.txt'), '')
  writeFileSync(at('serial'), '1000\n')
  writeFileSync(at('tsa-serial'), '01\n')
  const newKey = (file: string) => openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file)

  newKey('ca.key')
  openssl('req', '-x509', '-new', '-key', 'ca.key', '-out', 'ca.pem', '-days', '7300', '-config', 'openssl.cnf')
  const issued = new Set<CertificateKind>()
  const issue = (kind: CertificateKind) => {
    if (issued.has(kind)) return
    issued.add(kind)
    newKey(`${kind}.key`)
    openssl(
      'req',
      '-new',
      '-key',
      `${kind}.key`,
      '-subj',
      `/O=${name}/CN=${kind}`,
      '-out',
      `${kind}.csr`,
      '-config',
      'openssl.cnf',
    )
    const term =
      kind === 'expired' ? ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z'] : ['-days', String(days)]
    const extensions = kind === 'expired' ? 'tsa' : kind
    openssl(
      'ca',
      '-batch',
      '-config',
      'openssl.cnf',
      '-extensions',
      `ext_${extensions}`,
      '-in',
      `${kind}.csr`,
      '-out',
      `${kind}.pem`,
      ...term,
    )
  }
  issue('tsa')

  let count = 0
  const run = async (input: Buffer, parameters: (input: string, output: string) => string[]): Promise<Buffer> => {
    const [from, to] = [`in-${count}`, `out-${count}`]
    count += 1
    writeFileSync(at(from), input)
    await new Promise<void>((done, fail) => {
      execFile('openssl', parameters(from, to), { cwd: folder }, (error) => (error ? fail(error) : done()))
    })
    return readFileSync(at(to))
  }
  // The serial number file has one writer at a time.
  let last: Promise<unknown> = Promise.resolve()
  const answer = (request: Buffer): Promise<Buffer> => {
    const next = last.then(() =>
      run(request, (from, to) => ['ts', '-reply', '-config', 'openssl.cnf', '-queryfile', from, '-out', to]),
    )
    last = next.catch(() => {})
    return next
  }

  return {
    rootPem: readFileSync(at('ca.pem'), 'utf8'),
    answer,
    async signWith(kind, content) {
      issue(kind)
      return await run(content, (from, to) => [
        ...['cms', '-sign', '-binary', '-nodetach', '-cades', '-md', 'sha256', '-outform', 'DER'],
        ...['-econtent_type', '1.2.840.113549.1.9.16.1.4'],
        ...['-signer', `${kind}.pem`, '-inkey', `${kind}.key`, '-in', from, '-out', to],
      ])
    },
    async listen(tamper = (bytes) => bytes) {
      const server = createServer(async (request, response) => {
        const chunks: Buffer[] = []
        for await (const chunk of request) chunks.push(chunk as Buffer)
        response.setHeader('Content-Type', 'application/timestamp-reply')
        response.end(tamper(await answer(Buffer.concat(chunks))))
      })
      await new Promise<void>((done) => {
        server.listen(0, '127.0.0.1', done)
      })
      return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
        close: () => new Promise((done) => void server.close(() => done())),
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const configuration = (name: string) => `
[req]
distinguished_name = root_name
x509_extensions = ext_root
prompt = no
[root_name]
O = ${name}
CN = ${name} root
[ext_root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[ext_tsa]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[ext_uncritical]
basicConstraints = CA:FALSE
extendedKeyUsage = timeStamping
[ext_server]
basicConstraints = CA:FALSE
extendedKeyUsage = critical, serverAuth
[ca]
default_ca = ours
[ours]
database = index.txt
serial = serial
new_certs_dir = issued
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = supplied
[tsa]
default_tsa = stamp
[stamp]
serial = tsa-serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256, sha384, sha512, sm3
accuracy = secs:1, millisecs:500
ordering = yes
tsa_name = yes
ess_cert_id_alg = sha256
`
