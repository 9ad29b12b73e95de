import {
  checkpointText,
  consistencyProof,
  emptyRoot,
  type NoteSigner,
  nodeHash,
  rangeHash,
  type SubtreeHash,
  sha256Tree,
  signNote,
} from '../crypto/index.ts'

/** For tests only: a small log whose leaves are names, to speak of its checkpoints and proofs without a database. */
export interface TestLog {
  checkpoint(size: number): Promise<string>
  proof(oldSize: number, size: number): readonly string[]
  /** Body of an add-checkpoint request. */
  submission(oldSize: number, size: number): Promise<string>
}

export function testLog(signer: NoteSigner, leaves: (index: number) => string = (i) => `entry ${i}`): TestLog {
  const subtree: SubtreeHash = (height, index) =>
    height === 0
      ? sha256Tree.leaf(leaves(index))
      : nodeHash(subtree(height - 1, 2 * index), subtree(height - 1, 2 * index + 1))
  const checkpoint = (size: number) => {
    const root = size === 0 ? emptyRoot : rangeHash(0, size, subtree)
    return signNote(checkpointText({ origin: signer.name, size, root }), [signer])
  }
  const proof = (oldSize: number, size: number) =>
    oldSize >= size ? [] : consistencyProof(oldSize, size, subtree).map((hash) => hash.toString('base64'))
  return {
    checkpoint,
    proof,
    submission: async (oldSize, size) => submission(oldSize, proof(oldSize, size), await checkpoint(size)),
  }
}

export function submission(oldSize: number, proof: readonly string[], note: string): string {
  return `old ${oldSize}\n${proof.map((line) => `${line}\n`).join('')}\n${note}`
}
