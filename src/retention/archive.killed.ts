import { parseVerifierKey } from '../crypto/index.ts'
import { openDatabase } from '../kernel/index.ts'
import { openLedger } from '../ledger/index.ts'
import { archivePartitions } from './index.ts'

// Run by archive-crash.test.ts in a process of its own, to be killed: archives, and tells of each step.
const [url, origin, archive, ...keys] = process.argv.slice(2) as [string, string, string, ...string[]]
const database = openDatabase(url)
const ledger = await openLedger({ database })
const verifiers = keys.map((key) => parseVerifierKey(key))
process.send!('ready')
await archivePartitions('9999-12', {
  ...{ database, ledger, origin, archive, verifiers },
  operator: { user: 'killed', host: 'here' },
  onProgress: () => process.send!('step'),
})
process.send!('done')
process.disconnect()
await ledger.close()
await database.close()
