import { type PolicyWitness, verifyConsistency } from '../crypto/index.ts'
import type { Log } from '../kernel/index.ts'
import { LedgerFailure, type PublishedCheckpoint } from '../ledger/index.ts'
import { type ContradictionDesk, tellContradiction } from './contradiction.ts'
import type { CosignatureStore } from './cosignature-store.ts'
import type { OwnLog } from './own-log.ts'
import { type SubmissionAnswer, submitCheckpoint, witnessedNote } from './submit-checkpoint.ts'

export interface WitnessRoundParts {
  readonly ownLog: OwnLog
  readonly store: CosignatureStore
  readonly desk: ContradictionDesk
  readonly log: Log
  readonly timeoutMs: number
}

export type ReachableWitness = PolicyWitness & { readonly url: string }

/**
 * Brings one witness to `checkpoint`: proves from where it stands, and once more from where it says it stands. A proof
 * that does not verify here is never sent.
 * @returns whether it has cosigned.
 * @throws {AnchoringFailure} `anchor-unreachable`.
 */
export async function bringWitness(
  witness: ReachableWitness,
  checkpoint: PublishedCheckpoint,
  parts: WitnessRoundParts,
): Promise<boolean> {
  const { ownLog, store } = parts
  const remembered = Math.min(await store.sizeOf(ownLog.origin, witness.verifier), checkpoint.size)
  let oldSize = remembered
  let answer = await submitFrom(oldSize, witness, checkpoint, parts)
  if (answer.outcome === 'elsewhere') {
    oldSize = answer.size
    if (oldSize > checkpoint.size) return await standsBeyond(witness, oldSize, parts)
    answer = await submitFrom(oldSize, witness, checkpoint, parts)
  }
  if (answer.outcome === 'cosigned') {
    await store.keep(ownLog.origin, checkpoint.size, answer.cosignature)
    return true
  }
  // A witness of the older text answers 409 also where it holds another root at the very size it names.
  const standsThereOtherwise = answer.outcome === 'elsewhere' && answer.size === oldSize
  if (answer.outcome === 'inconsistent' || standsThereOtherwise) {
    await contradicted('fork', witness, { own: checkpoint, witnessSize: oldSize }, parts)
  }
  await store.note(ownLog.origin, witness.verifier, { size: oldSize, failure: failureOf(answer) })
  return false
}

async function submitFrom(
  oldSize: number,
  witness: ReachableWitness,
  checkpoint: PublishedCheckpoint,
  { ownLog, timeoutMs }: WitnessRoundParts,
): Promise<SubmissionAnswer> {
  const { size, root, note } = checkpoint
  const proof = oldSize === 0 || oldSize === size ? [] : await ownLog.consistencyProof(oldSize, size)
  const old = proof.length > 0 ? await ownLog.at(oldSize) : undefined
  if (old && !verifyConsistency({ oldSize, size, oldRoot: old.root, root, proof }, ownLog.hashing)) {
    throw new LedgerFailure('tree-inconsistent', `the tree of ${size} does not extend the checkpoint of ${oldSize}`)
  }
  return await submitCheckpoint({ ...witness, oldSize, proof, note, timeoutMs })
}

/** Another process of ours may have gone on in the meantime; if not, the witness remembers what we have lost. */
async function standsBeyond(witness: ReachableWitness, size: number, parts: WitnessRoundParts): Promise<boolean> {
  const newest = await parts.ownLog.newest()
  if (newest && newest.size < size) {
    await contradicted('rollback', witness, { own: newest, witnessSize: size }, parts)
    await parts.store.note(parts.ownLog.origin, witness.verifier, { size, failure: 'rollback' })
  }
  return false
}

async function contradicted(
  problem: 'fork' | 'rollback',
  witness: ReachableWitness,
  { own, witnessSize }: { readonly own: PublishedCheckpoint; readonly witnessSize: number },
  { ownLog, desk, timeoutMs }: WitnessRoundParts,
): Promise<void> {
  const evidence = await witnessedNote(witness.url, ownLog.origin, timeoutMs)
  await tellContradiction(
    { problem, witness: witness.verifier.name, own, witnessSize, ...(evidence !== undefined && { evidence }) },
    ownLog,
    desk,
  )
}

const failureOf = (answer: SubmissionAnswer): string =>
  answer.outcome === 'refused' ? `refused-${answer.status}` : answer.outcome
