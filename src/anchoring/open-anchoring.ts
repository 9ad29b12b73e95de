import type { NoteVerifier, SuiteName, WitnessPolicy } from '../crypto/index.ts'
import { type Clock, type Database, type Log, startRounds } from '../kernel/index.ts'
import type { ArchivedEntries, Ledger, PublishedCheckpoint } from '../ledger/index.ts'
import { type Anchored, anchorOnce } from './anchor-round.ts'
import type { TimestampAuthority } from './ask-timestamp.ts'
import { openCosignatureStore, type WitnessStanding } from './cosignature-store.ts'
import { type OutsideEvidence, openOutsideEvidence } from './outside-evidence.ts'
import { type OwnLog, ownLog } from './own-log.ts'
import { type Reanchored, type ReanchorOptions, readArchive, reanchor } from './reanchor.ts'
import { newestTimestamp } from './timestamp-store.ts'
import { type AwaitedWitness, openWitnessClient, type WitnessLag } from './witness-client.ts'

export interface AnchoringOptions {
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: Clock
  readonly log: Log
  /** Each log of the institution with every key that has signed it; the international one is there always. */
  readonly logs: Readonly<
    Partial<Record<SuiteName, { readonly origin: string; readonly verifiers: readonly NoteVerifier[] }>>
  >
  readonly policy: WitnessPolicy
  readonly authority?: TimestampAuthority
  readonly anchorEveryMs: number
  /** Where entries are that have left the journal. */
  readonly archived?: ArchivedEntries
  /** Whether this process shows checkpoints to witnesses and anchors them by itself. */
  readonly runs: boolean
}

/** What holds the ledger from outside: witnesses, time-stamps, and the archive that renews them. */
export interface Anchoring extends OutsideEvidence {
  /** The checkpoint that is served; see {@link openWitnessClient}. */
  published(suite?: SuiteName): Promise<PublishedCheckpoint | undefined>
  /** A checkpoint with every cosignature there is for it. */
  cosigned(checkpoint: PublishedCheckpoint, suite?: SuiteName): Promise<PublishedCheckpoint>
  readonly asksWitnesses: boolean
  awaitWitnessed(sequence: number, timeoutMs: number): Promise<AwaitedWitness>
  lag(): Promise<WitnessLag>
  standing(): Promise<readonly WitnessStanding[]>
  /** How many histories witnesses hold that are not ours. */
  contradictions(): Promise<number>
  /** Stamps and binds the logs now. */
  anchor(): Promise<readonly Anchored[]>
  reanchor(options: Pick<ReanchorOptions, 'algorithm' | 'withEntries'>): Promise<Reanchored>
  /** What should be renewed, and by when: the earliest end of a certificate that the newest evidence rests on. */
  renewalDueMs(): Promise<number | undefined>
  close(): Promise<void>
}

export function openAnchoring(options: AnchoringOptions): Anchoring {
  const { database, ledger, clock, log, policy, authority, anchorEveryMs, runs, archived } = options
  const suites = (['international', 'guomi'] as const).filter((suite) => options.logs[suite] !== undefined)
  const ownLogs = suites.map((suite) =>
    ownLog(suite, { database, ...options.logs[suite]!, ...(archived && { archived }) }),
  )
  const logOf = (suite: SuiteName): OwnLog | undefined => ownLogs[suites.indexOf(suite)]
  const parts = { database, ledger, clock, log, ownLogs, ...(authority && { authority }) }
  const witnesses = openWitnessClient({ database, ledger, clock, log, policy, ownLogs, submits: runs })
  // One log alone, and nobody to stamp it: there is nothing to bind.
  const anchors = runs && (authority !== undefined || ownLogs.length > 1)
  const anchoring = anchors
    ? startRounds({
        name: 'anchoring',
        everyMs: Math.min(anchorEveryMs, 60_000),
        log,
        round: async () => void (await anchorOnce(parts, anchorEveryMs)),
      })
    : undefined

  const outside = openOutsideEvidence({
    ...{ database, witnesses, store: openCosignatureStore(database) },
    logs: suites.map((suite, i) => ({ suite, ownLog: ownLogs[i]! })),
  })

  return {
    ...outside,
    async published(suite = 'international') {
      const chosen = logOf(suite)
      return chosen && (await witnesses.published(chosen))
    },
    async cosigned(checkpoint, suite = 'international') {
      const chosen = logOf(suite)
      return chosen ? await witnesses.cosigned(checkpoint, chosen) : checkpoint
    },
    asksWitnesses: witnesses.asksWitnesses,
    awaitWitnessed: (sequence, timeoutMs) => witnesses.awaitWitnessed(sequence, timeoutMs),
    lag: () => witnesses.lag(),
    standing: () => witnesses.standing(),
    async contradictions() {
      const [row] = await database.query<{ count: number }>('select count(*) as count from ledger_contradiction')
      return row!.count
    },
    anchor: () => anchorOnce(parts),
    reanchor: (asked) =>
      reanchor(parts, { ...asked, cosigned: (checkpoint, of) => witnesses.cosigned(checkpoint, of) }),
    async renewalDueMs() {
      const link = (await readArchive(database)).at(-1)
      if (link) return link.certificatesUntilMs
      const stamps = await Promise.all(ownLogs.map(({ origin }) => newestTimestamp(database, origin)))
      const ends = stamps.flatMap((stamp) => (stamp ? [stamp.certificatesUntilMs] : []))
      return ends.length === 0 ? undefined : Math.min(...ends)
    },
    async close() {
      await Promise.all([anchoring?.close(), witnesses.close()])
    },
  }
}
