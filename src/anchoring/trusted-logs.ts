import {
  CryptoFailure,
  type NoteVerifier,
  parseVerifierKey,
  sha256Tree,
  sm3Tree,
  type TreeHashing,
} from '../crypto/index.ts'
import { AnchoringFailure } from './errors.ts'

/** A log that a witness follows: its origin is the name of its keys. */
export interface TrustedLog {
  readonly origin: string
  readonly verifiers: readonly NoteVerifier[]
  /** C2SP logs hash by SHA-256; the 国密 log of an institution has `/sm3` at the end of its origin, and SM3. */
  readonly hashing: TreeHashing
  /** For people: whose log it is. */
  readonly title?: string
}

/**
 * The list of logs a witness trusts, one key a line: `log <vkey> [words for people]`. A log whose key was changed has
 * several lines; `#` begins a comment.
 * @throws {AnchoringFailure} `anchoring-misconfigured`, naming the line.
 */
export function parseTrustedLogs(text: string): ReadonlyMap<string, TrustedLog> {
  const logs = new Map<string, TrustedLog>()
  for (const [i, line] of text.split('\n').entries()) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const [, verifierKey, title] = /^log[ \t]+(\S+)(?:[ \t]+(.*))?$/.exec(trimmed) ?? []
    if (verifierKey === undefined) throw wrong(i, 'expected `log <vkey> [title]`')
    const verifier = parseKey(i, verifierKey)
    const known = logs.get(verifier.name)
    if (known?.verifiers.some((each) => each.keyId === verifier.keyId)) throw wrong(i, 'this key stands here twice')
    logs.set(verifier.name, {
      origin: verifier.name,
      hashing: hashingOf(verifier.name),
      verifiers: [...(known?.verifiers ?? []), verifier],
      ...((title ?? known?.title) !== undefined && { title: title ?? known?.title ?? '' }),
    })
  }
  if (logs.size === 0) throw new AnchoringFailure('anchoring-misconfigured', 'the list of trusted logs names no log')
  return logs
}

const hashingOf = (origin: string): TreeHashing => (origin.endsWith('/sm3') ? sm3Tree : sha256Tree)

function parseKey(i: number, verifierKey: string): NoteVerifier {
  try {
    return parseVerifierKey(verifierKey)
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause
    throw wrong(i, `${verifierKey.slice(0, 80)} is not a vkey of a log (C2SP signed-note)`, cause)
  }
}

function wrong(i: number, message: string, cause?: Error): AnchoringFailure {
  return new AnchoringFailure('anchoring-misconfigured', `trusted logs, line ${i + 1}: ${message}`, { cause })
}
