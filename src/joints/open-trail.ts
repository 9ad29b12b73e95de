import { randomUUID } from 'node:crypto'
import {
  type Completeness,
  type Counters,
  endSuperseded,
  metered,
  openCompleteness,
  openCounters,
  stateSettings,
  tellGap,
} from '../completeness/index.ts'
import { type Continuity, describePlan, openContinuity, readContinuityPlan, strictPlan } from '../continuity/index.ts'
import { type Clock, type Closing, type Configuration, type Database, type Log, version } from '../kernel/index.ts'
import { type Ledger, openLedger } from '../ledger/index.ts'

/** What records uses, counts them, and goes on when the database is away. */
export interface Trail {
  /** Writes to the database or not at all; what speaks of the ledger itself goes there. */
  readonly plainLedger: Ledger
  /** The same for uses of records: where the plan allows it, an outage is bridged by a spool. */
  readonly ledger: Ledger
  readonly counters: Counters
  /** The database as the record store sees it: what reads its tables is counted. */
  readonly recordDatabase: Database
  readonly completeness: Completeness
  readonly continuity: Continuity
}

export interface TrailOptions {
  readonly configuration: Configuration
  readonly database: Database
  readonly log: Log
  readonly clock: Clock
  /** False for a tool of the command line: it keeps no spool and compares nothing. */
  readonly serves: boolean
  /** Settings of other rooms that could mute a part of the trace; each change of them stands in the ledger. */
  readonly mutingSettings: Parameters<typeof stateSettings>[0]
}

export async function openTrail(options: TrailOptions, closing: Closing): Promise<Trail> {
  const { configuration, database, log, clock, serves } = options
  const plainLedger = endSuperseded(await openLedger({ database, log, clock }))
  closing.add(() => plainLedger.close())
  const counting = { database, ledger: plainLedger, clock, log, process: randomUUID() }
  const counters = openCounters()
  const completeness = await openCompleteness({
    ...counting,
    counters,
    version,
    watchesTables: configuration.emrUpstreamUrl === undefined,
    reconciles: serves,
    heartbeatMinutes: configuration.heartbeatMinutes,
  })
  closing.add(() => completeness.close())
  const plan = serves ? readContinuityPlan(configuration.continuity) : strictPlan
  if (serves) {
    await stateSettings(
      {
        continuity: describePlan(plan),
        heartbeatMinutes: configuration.heartbeatMinutes,
        recordsAre: configuration.emrUpstreamUrl === undefined ? 'here' : 'upstream',
        ...options.mutingSettings,
      },
      counting,
    )
  }
  const continuity = await openContinuity({
    ...counting,
    plan,
    dataDir: configuration.dataDir,
    async onFlaw(tx, { spool, ...flaw }) {
      const detail = { spool, ...flaw }
      await tellGap(tx, { counter: 'spool', subject: `${spool}/flaw`, outcome: 8, detail }, counting)
    },
  })
  closing.add(() => continuity.close())
  const recordDatabase = metered(database, counters)
  return { plainLedger, ledger: continuity.ledger, counters, recordDatabase, completeness, continuity }
}
