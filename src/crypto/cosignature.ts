import type { KeyObject } from 'node:crypto'
import { CryptoFailure } from './errors.ts'
import { decodeBase64, keyIdOf, parseSignatureLine, requireName, splitNote } from './signed-note.ts'
import { international } from './suite.ts'

/**
 * C2SP tlog-cosignature (https://c2sp.org/tlog-cosignature), `cosignature/v1` with Ed25519: a witness says that, as of
 * a time, this is the largest consistent tree it has seen of the log that the checkpoint names.
 * Trusted for: having compared with what it saw before. Not for: the content of entries, which it never sees.
 */
export interface Cosigner {
  readonly name: string
  readonly keyId: number
  /** `<name>+<key id>+<base64(0x04 || public key)>`. */
  readonly verifierKey: string
  /** One signature line with its newline, to stand below the checkpoint's own. */
  cosign(checkpointText: string, timeSeconds: number): string
}

export interface CosignatureVerifier {
  readonly name: string
  readonly keyId: number
  /** Raw Ed25519 key: one key may stand in a policy once, under whatever name. */
  readonly publicKey: Buffer
  /** @returns the POSIX time of the cosignature in seconds, or undefined where it does not verify. */
  verify(checkpointText: string, signature: Uint8Array): number | undefined
}

export interface Cosignature {
  readonly name: string
  readonly keyId: number
  readonly timeSeconds: number
  /** The signature line without its newline. */
  readonly line: string
}

const cosignatureKeyType = 0x04
const timestampSizeBytes = 8
const signatureSizeBytes = timestampSizeBytes + 64

/** The format does not commit to the cosigner's name: one key serves one name and one role. */
export function cosigner(name: string, privateKey: KeyObject): Cosigner {
  requireName(name)
  const key = Buffer.concat([Buffer.from([cosignatureKeyType]), international.publicKeyBytes(privateKey)])
  const keyId = keyIdOf(name, key)
  return {
    name,
    keyId,
    verifierKey: `${name}+${keyId.toString(16).padStart(8, '0')}+${key.toString('base64')}`,
    cosign(checkpointText, timeSeconds) {
      const head = Buffer.alloc(4 + timestampSizeBytes)
      head.writeUInt32BE(keyId)
      head.writeBigUInt64BE(BigInt(timeSeconds), 4)
      const signature = international.sign(cosignedMessage(checkpointText, timeSeconds), privateKey)
      return `— ${name} ${Buffer.concat([head, signature]).toString('base64')}\n`
    },
  }
}

/** @throws {CryptoFailure} `malformed` for anything but an Ed25519 cosignature key (type 0x04) whose id fits. */
export function parseCosignatureKey(verifierKey: string): CosignatureVerifier {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(verifierKey) ?? []
  if (name === undefined || id === undefined || encoded === undefined) throw malformed('key')
  requireName(name)
  const key = decodeBase64(encoded)
  const keyId = Number.parseInt(id, 16)
  if (key?.[0] !== cosignatureKeyType || keyIdOf(name, key) !== keyId) throw malformed('key')
  const publicKey = international.publicKeyFrom(key.subarray(1))
  return {
    name,
    keyId,
    publicKey: key.subarray(1),
    verify(checkpointText, signature) {
      if (signature.length !== signatureSizeBytes) return undefined
      const bytes = Buffer.from(signature)
      const time = bytes.readBigUInt64BE(0)
      if (time > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
      const message = cosignedMessage(checkpointText, Number(time))
      return international.verify(message, publicKey, bytes.subarray(timestampSizeBytes)) ? Number(time) : undefined
    },
  }
}

/**
 * The cosignatures in a note, or in a witness's answer, that verify by one of `verifiers`; lines by other keys are
 * ignored. Everything in `lines` is the sender's.
 * @throws {CryptoFailure} `malformed`; `not-verified` when a line of a known cosigner is wrong.
 */
export function readCosignatures(
  checkpointText: string,
  lines: readonly string[],
  verifiers: readonly CosignatureVerifier[],
): readonly Cosignature[] {
  const found = new Map<CosignatureVerifier, Cosignature>()
  for (const line of lines) {
    const { name, keyId, signature } = parseSignatureLine(line)
    const verifier = verifiers.find((each) => each.name === name && each.keyId === keyId)
    if (!verifier) continue
    const timeSeconds = verifier.verify(checkpointText, signature)
    if (timeSeconds === undefined) throw new CryptoFailure('not-verified', `the cosignature of ${name} is wrong`)
    const before = found.get(verifier)
    if (!before || before.timeSeconds > timeSeconds) found.set(verifier, { name, keyId, timeSeconds, line })
  }
  return [...found.values()]
}

/** The checkpoint's note with more signature lines below its own; lines that it holds already are not repeated. */
export function withCosignatures(note: string, lines: readonly string[]): string {
  const known = new Set(splitNote(note).lines)
  return (
    note +
    lines
      .filter((line) => !known.has(line))
      .map((line) => `${line}\n`)
      .join('')
  )
}

function cosignedMessage(checkpointText: string, timeSeconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${timeSeconds}\n${checkpointText}`)
}

function malformed(what: string): CryptoFailure {
  return new CryptoFailure('malformed', `not a ${what} as C2SP tlog-cosignature defines it for Ed25519`)
}
