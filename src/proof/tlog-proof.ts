import { decodeBase64, digestSizeBytes } from '../crypto/index.ts'
import { ProofFailure } from './errors.ts'

/**
 * The receipt of one entry as a file (https://c2sp.org/tlog-proof, `.tlog-proof`): its place, its inclusion path and
 * the checkpoint it leads to. Any C2SP verifier takes it, together with the entry's bytes and a policy.
 */
export interface TlogProof {
  readonly index: number
  /** RFC 6962 §2.1.1, from the leaf upward. */
  readonly path: readonly Buffer[]
  /** The signed note, with cosignatures. */
  readonly checkpoint: string
  /** Opaque to verifiers of the format. */
  readonly extra?: Buffer
}

const firstLine = 'c2sp.org/tlog-proof@v1'

export function writeTlogProof({ index, path, checkpoint, extra }: TlogProof): string {
  const extraLine = extra ? `extra ${extra.toString('base64')}\n` : ''
  const hashes = path.map((hash) => `${hash.toString('base64')}\n`).join('')
  return `${firstLine}\n${extraLine}index ${index}\n${hashes}\n${checkpoint}`
}

/** @throws {ProofFailure} `not-a-proof`. Nothing is verified yet. */
export function parseTlogProof(text: string): TlogProof {
  const split = text.indexOf('\n\n')
  const lines = text.slice(0, Math.max(split, 0)).split('\n')
  const checkpoint = text.slice(split + 2)
  if (split < 0 || lines.shift() !== firstLine || !checkpoint.endsWith('\n')) throw notAProof()
  const extra = lines[0]?.startsWith('extra ') ? decodeBase64(lines.shift()!.slice('extra '.length)) : undefined
  const [, index] = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? '') ?? []
  const path = lines.map((line) => decodeBase64(line))
  if (index === undefined || !Number.isSafeInteger(Number(index)) || !path.every(isHash)) throw notAProof()
  const proof = { index: Number(index), path, checkpoint, ...(extra && { extra }) }
  // One spelling only: what was read is what would be written.
  if (writeTlogProof(proof) !== text) throw notAProof()
  return proof
}

const isHash = (bytes: Buffer | undefined): bytes is Buffer => bytes?.length === digestSizeBytes

function notAProof(): ProofFailure {
  return new ProofFailure('not-a-proof', 'this is not a proof of the format c2sp.org/tlog-proof@v1')
}
