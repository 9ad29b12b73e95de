import {
  type Checkpoint,
  type Cosigner,
  CryptoFailure,
  digestSizeBytes,
  openNote,
  parseCheckpoint,
  splitNote,
  type TreeHashing,
  verifyConsistency,
  withCosignatures,
} from '../crypto/index.ts'
import type { Clock } from '../kernel/index.ts'
import type { TrustedLog } from './trusted-logs.ts'
import type { WitnessedTree, WitnessState } from './witness-state.ts'

/** What a witness answers (C2SP tlog-witness, add-checkpoint). Refusals are answers, not failures. */
export type WitnessAnswer =
  | { readonly status: 200; readonly cosignature: string }
  | { readonly status: 409; readonly size: number }
  | { readonly status: 400 | 403 | 404 | 422; readonly reason: string }

export interface Witness {
  readonly logs: ReadonlyMap<string, TrustedLog>
  readonly state: WitnessState
  readonly cosigner: Cosigner
  readonly clock: Clock
}

interface Submission {
  readonly oldSize: number
  readonly proof: readonly Buffer[]
  readonly note: string
  readonly text: string
  readonly checkpoint: Checkpoint
}

export const maxProofLines = 63

/**
 * One submission, as the protocol orders its checks: format, origin, signature, sizes, what was cosigned before,
 * proof. The new checkpoint is durable before the answer is given, and comparing and storing are one step.
 * Everything in `body` is the sender's.
 */
export async function addCheckpoint(body: string, { logs, state, cosigner, clock }: Witness): Promise<WitnessAnswer> {
  const submission = parseSubmission(body)
  if (!submission) return refuse(400, 'not an add-checkpoint request')
  const { checkpoint, note, text, oldSize } = submission
  const log = logs.get(checkpoint.origin)
  if (!log) return refuse(404, 'unknown log')
  if (!isSignedBy(log, note)) return refuse(403, 'no valid signature of a trusted key')
  if (oldSize > checkpoint.size) return refuse(400, 'old size is beyond the checkpoint')

  return await state.exclusively(checkpoint.origin, async () => {
    const known = await state.read(checkpoint.origin)
    if (oldSize !== (known?.size ?? 0)) return { status: 409, size: known?.size ?? 0 }
    const problem = contradiction(submission, known, log.hashing)
    if (problem !== undefined) {
      // Signed by the log and against what it signed before: worth keeping, whatever comes of it.
      if (known) await state.keepEvidence(checkpoint.origin, note)
      return refuse(422, problem)
    }
    const cosignature = cosigner.cosign(text, Math.floor(clock.now() / 1000))
    await state.store(checkpoint.origin, withCosignatures(ownLinesOnly(note, log), [cosignature.trimEnd()]))
    return { status: 200, cosignature }
  })
}

function parseSubmission(body: string): Submission | undefined {
  const end = body.indexOf('\n\n')
  if (end < 0) return undefined
  const [first, ...proofLines] = body.slice(0, end).split('\n')
  const [, oldSize] = /^old (0|[1-9][0-9]*)$/.exec(first!) ?? []
  if (oldSize === undefined || !Number.isSafeInteger(Number(oldSize)) || proofLines.length > maxProofLines)
    return undefined
  const proof = proofLines.map((line) => Buffer.from(line, 'base64'))
  const isProof = proof.every((each, i) => each.length === digestSizeBytes && each.toString('base64') === proofLines[i])
  if (!isProof) return undefined
  const note = body.slice(end + 2)
  try {
    const { text } = splitNote(note)
    return { oldSize: Number(oldSize), proof, note, text, checkpoint: parseCheckpoint(text) }
  } catch (error) {
    if (error instanceof CryptoFailure) return undefined
    throw error
  }
}

function isSignedBy(log: TrustedLog, note: string): boolean {
  try {
    openNote(note, log.verifiers)
    return true
  } catch (error) {
    if (error instanceof CryptoFailure) return false
    throw error
  }
}

/** Why the checkpoint does not extend what was cosigned before; undefined when it does. */
function contradiction(
  { checkpoint, proof }: Submission,
  known: WitnessedTree | undefined,
  hashing: TreeHashing,
): string | undefined {
  const { size, root } = checkpoint
  if (size === 0 && !root.equals(hashing.emptyRoot)) return 'an empty tree with the root of another'
  if (!known || known.size === 0 || known.size === size) {
    if (proof.length > 0) return 'a consistency proof where there is nothing to prove'
    if (known?.size === size && !known.root.equals(root)) return 'another root at the size cosigned before'
    return undefined
  }
  const isConsistent = verifyConsistency({ oldSize: known.size, size, oldRoot: known.root, root, proof }, hashing)
  return isConsistent ? undefined : 'the consistency proof does not verify'
}

/** Lines of keys that are not the log's are the sender's business and are not kept. */
function ownLinesOnly(note: string, log: TrustedLog): string {
  const { text, lines } = splitNote(note)
  const own = lines.filter((line) => {
    const keyId = Buffer.from(line.slice(line.lastIndexOf(' ') + 1), 'base64').readUInt32BE(0)
    return line.startsWith(`— ${log.origin} `) && log.verifiers.some((verifier) => verifier.keyId === keyId)
  })
  return `${text}\n${own.map((line) => `${line}\n`).join('')}`
}

const refuse = (status: 400 | 403 | 404 | 422, reason: string): WitnessAnswer => ({ status, reason })
