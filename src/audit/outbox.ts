import { type Clock, type Database, Failure, type Log, pause, systemClock } from '../kernel/index.ts'
import type { Entry, Trace, TraceRow } from '../ledger/index.ts'
import type { AuditDestination } from './audit-destination.ts'
import type { AuditContext } from './audit-event-of.ts'
import { handOverOf } from './hand-over.ts'
import { type DestinationState, openPosition, readPositions } from './outbox-position.ts'
import { openTurn, type Turn } from './outbox-turn.ts'
import { outgoingMessage } from './outgoing-message.ts'

export interface OutboxOptions {
  readonly database: Database
  /** Entries that have left the database for a volume are sent from there. */
  readonly trace: Pick<Trace, 'entriesAt'>
  readonly destinations: readonly AuditDestination[]
  readonly context: Pick<AuditContext, 'origin' | 'publicUrl'>
  readonly log: Log
  readonly environment?: NodeJS.ProcessEnv
  readonly clock?: Clock
  readonly everyMs?: number
  readonly longestPauseMs?: number
  readonly batchSize?: number
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
    await pause(pauseMs, signal)
  }
}

interface Batch {
  readonly messages: readonly { readonly sequence: number; readonly bytes: Buffer }[]
  /** Position behind the last entry looked at. */
  readonly next: number
  readonly isFull: boolean
}

async function readBatch(destination: AuditDestination, from: number, options: OutboxOptions): Promise<Batch> {
  const { database, trace, context, batchSize = 500 } = options
  const [head] = await database.query<{ size: number }>({
    name: 'audit_outbox_head',
    text: 'select size from ledger_head',
  })
  const next = Math.max(from, Math.min(from + batchSize, head!.size))
  const rows = await trace.entriesAt(Array.from({ length: next - from }, (_, i) => from + i))
  const wanted = rows.filter(({ entry }) => destination.kinds?.includes(entry.kind) ?? true)
  const followed = await readFollowed(trace, rows, wanted)
  return {
    next,
    isFull: next - from === batchSize,
    messages: wanted.map(({ sequence, entry, leafHash }) => {
      const before = entry.follows === undefined ? undefined : followed.get(entry.follows)
      const around = { ...context, sequence, leafHash, ...(before && { followed: before }) }
      return { sequence, bytes: outgoingMessage(entry, around, destination.send) }
    }),
  }
}

/** The permits and searches that these entries follow: mostly in the same batch; one that expired is left out. */
async function readFollowed(
  trace: OutboxOptions['trace'],
  rows: readonly TraceRow[],
  wanted: readonly TraceRow[],
): Promise<ReadonlyMap<number, Entry>> {
  const known = new Map(rows.map(({ sequence, entry }) => [sequence as number, entry]))
  const missing = new Set(wanted.flatMap(({ entry }) => entry.follows ?? []).filter((one) => !known.has(one)))
  if (missing.size === 0) return known
  const others = await trace.entriesAt([...missing])
  return new Map([...known, ...others.map(({ sequence, entry }) => [sequence as number, entry] as const)])
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

const codeOf = (error: unknown): string => (error instanceof Failure ? error.code : 'unexpected')
