import {
  type Cosignature,
  type CosignatureVerifier,
  CryptoFailure,
  readCosignatures,
  sha256Hex,
  splitNote,
} from '../crypto/index.ts'
import { AnchoringFailure } from './errors.ts'

export interface Submission {
  /** Submission prefix of the witness, without a slash at its end. */
  readonly url: string
  readonly verifier: CosignatureVerifier
  readonly oldSize: number
  readonly proof: readonly Buffer[]
  /** The signed checkpoint. */
  readonly note: string
  readonly timeoutMs: number
}

/** A witness's answer (C2SP tlog-witness), as far as a log acts on it. */
export type SubmissionAnswer =
  | { readonly outcome: 'cosigned'; readonly cosignature: Cosignature }
  /** It stands elsewhere: prove from there. */
  | { readonly outcome: 'elsewhere'; readonly size: number }
  /** It does not accept that the checkpoint extends what it has. */
  | { readonly outcome: 'inconsistent' }
  | { readonly outcome: 'refused'; readonly status: number }

const maxAnswerBytes = 16_384

/**
 * Submits a checkpoint. Everything in the answer is the witness's, and counts only by its signature.
 * @throws {AnchoringFailure} `anchor-unreachable` when it does not answer in time, or not as the protocol says.
 */
export async function submitCheckpoint(submission: Submission): Promise<SubmissionAnswer> {
  const { url, verifier, oldSize, proof, note, timeoutMs } = submission
  const lines = proof.map((hash) => `${hash.toString('base64')}\n`).join('')
  const answer = await ask(`${url}/add-checkpoint`, timeoutMs, `old ${oldSize}\n${lines}\n${note}`)
  switch (answer.status) {
    case 200:
      return { outcome: 'cosigned', cosignature: cosignatureIn(answer.text, note, verifier) }
    case 409:
      return { outcome: 'elsewhere', size: sizeIn(answer.text) }
    case 422:
      return { outcome: 'inconsistent' }
    default:
      return { outcome: 'refused', status: answer.status }
  }
}

/** The checkpoint a witness holds of a log, where it shows one: evidence when histories differ. */
export async function witnessedNote(url: string, origin: string, timeoutMs: number): Promise<string | undefined> {
  const answer = await ask(`${url}/${sha256Hex(origin)}/checkpoint`, timeoutMs).catch(() => undefined)
  return answer?.status === 200 ? answer.text : undefined
}

async function ask(
  url: string,
  timeoutMs: number,
  body?: string,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(url, {
      ...(body !== undefined && { method: 'POST', body, headers: { 'Content-Type': 'text/plain; charset=utf-8' } }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const bytes = await readBounded(response)
    return { status: response.status, text: bytes.toString('utf8') }
  } catch (cause) {
    throw cause instanceof AnchoringFailure ? cause : unreachable('the witness does not answer', cause)
  }
}

async function readBounded(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxAnswerBytes) throw unreachable('the answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function cosignatureIn(text: string, note: string, verifier: CosignatureVerifier): Cosignature {
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : []
  try {
    const [cosignature] = readCosignatures(splitNote(note).text, lines, [verifier])
    if (cosignature) return cosignature
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause
    throw unreachable('the witness answers with a wrong cosignature', cause)
  }
  throw unreachable('the witness answers without its cosignature')
}

function sizeIn(text: string): number {
  const size = /^(0|[1-9][0-9]*)\n?$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(size)) throw unreachable('the witness does not say where it stands')
  return size
}

function unreachable(message: string, cause?: unknown): AnchoringFailure {
  return new AnchoringFailure('anchor-unreachable', message, cause === undefined ? {} : { cause })
}
