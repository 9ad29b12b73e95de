import type { KeyObject } from 'node:crypto'
import { ecdsaP256 } from './ecdsa-p256.ts'
import { ed25519 } from './ed25519.ts'
import { CryptoFailure } from './errors.ts'
import type { SignatureScheme } from './signature-scheme.ts'
import { sm2 } from './sm2.ts'

export { keyIdOf } from './note-key-id.ts'

/**
 * C2SP signed-note (https://c2sp.org/signed-note): a text, an empty line, and one line for each signature,
 * `— <key name> <base64(key id, 4 bytes || signature)>`.
 */
export interface NoteVerifier {
  readonly name: string
  readonly keyId: number
  verify(text: string, signature: Uint8Array): boolean
}

export interface NoteSigner {
  readonly name: string
  readonly keyId: number
  /** What verifiers are given: `<name>+<key id>+<base64(type || public key)>`. */
  readonly verifierKey: string
  /** Asynchronous, for keys may live outside this process. */
  sign(text: string): Promise<Buffer>
}

export interface OpenedNote {
  readonly text: string
  /** Names of the verifiers whose signature stands under the text. */
  readonly verifiedBy: readonly string[]
  /** Lines by keys we do not know: ignored, as the format demands. */
  readonly unknownSignatures: number
}

/** Signs with a key of this process. Keys that live elsewhere: {@link keyNoteSigner}. */
export function noteSigner(name: string, privateKey: KeyObject, scheme: SignatureScheme = ed25519): NoteSigner {
  return {
    ...noteKey(name, scheme, scheme.publicKeyBytes(privateKey)),
    sign: async (text) => scheme.sign(Buffer.from(text), privateKey),
  }
}

/** Name, id and verifier key of a public key. @throws {CryptoFailure} `malformed` for a name with spaces or `+`. */
export function noteKey(
  name: string,
  scheme: SignatureScheme,
  publicKey: Uint8Array,
): Pick<NoteSigner, 'name' | 'keyId' | 'verifierKey'> {
  requireName(name)
  const key = Buffer.concat([scheme.noteKeyType, publicKey])
  const keyId = scheme.noteKeyId(name, key)
  return { name, keyId, verifierKey: `${name}+${keyId.toString(16).padStart(8, '0')}+${key.toString('base64')}` }
}

const noteSchemes: readonly SignatureScheme[] = [ed25519, ecdsaP256, sm2]

/** @throws {CryptoFailure} `malformed` when the key breaks the format, its id does not fit, or its type is unknown. */
export function parseVerifierKey(verifierKey: string): NoteVerifier {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(verifierKey) ?? []
  if (name === undefined || id === undefined || encoded === undefined) throw malformed('verifier key')
  requireName(name)
  const key = decodeBase64(encoded)
  const keyId = Number.parseInt(id, 16)
  const scheme = noteSchemes.find(({ noteKeyType: type }) => key?.subarray(0, type.length).equals(type))
  if (!key || !scheme || scheme.noteKeyId(name, key) !== keyId) throw malformed('verifier key')
  const publicKey = scheme.publicKeyFrom(key.subarray(scheme.noteKeyType.length))
  return { name, keyId, verify: (text, signature) => scheme.verify(Buffer.from(text), publicKey, signature) }
}

/** @param text ends in a newline and has no control characters but newlines. */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  requireNoteText(text)
  const lines = await Promise.all(signers.map((signer) => signatureLine(text, signer)))
  return `${text}\n${lines.join('')}`
}

async function signatureLine(text: string, signer: NoteSigner): Promise<string> {
  const id = Buffer.alloc(4)
  id.writeUInt32BE(signer.keyId)
  return `— ${signer.name} ${Buffer.concat([id, await signer.sign(text)]).toString('base64')}\n`
}

/**
 * Takes the text out of a note that at least one of `verifiers` has signed. Everything in `note` is the sender's.
 * @throws {CryptoFailure} `malformed`; `not-verified` when a known key's signature is wrong or no known key signed.
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const { text, lines } = splitNote(note)
  const verifiedBy: string[] = []
  let unknownSignatures = 0
  for (const line of lines) {
    const { name, keyId, signature } = parseSignatureLine(line)
    const verifier = verifiers.find((each) => each.name === name && each.keyId === keyId)
    if (!verifier) {
      unknownSignatures += 1
      continue
    }
    if (!verifier.verify(text, signature)) {
      throw new CryptoFailure('not-verified', `the signature of ${name} is wrong`)
    }
    if (!verifiedBy.includes(name)) verifiedBy.push(name)
  }
  if (verifiedBy.length === 0) throw new CryptoFailure('not-verified', 'no known key has signed the note')
  return { text, verifiedBy, unknownSignatures }
}

/** Text and signature lines of a note, nothing verified. @throws {CryptoFailure} `malformed`. */
export function splitNote(note: string): { readonly text: string; readonly lines: readonly string[] } {
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) throw malformed('note')
  const text = note.slice(0, split + 1)
  requireNoteText(text)
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > maxSignatures) throw malformed('note')
  return { text, lines }
}

/** The format asks verifiers to take 16; Go's implementation takes 100. */
const maxSignatures = 100

/** One signature line without its newline. @throws {CryptoFailure} `malformed`. */
export function parseSignatureLine(line: string): { name: string; keyId: number; signature: Buffer } {
  const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? []
  const bytes = encoded === undefined ? undefined : decodeBase64(encoded)
  if (name === undefined || !isName(name) || !bytes || bytes.length < 5) throw malformed('signature line')
  return { name, keyId: bytes.readUInt32BE(0), signature: bytes.subarray(4) }
}

function requireNoteText(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids exactly these.
  if (!text.endsWith('\n') || !text.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(text)) throw malformed('note')
}

const isName = (name: string) => name.length > 0 && name.isWellFormed() && !/[\s+]/u.test(name)

/** @throws {CryptoFailure} `malformed` for a key name with spaces or `+`. */
export function requireName(name: string): void {
  if (!isName(name)) throw malformed('key name')
}

/** Standard base64 in its one canonical spelling. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

function malformed(what: string): CryptoFailure {
  return new CryptoFailure('malformed', `not a ${what} as C2SP signed-note defines it`)
}
