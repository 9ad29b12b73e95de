import {
  type AuthorityEpoch,
  type Clock,
  type Database,
  DatabaseFailure,
  type LedgerSequence,
  type Log,
  silentLog,
  systemClock,
} from '../kernel/index.ts'
import { batchText, openDurableWriter, unavailable } from './durable-writer.ts'
import type { EntryDraft, Receipt } from './entry.ts'
import { LedgerFailure } from './errors.ts'
import { type GroupCommit, groupCommit } from './group-commit.ts'
import type { Ledger, RecordedPermit } from './ledger.ts'
import { type SealedEntry, sealEntry } from './seal-entry.ts'

export interface LedgerOptions {
  /** The ledger makes a connection of its own to the database that this URL, or this pool's URL, names. */
  readonly database: Database | { readonly databaseUrl: string }
  readonly log?: Log
  readonly clock?: Clock
  readonly maxWaitingEntries?: number
  readonly maxGroupEntries?: number
  readonly connectTimeoutMs?: number
  readonly commitTimeoutMs?: number
  readonly outcomeTimeoutMs?: number
}

/** @throws {LedgerFailure} `ledger-unavailable`, `ledger-not-durable`: a ledger that cannot append does not open. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const clock = options.clock ?? systemClock
  const log = options.log ?? silentLog
  const writer = await openDurableWriter({
    databaseUrl: urlOf(options.database),
    log,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    commitTimeoutMs: options.commitTimeoutMs ?? 10_000,
    outcomeTimeoutMs: options.outcomeTimeoutMs ?? 3_000,
    onUnacknowledged: (sequences) => recordUnacknowledged(sequences),
  })
  const group = groupCommit(writer, {
    maxWaitingEntries: options.maxWaitingEntries ?? 20_000,
    maxGroupEntries: options.maxGroupEntries ?? 1_000,
  })
  const seal = (drafts: readonly EntryDraft[]): SealedEntry[] => {
    const nowMs = clock.now()
    return drafts.map((draft) => sealEntry(draft, nowMs))
  }

  const record = async (drafts: readonly EntryDraft[]): Promise<readonly Receipt[]> => {
    if (drafts.length === 0) return []
    const entries = seal(drafts)
    return receiptsOf(entries, await appendAlways(group, entries))
  }

  /** Nobody was told that these stand, and nothing was released under them: the ledger says so itself. */
  function recordUnacknowledged(sequences: readonly number[]): void {
    log.error({ sequences }, 'entries whose callers were told `ledger-unavailable` stand in the journal')
    record([{ kind: 'system', outcome: 8, detail: { event: 'unacknowledged', sequences } }]).catch((err: unknown) =>
      log.error({ err, sequences }, 'the note on unacknowledged entries could not be appended'),
    )
  }

  return {
    record,
    async recordPermit(draft, scope) {
      const [receipt] = await record([draft])
      return { permit: minted, receipt: receipt!, epoch: draft.decision.epoch, scope }
    },
    async recordRelease(permit, drafts) {
      if (drafts.length === 0) throw new TypeError('a release has at least one entry')
      const entries = seal(drafts.map((draft) => ({ ...draft, follows: permit.receipt.sequence })))
      const answer = await group.append({ entries, decidedUnder: permit.epoch })
      if (answer.outcome === 'superseded') return { outcome: 'superseded', epoch: answer.epoch as AuthorityEpoch }
      return { outcome: 'recorded', receipt: receiptsOf(entries, answer.first)[0]! }
    },
    async recordWithin(tx, drafts, within = {}) {
      const { decidedUnder, raisesEpoch = false } = within
      const entries = raisesEpoch ? sealRaising(drafts, clock.now()) : seal(drafts)
      const batch = batchText([{ entries, ...(decidedUnder === undefined ? {} : { decidedUnder }) }])
      const rows = await tx
        .query<{ first_sequence: number; appended: number }>(appendWithin, [batch, raisesEpoch])
        .catch((cause: unknown) => {
          throw cause instanceof DatabaseFailure ? unavailable('the database does not answer', cause) : cause
        })
      const { first_sequence: first, appended } = rows[0]!
      if (appended < entries.length) {
        throw new LedgerFailure('authority-superseded', `authority has moved on since epoch ${decidedUnder}`)
      }
      return receiptsOf(entries, first)
    },
    currentEpoch: () => writer.epoch() as AuthorityEpoch,
    size: async () => (await writer.size()) as LedgerSequence,
    async close() {
      await group.close()
      await writer.close()
    },
  }
}

/** The last entry of a change that can take a right away says so: the epoch rises in the ledger itself. */
function sealRaising(drafts: readonly EntryDraft[], nowMs: number): SealedEntry[] {
  if (drafts.length === 0) throw new TypeError('a change that raises the epoch has at least one entry')
  return drafts.map((draft, i) => sealEntry(draft, nowMs, i === drafts.length - 1 ? { raisesEpoch: true } : {}))
}

const minted = 'recorded permit' as RecordedPermit['permit']

const appendWithin = {
  name: 'ledger_append_within',
  text: 'select first_sequence, appended, epoch from ledger_append($1::json, $2)',
}

async function appendAlways(group: GroupCommit, entries: readonly SealedEntry[]): Promise<number> {
  const answer = await group.append({ entries })
  if (answer.outcome === 'appended') return answer.first
  throw new TypeError('an entry without a condition cannot be superseded')
}

function receiptsOf(entries: readonly SealedEntry[], first: number): Receipt[] {
  return entries.map((entry, i) => ({
    sequence: (first + i) as LedgerSequence,
    leafHash: entry.leafHash,
    recorded: entry.recorded,
  }))
}

function urlOf(database: LedgerOptions['database']): string {
  if ('databaseUrl' in database) return database.databaseUrl
  const url = database.pool.options.connectionString
  if (!url) throw new TypeError('the pool was not opened with a connection string')
  return url
}
