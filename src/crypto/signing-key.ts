import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ecdsaP256 } from './ecdsa-p256.ts'
import { ed25519 } from './ed25519.ts'
import { CryptoFailure } from './errors.ts'
import type { SignatureScheme } from './signature-scheme.ts'
import { type NoteSigner, noteKey } from './signed-note.ts'
import { sm2 } from './sm2.ts'

/** A private key, wherever it is kept. Trusted for signing only what it is given; whoever holds it can sign as us. */
export interface SigningKey {
  readonly scheme: SignatureScheme
  /** As {@link SignatureScheme.publicKeyBytes} has it. */
  readonly publicKey: Buffer
  /** Where it is kept, for the people who run this. Holds no secret. */
  readonly description: string
  /**
   * @throws {CryptoFailure} `key-unavailable` when whoever holds it does not answer in time: nothing was signed that
   * anyone here has seen, and it may be tried again.
   */
  sign(message: Uint8Array): Promise<Buffer>
  close(): Promise<void>
}

/**
 * Signs notes with a key wherever it is kept. Every signature is verified before it is handed on, because a module or
 * a service may hold another key than the one its operators believe.
 * @throws {CryptoFailure} `malformed` for a name that notes cannot carry; from `sign`, `key-unavailable` and
 * `key-answer-wrong`.
 */
export function keyNoteSigner(name: string, key: SigningKey): NoteSigner {
  const publicKey = key.scheme.publicKeyFrom(key.publicKey)
  return {
    ...noteKey(name, key.scheme, key.publicKey),
    async sign(text) {
      const message = Buffer.from(text)
      const signature = await key.sign(message)
      if (!key.scheme.verify(message, publicKey, signature)) {
        throw new CryptoFailure('key-answer-wrong', `what ${key.description} answered is not its signature`)
      }
      return signature
    },
  }
}

/** A public key in PEM, of whichever scheme it is. @throws {CryptoFailure} `malformed`. */
export async function readPublicKeyFile(
  path: string,
): Promise<{ readonly scheme: SignatureScheme; readonly publicKey: Buffer }> {
  const pem = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CryptoFailure('malformed', `the public key ${path} cannot be read`, { cause })
  })
  for (const scheme of [ed25519, ecdsaP256, sm2]) {
    try {
      const publicKey = scheme.publicKeyBytes(createPublicKey(pem))
      scheme.publicKeyFrom(publicKey)
      return { scheme, publicKey }
    } catch {
      // Of another scheme, or of none.
    }
  }
  throw new CryptoFailure('malformed', `${path} holds no public key of Ed25519, P-256 or SM2 in PEM`)
}
