import { AnchoringFailure, requireReigning, successionsOf } from '../anchoring/index.ts'
import { type Configuration, type Database, type Log, startRounds } from '../kernel/index.ts'
import type { LedgerWorkers } from '../ledger/index.ts'
import { type NoteSigners, openNoteSigners } from './note-signers.ts'

/**
 * The ledger's workers under the keys that reign: when a key has handed over, whoever did it, they begin again with the
 * next. Where a setting still names the old key nothing is signed, and that is told until it names the new one.
 * @param first the keys this process opened; they stay its caller's to close.
 */
export function startWorkersUnderKeys(options: {
  readonly configuration: Configuration
  readonly origin: string
  readonly database: Database
  readonly log: Log
  readonly first: Pick<NoteSigners, 'signer' | 'guomiSigner' | 'formerVerifiers'>
  readonly start: (signers: Pick<NoteSigners, 'signer' | 'guomiSigner' | 'formerVerifiers'>) => LedgerWorkers
  readonly lookEveryMs?: number
}): LedgerWorkers {
  const { configuration, origin, database, log, first, start, lookEveryMs = 2_000 } = options
  let signers = first
  let opened: NoteSigners | undefined
  let workers = start(first)
  const rounds = startRounds({
    name: 'reign of keys',
    everyMs: lookEveryMs,
    log,
    async round() {
      if (await allReign(signers, database)) return
      const next = await openNoteSigners(configuration, origin, database)
      await workers.close()
      await opened?.close()
      signers = next
      opened = next
      workers = start(next)
      log.info({ origin, key: next.signer.verifierKey }, 'a key of the ledger has handed over; its successor signs')
    },
  })
  return {
    state: () => workers.state(),
    async close() {
      await rounds.close()
      await workers.close()
      await opened?.close()
    },
  }
}

async function allReign(
  { signer, guomiSigner }: Pick<NoteSigners, 'signer' | 'guomiSigner'>,
  database: Database,
): Promise<boolean> {
  try {
    for (const each of guomiSigner ? [signer, guomiSigner] : [signer]) {
      requireReigning(await successionsOf(database, each.name), each)
    }
    return true
  } catch (error) {
    if (error instanceof AnchoringFailure && error.code === 'key-does-not-reign') return false
    throw error
  }
}
