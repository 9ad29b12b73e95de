import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ownLog, rotateKey } from '../anchoring/index.ts'
import {
  keyNoteSigner,
  type NoteSigner,
  openNote,
  openSigningKey,
  parseKeyAddress,
  parseVerifierKey,
  type SuiteName,
} from '../crypto/index.ts'
import { readConfiguration, silentLog } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Ledger, type LedgerWorkers, openLedger, startLedgerWorkers } from '../ledger/index.ts'
import { keyFileAddress, type NoteSigners, openNoteSigners } from './note-signers.ts'
import { startWorkersUnderKeys } from './workers-under-keys.ts'

const origin = 'chartward.local/ledger'
const folder = mkdtempSync(join(tmpdir(), 'chartward-keys-'))
const configuration = readConfiguration({ DATA_DIR: folder })

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let first: NoteSigners
let workers: LedgerWorkers
before(async () => {
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
  first = await openNoteSigners(configuration, origin, at.database)
  workers = startWorkersUnderKeys({
    ...{ configuration, origin, database: at.database, log: silentLog, first, lookEveryMs: 20 },
    start: ({ signer, guomiSigner, formerVerifiers }) =>
      startLedgerWorkers({
        ...{ database: at.database, origin, signer, formerVerifiers, checkpointEveryMs: 10 },
        ...(guomiSigner && { guomiSigner }),
      }),
  })
})
after(async () => {
  await workers.close()
  await first.close()
  await ledger.close()
  await at.drop()
  rmSync(folder, { recursive: true, force: true })
})

const logOf = (suite: SuiteName, by: NoteSigner) =>
  ownLog(suite, { database: at.database, origin: by.name, verifiers: [parseVerifierKey(by.verifierKey)] })
async function covered(suite: SuiteName, by: NoteSigner): Promise<string> {
  await ledger.record([{ kind: 'system', outcome: 0 }])
  for (const size = await ledger.size(); ; ) {
    const newest = await logOf(suite, by).newest()
    if (newest && newest.size >= size) return newest.note
    await new Promise((next) => setTimeout(next, 10))
  }
}

for (const suite of ['international', 'guomi'] as const) {
  test(`when the key of the ${suite} log hands over, a running server signs on with its successor`, async () => {
    const from = suite === 'guomi' ? first.guomiSigner! : first.signer
    await covered(suite, from)
    const key = await openSigningKey(parseKeyAddress('--to', keyFileAddress(configuration, suite, 1)), suite)
    const to = keyNoteSigner(from.name, key)
    await rotateKey({ database: at.database, ledger, ownLog: logOf(suite, from), from, to })
    const note = await covered(suite, to)
    assert.deepEqual(openNote(note, [parseVerifierKey(to.verifierKey)]).verifiedBy, [from.name])
    await key.close()
  })
}
