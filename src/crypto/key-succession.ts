import { digestSizeBytes } from './digest.ts'
import { CryptoFailure } from './errors.ts'
import {
  decodeBase64,
  type NoteSigner,
  type NoteVerifier,
  openNote,
  parseVerifierKey,
  signNote,
  splitNote,
} from './signed-note.ts'

/**
 * One key of a log hands over to the next. The statement is a signed note under both keys, so that neither a lost old
 * key nor a new one alone can make it, and it names the tree at which it happens, so that it belongs to one history:
 *
 * ```
 * chartward-key-succession/v1
 * log chartward.local/renmin-hospital
 * size 3050
 * root rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=
 * from chartward.local/renmin-hospital+33d0d7ba+AS…
 * to chartward.local/renmin-hospital+9c2e0b1f+AX…
 * ```
 *
 * Checkpoints up to `size` count under the old key, larger ones under the new; the checkpoint at `size` may carry both
 * signatures ({@link signNote} takes several signers). The first line is no origin of a log and the second no size, so
 * that no such statement is ever a checkpoint.
 */
export interface KeySuccession {
  /** Origin of the log, which is also the name of both keys. */
  readonly log: string
  readonly size: number
  readonly root: Buffer
  /** Verifier keys (vkey). */
  readonly from: string
  readonly to: string
}

const heading = 'chartward-key-succession/v1'

export function successionText({ log, size, root, from, to }: KeySuccession): string {
  return `${heading}\nlog ${log}\nsize ${size}\nroot ${root.toString('base64')}\nfrom ${from}\nto ${to}\n`
}

/**
 * States a succession, signed by both keys, and checks what it made as a stranger would.
 * @throws {CryptoFailure} `malformed` when the signers are not the keys that are named; `key-unavailable`.
 */
export async function signSuccession(
  statement: Omit<KeySuccession, 'from' | 'to'>,
  signers: { readonly from: NoteSigner; readonly to: NoteSigner },
): Promise<string> {
  const { from, to } = signers
  const text = successionText({ ...statement, from: from.verifierKey, to: to.verifierKey })
  const note = await signNote(text, [from, to])
  verifySuccession(note)
  return note
}

/**
 * Reads a statement and verifies both signatures. What it proves: who held the old key and the new one agreed that the
 * log goes on under the new one from this tree. Whether the old key was the log's, the reader must know already.
 * @throws {CryptoFailure} `malformed`, or `not-verified` when either signature is missing or wrong.
 */
export function verifySuccession(note: string): KeySuccession {
  const succession = parseSuccession(splitNote(note).text)
  for (const verifierKey of [succession.from, succession.to]) openNote(note, [parseVerifierKey(verifierKey)])
  return succession
}

/** Which key signs a log over which sizes: above `above`, up to and with `upTo`. */
export interface KeyReign {
  readonly verifierKey: string
  readonly verifier: NoteVerifier
  /** 0 for the first key. */
  readonly above: number
  /** Absent for the key that reigns now. */
  readonly upTo?: number
}

/**
 * From the one key a reader trusts and the statements that followed, every key of the log in order.
 * @throws {CryptoFailure} `malformed` for statements of another log, out of order, going back, or from a key that was
 * not reigning; `not-verified` for one that is not signed by both of its keys.
 */
export function followSuccessions(
  log: string,
  firstVerifierKey: string,
  notes: readonly string[],
): readonly KeyReign[] {
  const reigns: KeyReign[] = [reignOf(firstVerifierKey, 0)]
  for (const note of notes) {
    const { log: ofLog, size, from, to } = verifySuccession(note)
    const reigning = reigns.at(-1)!
    const fits = ofLog === log && from === reigning.verifierKey && size >= reigning.above
    if (!fits || reigns.some((reign) => reign.verifierKey === to)) throw malformed()
    reigns[reigns.length - 1] = { ...reigning, upTo: size }
    reigns.push(reignOf(to, size))
  }
  return reigns
}

/**
 * The key under which a checkpoint of `size` counts. At the size of a succession that is the old key; where several
 * successions happened at one size, the first of them.
 */
export function reigningAt(reigns: readonly KeyReign[], size: number): KeyReign {
  return reigns.find(({ upTo }) => upTo === undefined || size <= upTo)!
}

function reignOf(verifierKey: string, above: number): KeyReign {
  return { verifierKey, verifier: parseVerifierKey(verifierKey), above }
}

function parseSuccession(text: string): KeySuccession {
  const pattern = /^chartward-key-succession\/v1\nlog (\S+)\nsize (0|[1-9][0-9]*)\nroot (\S+)\nfrom (\S+)\nto (\S+)\n$/
  const [, log, sizeText, rootText, from, to] = pattern.exec(text) ?? []
  const size = Number(sizeText)
  const root = decodeBase64(rootText ?? '')
  if (log === undefined || from === undefined || to === undefined || from === to) throw malformed()
  if (!Number.isSafeInteger(size) || root?.length !== digestSizeBytes) throw malformed()
  const names = [from, to].map((verifierKey) => parseVerifierKey(verifierKey).name)
  if (names.some((name) => name !== log)) throw malformed()
  return { log, size, root, from, to }
}

function malformed(): CryptoFailure {
  return new CryptoFailure('malformed', 'not a succession of one key of the log to the next')
}
