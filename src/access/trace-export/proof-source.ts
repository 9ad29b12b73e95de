import type { NoteSigner, SuiteName } from '../../crypto/index.ts'
import type { Tree } from '../../ledger/index.ts'
import type { ExportDesk, ProofSource } from './export-order.ts'

/** Proofs straight from the ledger's trees: the newest checkpoints, once they are of one size and cover enough. */
export function proofsOfTrees(trees: Readonly<Partial<Record<SuiteName, Tree>>>): ProofSource {
  return async (size) => {
    const covered = await Promise.all(
      (Object.entries(trees) as [SuiteName, Tree][]).map(async ([suite, tree]) => {
        const checkpoint = await tree.checkpoint()
        if (checkpoint === undefined) return undefined
        return { suite, size: checkpoint.size, note: checkpoint.note, tile: tree.tile }
      }),
    )
    const [first] = covered
    if (!first || covered.some((one) => one === undefined || one.size !== first.size || one.size < size))
      return undefined
    return covered.flatMap((one) => (one ? [{ suite: one.suite, note: one.note, tile: one.tile }] : []))
  }
}

/** The keys of the logs as a package names them. */
export const logKeys = (...signers: readonly (NoteSigner | undefined)[]): NonNullable<ExportDesk['keys']> =>
  signers.flatMap((signer) => (signer ? [{ role: 'log' as const, verifierKey: signer.verifierKey }] : []))
