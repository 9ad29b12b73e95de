import { sha256Hex, splitNote, suites } from '../crypto/index.ts'
import type { Clock, Database, Log } from '../kernel/index.ts'
import type { Ledger, PublishedCheckpoint } from '../ledger/index.ts'
import { askTimestamp, type StampedDigest, type TimestampAuthority } from './ask-timestamp.ts'
import type { OwnLog } from './own-log.ts'
import { storeTimestamp } from './timestamp-store.ts'

export interface AnchorParts {
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: Clock
  readonly log: Log
  readonly ownLogs: readonly OwnLog[]
  /** Without one, the logs are bound into each other and nothing is stamped. */
  readonly authority?: TimestampAuthority
  readonly timeoutMs?: number
}

/** One log at the moment it was anchored. */
export interface Anchored {
  readonly ownLog: OwnLog
  readonly checkpoint: PublishedCheckpoint
  readonly stamped?: StampedDigest
}

const anchorLock = 0x43_57_41_4e

/**
 * Stamps the newest checkpoint of each log, each by the digest of its own suite, and records an `anchor` entry: it holds
 * the checkpoints of both logs and the digests of the tokens, so that the next checkpoint of each log covers the other
 * log, and the stamp. Tokens and entry are one transaction.
 * @param everyMs does nothing when the last anchor is younger; so any number of processes may ask.
 * @throws {AnchoringFailure} `anchor-unreachable`, `timestamp-refused`: nothing was stored.
 */
export async function anchorOnce(parts: AnchorParts, everyMs = 0): Promise<readonly Anchored[]> {
  const { database, ledger, clock } = parts
  return await database.transaction(async (tx) => {
    const [turn] = await tx.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [anchorLock])
    if (!turn!.mine) return []
    const [last] = await tx.query<{ anchored_at: Date }>(
      'select anchored_at from ledger_anchor order by anchored_at desc limit 1',
    )
    if (last && clock.now() - last.anchored_at.getTime() < everyMs) return []
    const anchored = await stampAll(parts)
    if (anchored.length === 0) return []
    for (const { ownLog, checkpoint, stamped } of anchored) {
      if (stamped) await storeTimestamp(tx, { origin: ownLog.origin, size: checkpoint.size }, stamped)
    }
    const [{ size: sequence } = { size: 0 }] = await tx.query<{ size: number }>(
      'select size from ledger_head for update',
    )
    await tx.query('insert into ledger_anchor (anchored_at, sequence) values ($1, $2)', [
      new Date(clock.now()),
      sequence,
    ])
    await ledger.recordWithin(tx, [{ kind: 'anchor', outcome: 0, detail: { logs: anchored.map(inEntry) } }])
    return anchored
  })
}

async function stampAll({ ownLogs, authority, clock, timeoutMs = 15_000 }: AnchorParts): Promise<readonly Anchored[]> {
  const anchored: Anchored[] = []
  for (const ownLog of ownLogs) {
    const checkpoint = await ownLog.newest()
    if (!checkpoint) continue
    const stamped = authority && (await askTimestamp(authority, imprintOf(ownLog, checkpoint), { clock, timeoutMs }))
    anchored.push({ ownLog, checkpoint, ...(stamped && { stamped }) })
  }
  return anchored
}

/** What is stamped of a checkpoint: the digest of its text, the three lines that are signed. */
export function imprintOf({ hashing }: OwnLog, { note }: PublishedCheckpoint) {
  const algorithm = hashing.name
  const suite = algorithm === 'sm3' ? suites.guomi : suites.international
  return { algorithm, digest: suite.digest(splitNote(note).text) }
}

function inEntry({ ownLog, checkpoint, stamped }: Anchored) {
  return {
    origin: ownLog.origin,
    size: checkpoint.size,
    root: checkpoint.root.toString('base64'),
    ...(stamped && {
      timestamp: {
        time: new Date(stamped.timestamp.timeMs).toISOString(),
        authority: stamped.timestamp.authority,
        token: sha256Hex(stamped.token),
      },
    }),
  }
}
