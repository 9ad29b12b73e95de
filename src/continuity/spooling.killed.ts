import { openDatabase, silentLog } from '../kernel/index.ts'
import { openLedger } from '../ledger/index.ts'
import { joinSpool } from './join-spool.ts'
import { openSpool, type Spool } from './spool.ts'
import { registerSpool } from './spool-registry.ts'

// Run by join-spool.test.ts in a process of its own, to be killed in the middle of what it does.
// Several spools at a time, each caught at a moment of its own.
const [what, url, dataDir, ...spools] = process.argv.slice(2) as [string, string, string, ...string[]]
const atOnce = 4
const database = openDatabase(url, { maxConnections: 2 })
const ledger = await openLedger({ database })

if (what === 'spool') await Promise.all(Array.from({ length: atOnce }, keepSpooling))
else await Promise.all(spools.map(joinOne)).then(() => process.exit(0))

async function keepSpooling(): Promise<void> {
  const spool = await openSpool({ dataDir, maxBytes: 10_000_000 })
  await registerSpool({ id: spool.id, fingerprint: spool.fingerprint }, { database, ledger, process: 'killed' })
  process.send!({ opened: spool.id })
  for (let caller = 0; caller < 2; caller++) void useForEver(spool)
}

async function useForEver(spool: Spool): Promise<never> {
  for (;;) {
    const permit = await spool.append(
      [{ kind: 'permit', outcome: 0, decision: { effect: 'permit', policies: [], bundle: '', epoch: 0 as never } }],
      Date.now(),
    )
    const follows = (-1 - permit.index) as never
    const release = await spool.append([{ kind: 'release', follows, outcome: 0 }], Date.now())
    process.send!({ permit, release })
  }
}

function joinOne(spool: string) {
  return joinSpool(spool, {
    dataDir,
    database,
    ledger,
    log: silentLog,
    judge: async () => ({ effect: 'permit' }),
    onFlaw: async () => {
      throw new Error('nothing is wrong with this spool')
    },
  })
}
