import { openDatabase, silentLog } from '../kernel/index.ts'
import { openTrace } from '../ledger/index.ts'
import { type OutboxOptions, startOutbox } from './outbox.ts'

// A process of its own for outbox.test.ts, which kills it in mid-stream.
const [url, destinations] = process.argv.slice(2)
const database = openDatabase(url!)
startOutbox({
  database,
  trace: openTrace({ database }),
  destinations: JSON.parse(destinations!) as OutboxOptions['destinations'],
  context: { origin: 'test/ledger', publicUrl: 'http://test' },
  log: silentLog,
  everyMs: 20,
  batchSize: 20,
})
