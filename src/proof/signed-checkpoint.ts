import {
  type Checkpoint,
  type Cosignature,
  CryptoFailure,
  parseCheckpoint,
  parseSignatureLine,
  readCosignatures,
  splitNote,
  type WitnessPolicy,
} from '../crypto/index.ts'
import type { LogKey, LogKeys } from './log-keys.ts'

/** A checkpoint as it was found, and what its signatures are worth to the reader. */
export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint
  /** What was signed. */
  readonly text: string
  /** By whom, of the keys that are known; undefined where none of them signed. */
  readonly signedBy?: LogKey
  /** A line by a known key of the log does not verify. */
  readonly signatureIsWrong: boolean
  readonly cosignatures: readonly (Cosignature & { readonly witness: string })[]
  /** A line by a witness that the reader knows does not verify. */
  readonly cosignatureIsWrong: boolean
  /** Places of the lines that nothing here relies on: of unknown keys, or a second one of a known key. */
  readonly unusedLines: readonly number[]
}

/** @returns undefined for what is not a signed note over a checkpoint. */
export function readSignedCheckpoint(
  note: string,
  keys: LogKeys,
  policy: WitnessPolicy | undefined,
): SignedCheckpoint | undefined {
  try {
    const { text, lines } = splitNote(note)
    const checkpoint = parseCheckpoint(text)
    const used = new Set<number>()
    const parsed = lines.map(parseSignatureLine)
    let signedBy: LogKey | undefined
    let signatureIsWrong = false
    for (const key of keys.at(checkpoint.size)) {
      const { name, keyId } = key.verifier
      const line = parsed.findIndex((each) => each.name === name && each.keyId === keyId)
      if (line < 0 || name !== checkpoint.origin) continue
      used.add(line)
      if (!key.verifier.verify(text, parsed[line]!.signature)) signatureIsWrong = true
      else signedBy ??= key
    }
    const { cosignatures, isWrong } = readWitnesses(text, lines, policy)
    for (const { line } of cosignatures) used.add(lines.indexOf(line))
    return {
      checkpoint,
      text,
      ...(signedBy && { signedBy }),
      signatureIsWrong,
      cosignatures,
      cosignatureIsWrong: isWrong,
      unusedLines: lines.map((_, i) => i).filter((i) => !used.has(i)),
    }
  } catch (error) {
    if (error instanceof CryptoFailure) return undefined
    throw error
  }
}

function readWitnesses(text: string, lines: readonly string[], policy: WitnessPolicy | undefined) {
  let isWrong = false
  const cosignatures = (policy?.witnesses ?? []).flatMap(({ name, verifier }) => {
    try {
      return readCosignatures(text, lines, [verifier]).map((cosignature) => ({ ...cosignature, witness: name }))
    } catch (error) {
      if (!(error instanceof CryptoFailure)) throw error
      isWrong = true
      return []
    }
  })
  return { cosignatures, isWrong }
}
