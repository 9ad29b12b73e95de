import { join } from 'node:path'
import { guomi, international, noteSigner, openKeyFile } from '../crypto/index.ts'
import { openDatabase, systemClock } from '../kernel/index.ts'
import { guomiOrigin, openLedger, openSignedMemory, openTree } from './index.ts'
import { integrateOnce } from './integrate.ts'

// Run by signing-crash.test.ts in a process of its own, to be killed: appends and signs without a pause, and reports
// each checkpoint once it can be read.
const [, , databaseUrl, folder, origin] = process.argv as [string, string, string, string, string]
const database = openDatabase(databaseUrl, { maxConnections: 2 })
const ledger = await openLedger({ database })
const options = {
  database,
  origin,
  signer: noteSigner(origin, await openKeyFile(join(folder, 'ledger.pem'), international)),
  guomiSigner: noteSigner(guomiOrigin(origin), await openKeyFile(join(folder, 'ledger-sm2.pem'), guomi), guomi),
  memory: await openSignedMemory(join(folder, 'signed.json')),
  clock: systemClock,
}
for (;;) {
  await ledger.record(Array.from({ length: 37 }, () => ({ kind: 'system', outcome: 0 }) as const))
  await integrateOnce(options)
  for (const suite of ['international', 'guomi'] as const) {
    const checkpoint = (await openTree({ database, suite }).checkpoint())!
    process.send!({ suite, size: checkpoint.size, root: checkpoint.root.toString('hex') })
  }
}
