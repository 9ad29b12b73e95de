import { join } from 'node:path'
import { reignsOf, requireReigning, successionsOf } from '../anchoring/index.ts'
import {
  keyNoteSigner,
  type NoteSigner,
  type NoteVerifier,
  openSigningKey,
  parseKeyAddress,
  type SuiteName,
} from '../crypto/index.ts'
import type { Configuration, Queryable } from '../kernel/index.ts'
import { guomiOrigin } from '../ledger/index.ts'

/** Who signs the checkpoints of each log, and who did before. */
export interface NoteSigners {
  readonly signer: NoteSigner
  /** Absent where `LEDGER_GM_KEY` is `none`. */
  readonly guomiSigner?: NoteSigner
  /** Every key of either log that has handed over. */
  readonly formerVerifiers: readonly NoteVerifier[]
  close(): Promise<void>
}

/** Where a key lies that no setting names: below `DATA_DIR`, one file for each key that has reigned. */
export function keyFileAddress({ dataDir }: Configuration, suite: SuiteName, successions: number): string {
  const name = suite === 'guomi' ? 'ledger-sm2' : 'ledger'
  return `file:${join(dataDir, 'keys', successions === 0 ? `${name}.pem` : `${name}-${successions}.pem`)}`
}

/**
 * Opens the keys that `LEDGER_KEY` and `LEDGER_GM_KEY` name; without them, keys in files below `DATA_DIR`.
 * @throws {InvalidInput} naming the variable; {CryptoFailure} as {@link openSigningKey}; {AnchoringFailure}
 * `key-does-not-reign` for a key that has handed over.
 */
export async function openNoteSigners(
  configuration: Configuration,
  origin: string,
  database: Queryable,
): Promise<NoteSigners> {
  const formerVerifiers: NoteVerifier[] = []
  const open = async (field: string, configured: string | undefined, suite: SuiteName, name: string) => {
    const successions = await successionsOf(database, name)
    const address = configured ?? keyFileAddress(configuration, suite, successions.length)
    const key = await openSigningKey(parseKeyAddress(field, address), suite)
    const signer = keyNoteSigner(name, key)
    requireReigning(successions, signer)
    formerVerifiers.push(...reignsOf(name, successions).map(({ verifier }) => verifier))
    return { signer, close: () => key.close() }
  }
  const { ledgerKey, ledgerGuomiKey } = configuration
  const first = await open('LEDGER_KEY', ledgerKey, 'international', origin)
  if (ledgerGuomiKey === 'none') return { ...first, formerVerifiers }
  const second = await open('LEDGER_GM_KEY', ledgerGuomiKey, 'guomi', guomiOrigin(origin))
  return {
    signer: first.signer,
    guomiSigner: second.signer,
    formerVerifiers,
    async close() {
      await Promise.all([first.close(), second.close()])
    },
  }
}
