import { type Clock, type Database, DatabaseFailure, type Log, systemClock } from '../kernel/index.ts'
import { type Entry, LedgerFailure, parseEntry } from '../ledger/index.ts'
import type { AuditDestination } from './audit-destination.ts'
import type { AuditContext } from './audit-event-of.ts'
import { AuditFailure } from './errors.ts'
import { handOverOf } from './hand-over.ts'
import { openPosition, readPositions } from './outbox-position.ts'
import { openTurn, type Turn } from './outbox-turn.ts'
import { outgoingMessage } from './outgoing-message.ts'

export interface OutboxOptions {
  readonly database: Database
  readonly destinations: readonly AuditDestination[]
  readonly context: Pick<AuditContext, 'origin' | 'publicUrl'>
  readonly log: Log
  readonly environment?: NodeJS.ProcessEnv
  readonly clock?: Clock
  readonly everyMs?: number
  readonly longestPauseMs?: number
  readonly batchSize?: number
}

export interface DestinationState {
  readonly id: string
  /** Entries below this one were handed over. */
  readonly position: number
  /** Entries that are not handed over yet. */
  readonly waiting: number
  readonly sent: number
  /** Code of the last failure, until something is taken again. */
  readonly failure?: string
  readonly movedAt: string
}

export interface Outbox {
  readonly destinations: readonly AuditDestination[]
  /** As it stands in the database, whichever process sends. */
  state(): Promise<readonly DestinationState[]>
  close(): Promise<void>
}

/**
 * Sends the ledger's entries to each destination, in order, at least once: the position moves only after the bytes
 * were handed over, so that after a crash some are sent again and none is left out. It reads the journal behind the
 * append path: a slow or dead receiver only lets its own position wait. Of several processes one sends at a time.
 */
export function startOutbox(options: OutboxOptions): Outbox {
  const { database, destinations } = options
  const stopping = new AbortController()
  const turn = openTurn(database)
  const working = destinations.map((destination) => sendTo(destination, options, turn, stopping.signal))
  return {
    destinations,
    state: () => readPositions(database, destinations),
    async close() {
      stopping.abort()
      await Promise.all(working)
      turn.end()
    },
  }
}

async function sendTo(
  destination: AuditDestination,
  options: OutboxOptions,
  turn: Turn,
  signal: AbortSignal,
): Promise<void> {
  const { database, log, everyMs = 2_000, longestPauseMs = 60_000 } = options
  const clock = options.clock ?? systemClock
  const handOver = handOverOf(destination.send, options.environment ?? process.env)
  for (let pauseMs = everyMs; !signal.aborted; ) {
    try {
      if (await turn.isMine()) {
        const position = await openPosition(database, destination)
        const batch = await readBatch(destination, position.at, options)
        if (batch.next > position.at) {
          const taken =
            batch.messages.length === 0
              ? 0
              : await handOver(
                  batch.messages.map(({ bytes }) => bytes),
                  signal,
                )
          const upTo = taken < batch.messages.length ? batch.messages[taken]!.sequence : batch.next
          await position.move(upTo, taken, clock.now())
          pauseMs = everyMs
          if (batch.isFull && taken === batch.messages.length) continue
        }
      }
    } catch (err) {
      if (signal.aborted) break
      const failure = codeOf(err)
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
      log.warn({ err, destination: destination.id, pauseMs }, 'an audit destination does not take what is sent')
      await noteFailure(options, destination, failure, clock)
    }
    await sleep(pauseMs, signal)
  }
}

interface Batch {
  readonly messages: readonly { readonly sequence: number; readonly bytes: Buffer }[]
  /** Position behind the last entry looked at. */
  readonly next: number
  readonly isFull: boolean
}

async function readBatch(destination: AuditDestination, from: number, options: OutboxOptions): Promise<Batch> {
  const { database, context, batchSize = 500 } = options
  const rows = await database.query<JournalRow>(
    {
      name: 'audit_outbox_batch',
      text: `select sequence, body, encode(leaf_hash, 'hex') as leaf_hash from ledger_entry
             where sequence >= $1 order by sequence limit $2`,
    },
    [from, batchSize],
  )
  const entries = new Map(rows.map((row) => [row.sequence, parseEntry(row.body)]))
  const wanted = rows.filter((row) => destination.kinds?.includes(entries.get(row.sequence)!.kind) ?? true)
  const followed = await readFollowed(database, entries)
  return {
    next: rows.length === 0 ? from : rows.at(-1)!.sequence + 1,
    isFull: rows.length === batchSize,
    messages: wanted.map(({ sequence, leaf_hash: leafHash }) => {
      const entry = entries.get(sequence)!
      const before = entry.follows === undefined ? undefined : followed.get(entry.follows)
      const bytes = outgoingMessage(
        entry,
        { ...context, sequence, leafHash, ...(before && { followed: before }) },
        destination.send,
      )
      return { sequence, bytes }
    }),
  }
}

interface JournalRow {
  readonly sequence: number
  readonly body: string
  readonly leaf_hash: string
}

/** The permits and searches that these entries follow: mostly in the same batch. */
async function readFollowed(
  database: Database,
  entries: ReadonlyMap<number, Entry>,
): Promise<ReadonlyMap<number, Entry>> {
  const asked = [...entries.values()].flatMap(({ follows }) => follows ?? [])
  const missing = asked.filter((sequence) => !entries.has(sequence))
  if (missing.length === 0) return entries
  const rows = await database.query<{ sequence: number; body: string }>(
    {
      name: 'audit_outbox_followed',
      text: 'select sequence, body from ledger_entry where sequence = any($1::bigint[])',
    },
    [missing],
  )
  return new Map([...entries, ...rows.map((row) => [row.sequence, parseEntry(row.body)] as const)])
}

async function noteFailure(
  { database }: OutboxOptions,
  { id }: AuditDestination,
  failure: string,
  clock: Clock,
): Promise<void> {
  await database
    .query('update audit_destination set last_failure = $2, failed_at = $3 where id = $1', [
      id,
      failure,
      new Date(clock.now()),
    ])
    // The database may be what failed; the log has it.
    .catch(() => {})
}

function codeOf(error: unknown): string {
  const known = error instanceof AuditFailure || error instanceof LedgerFailure || error instanceof DatabaseFailure
  return known ? error.code : 'unexpected'
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const wake = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      done()
    }
    const timer = setTimeout(wake, ms)
    signal.addEventListener('abort', wake)
    if (signal.aborted) wake()
  })
}
