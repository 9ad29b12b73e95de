import { type EntryDraft, openLedger } from './index.ts'

// Run by crash.test.ts in a process of its own, to be killed: appends until then, and reports receipts as it gets them.
const ledger = await openLedger({ database: { databaseUrl: process.argv[2]! } })
const drafts: readonly EntryDraft[] = [
  { kind: 'permit', outcome: 0 },
  { kind: 'release', outcome: 0 },
]
for (let caller = 0; caller < 16; caller++) {
  void (async () => {
    for (;;) process.send!(await ledger.record(drafts))
  })()
}
