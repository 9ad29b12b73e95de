import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** For tests only: a certificate authority of their own, made by openssl. */
export interface TestAuthority {
  readonly folder: string
  /** PEM file of the authority. */
  readonly authority: string
  issue(name: string): { readonly certificate: string; readonly key: string; readonly fingerprint256: string }
  remove(): void
}

export const opensslIsHere = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

export function openTestAuthority(): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'chartward-ca-'))
  const at = (name: string) => join(folder, name)
  const openssl = (...words: readonly string[]) => execFileSync('openssl', words, { stdio: 'pipe' })
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  openssl('req', '-x509', ...curve, '-keyout', at('ca.key'), '-out', at('ca.crt'), '-days', '2', '-subj', '/CN=Test CA')
  return {
    folder,
    authority: at('ca.crt'),
    issue(name) {
      const [certificate, key, request] = [at(`${name}.crt`), at(`${name}.key`), at(`${name}.csr`)]
      openssl('req', ...curve, '-keyout', key, '-out', request, '-subj', `/CN=${name}`)
      writeFileSync(at(`${name}.ext`), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
      openssl(
        ...['x509', '-req', '-in', request, '-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial'],
        ...['-out', certificate, '-days', '2', '-extfile', at(`${name}.ext`)],
      )
      return { certificate, key, fingerprint256: new X509Certificate(readFileSync(certificate)).fingerprint256 }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
