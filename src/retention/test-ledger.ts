import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { guomi, international, noteSigner, parseVerifierKey } from '../crypto/index.ts'
import { type Clock, type Database, fixedClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { guomiOrigin, type Ledger, openLedger, turnMonth } from '../ledger/index.ts'
import { integrateOnce } from '../ledger/integrate.ts'
import { projectUpTo } from '../ledger/project.ts'
import type { ArchivingOptions } from './archive-partition.ts'
import { removeVolume } from './volume-folder.ts'

export const origin = 'retention.test/ledger'
export const operator = { user: 'archivist', host: 'here', note: 'test' }

/** For tests only: a ledger whose clock is set by hand, with an archive folder beside it. */
export interface TestLedger {
  readonly database: Database
  readonly url: string
  readonly ledger: Ledger
  readonly clock: ReturnType<typeof fixedClock>
  readonly archive: string
  readonly options: ArchivingOptions
  readonly verifierKeys: readonly string[]
  /** Signs what there is in both trees, and brings the trace up to the last full stretch. */
  settle(): Promise<void>
  /** Records fillers until the size is a multiple of 1,024, then begins the next month. */
  endMonth(): Promise<void>
  close(): Promise<void>
}

export async function openTestLedger(startMs: number): Promise<TestLedger> {
  const at = await openTestDatabase()
  const { database } = at
  await database.query(`update ledger_partition set month = '2000-01-01'`)
  const clock = fixedClock(startMs)
  const ledger = await openLedger({ database, clock })
  const signer = noteSigner(origin, international.generatePrivateKey())
  const guomiSigner = noteSigner(guomiOrigin(origin), guomi.generatePrivateKey(), guomi)
  const archive = await mkdtemp(join(tmpdir(), 'chartward-archive-'))
  const verifierKeys = [signer.verifierKey, guomiSigner.verifierKey]
  const verifiers = verifierKeys.map((key) => parseVerifierKey(key))
  const start = new Date(startMs)
  let months = 0
  const settle = async () => {
    for (let done = -1; ; ) {
      const { covered, size } = await integrateOnce({ database, origin, signer, guomiSigner, clock: clock as Clock })
      if (covered === size || covered === done) break
      done = covered
    }
    await projectUpTo(database, await ledger.size())
    await database.query('update completeness_head set judged_upto = $1', [await ledger.size()])
  }
  return {
    database,
    url: at.url,
    ledger,
    clock,
    archive,
    verifierKeys,
    options: { database, ledger, origin, verifiers, archive, operator },
    settle,
    async endMonth() {
      const size = await ledger.size()
      const fillers = (Math.floor(size / 1024) + 1) * 1024 - size
      await ledger.record(Array.from({ length: fillers }, () => ({ kind: 'system', outcome: 0 }) as const))
      clock.advance(30 * 86_400_000)
      months += 1
      await turnMonth(database, fixedClock(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months, 15)))
    },
    async close() {
      await ledger.close()
      await at.drop()
      await removeVolume(archive)
    },
  }
}
