import { ecdsaP256 } from './ecdsa-p256.ts'
import { ed25519 } from './ed25519.ts'
import { CryptoFailure } from './errors.ts'
import type { KeyAddress } from './key-address.ts'
import { openKeyFile } from './key-file.ts'
import { openPkcs11Key } from './pkcs11-key.ts'
import { openServiceKey } from './service-key.ts'
import type { SignatureScheme } from './signature-scheme.ts'
import type { SigningKey } from './signing-key.ts'
import { sm2 } from './sm2.ts'
import { type SuiteName, suites } from './suite.ts'

/** What may sign the log of each suite: a module without Ed25519 may sign the international one with P-256. */
const schemesOf: Readonly<Record<SuiteName, readonly SignatureScheme[]>> = {
  international: [ed25519, ecdsaP256],
  guomi: [sm2],
}

/**
 * Opens the key that an address names, for a log of `suite`.
 * @param timeoutMs for one signature by a module or a service.
 * @throws {CryptoFailure} `malformed` for a key of another suite; and as each kind of key says.
 */
export async function openSigningKey(address: KeyAddress, suite: SuiteName, timeoutMs = 5_000): Promise<SigningKey> {
  const key = await open(address, suite, timeoutMs)
  if (schemesOf[suite].includes(key.scheme)) return key
  await key.close()
  throw new CryptoFailure('malformed', `${key.description} is a key of ${key.scheme.algorithm}, not for this log`)
}

async function open(address: KeyAddress, suite: SuiteName, timeoutMs: number): Promise<SigningKey> {
  switch (address.kind) {
    case 'file':
      return await openFileKey(address.path, suite)
    case 'pkcs11':
      if (suite === 'guomi')
        throw new CryptoFailure('malformed', 'PKCS #11 has no mechanism for SM2: use a signing service')
      return await openPkcs11Key(address, timeoutMs)
    case 'service':
      return await openServiceKey(address, timeoutMs)
  }
}

/** A key of this suite's own scheme in a file, made on first use ({@link openKeyFile}). */
async function openFileKey(path: string, suite: SuiteName): Promise<SigningKey> {
  const { algorithm } = suites[suite]
  const scheme = schemesOf[suite].find((each) => each.algorithm === algorithm)!
  const privateKey = await openKeyFile(path, scheme)
  return {
    scheme,
    publicKey: scheme.publicKeyBytes(privateKey),
    description: `file:${path}`,
    sign: async (message) => scheme.sign(message, privateKey),
    close: async () => {},
  }
}
