import pg from 'pg'
import { type Log, pause } from '../kernel/index.ts'
import { type AppendLink, newWriterFence, openAppendLink } from './append-link.ts'
import { LedgerFailure } from './errors.ts'
import type { SealedEntry } from './seal-entry.ts'

/** Entries of one caller: adjacent in the sequence, all or none. */
export interface Call {
  readonly entries: readonly SealedEntry[]
  /** Append only while this is the epoch. */
  readonly decidedUnder?: number
}

export type CallAnswer =
  | { readonly outcome: 'appended'; readonly first: number }
  | { readonly outcome: 'superseded'; readonly epoch: number }
  /** The connection broke, and afterwards the entries were certainly not in the journal. */
  | { readonly outcome: 'lost' }

/** Writes groups one after the other, and never leaves open whether a group it sent is in the journal. */
export interface DurableWriter {
  readonly available: boolean
  /**
   * @returns one answer a call, in order. When the connection breaks it waits for the next one and looks.
   * @throws {LedgerFailure} `ledger-unavailable`: refused by the database, or no answer in time.
   */
  write(calls: readonly Call[]): Promise<readonly CallAnswer[]>
  epoch(): number
  size(): Promise<number>
  close(): Promise<void>
}

export interface DurableWriterOptions {
  readonly databaseUrl: string
  readonly log: Log
  readonly connectTimeoutMs: number
  /** A commit that takes longer is treated as a broken connection. */
  readonly commitTimeoutMs: number
  /** How long callers wait for a broken connection to come back before they are told `ledger-unavailable`. */
  readonly outcomeTimeoutMs: number
  /** Entries whose callers had been told `ledger-unavailable` were found in the journal afterwards. */
  readonly onUnacknowledged: (sequences: readonly number[]) => void
}

interface Unresolved {
  readonly calls: readonly Call[]
  /** Undefined once the callers have been told `ledger-unavailable`. */
  tell: ((answers: readonly CallAnswer[]) => void) | undefined
}

/** @throws {LedgerFailure} when the first connection cannot be made. */
export async function openDurableWriter(options: DurableWriterOptions): Promise<DurableWriter> {
  const fence = newWriterFence()
  const closing = new AbortController()
  let epoch = 0
  /** What this writer knows to be durable lies below; a group whose answer was lost can only lie at or above. */
  let knownSize = 0
  let unresolved: Unresolved | undefined
  /** What the newest connection found of it, by leaf hash. */
  let found: ReadonlyMap<string, number> | undefined
  let reconnecting: Promise<void> | undefined
  let link: AppendLink | undefined = await connect().catch((cause: unknown) => {
    throw cause instanceof LedgerFailure ? cause : unavailable('the ledger cannot reach its database', cause)
  })

  return {
    get available() {
      return link !== undefined
    },
    async write(calls) {
      const over = link
      if (!over) throw unavailable('the database does not answer')
      const tooLong = setTimeout(() => lose(over, new Error('the commit took too long')), options.commitTimeoutMs)
      try {
        const done = await over.append(batchText(calls))
        knownSize = done.first + done.appended
        sawEpoch(done.epoch)
        return answersOf(calls, done.first, done.epoch)
      } catch (cause) {
        const code = sqlState(cause)
        if (code !== undefined && !connectionIsOver(code)) {
          throw unavailable(`the database refused to append (${code})`, cause)
        }
        const answers = outcomeOf(calls)
        lose(over, cause)
        return await answers
      } finally {
        clearTimeout(tooLong)
      }
    },
    epoch: () => epoch,
    async size() {
      if (!link) throw unavailable('the database does not answer')
      try {
        return (await link.head()).size
      } catch (cause) {
        throw unavailable('the database does not answer', cause)
      }
    },
    async close() {
      closing.abort()
      await reconnecting
      await link?.end().catch(() => {})
      link = undefined
    },
  }

  async function connect(): Promise<AppendLink> {
    const made = await openAppendLink({
      databaseUrl: options.databaseUrl,
      fence,
      connectTimeoutMs: options.connectTimeoutMs,
      onEpoch: sawEpoch,
      onLost: (cause) => lose(made, cause),
    })
    try {
      found = unresolved && (await lookUp(made, unresolved.calls))
      const head = await made.head()
      knownSize = head.size
      sawEpoch(head.epoch)
    } catch (cause) {
      made.destroy()
      throw cause
    }
    return made
  }

  function sawEpoch(seen: number): void {
    if (seen > epoch) epoch = seen
  }

  function lose(lost: AppendLink, cause: unknown): void {
    lost.destroy()
    if (lost !== link) return
    link = undefined
    options.log.error({ err: cause }, 'the ledger lost its database connection')
    reconnecting ??= reconnect().finally(() => {
      reconnecting = undefined
    })
  }

  async function reconnect(): Promise<void> {
    for (let pauseMs = 25; !closing.signal.aborted; pauseMs = Math.min(2 * pauseMs, 1000)) {
      try {
        link = await connect()
        resolveUnresolved()
        options.log.info('the ledger has its database again')
        return
      } catch (cause) {
        options.log.warn({ err: cause, pauseMs }, 'the ledger still has no database')
      }
      await pause(pauseMs, closing.signal)
    }
  }

  function outcomeOf(calls: readonly Call[]): Promise<readonly CallAnswer[]> {
    return new Promise((resolve, reject) => {
      const held: Unresolved = {
        calls,
        tell: (answers) => {
          clearTimeout(patience)
          resolve(answers)
        },
      }
      const patience = setTimeout(() => {
        held.tell = undefined
        reject(unavailable('the connection broke, and the outcome could not be looked up in time'))
      }, options.outcomeTimeoutMs)
      unresolved = held
    })
  }

  /** The old connection is dead when `over` is open (see {@link openAppendLink}), so the journal tells the truth. */
  async function lookUp(over: AppendLink, calls: readonly Call[]): Promise<ReadonlyMap<string, number>> {
    const leafHashes = calls.flatMap((call) => call.entries.map((entry) => entry.leafHash))
    return await over.find(leafHashes, knownSize)
  }

  /** Once the new link stands, so that whoever is told can use it at once. */
  function resolveUnresolved(): void {
    if (!unresolved || !found) return
    const { calls, tell } = unresolved
    const sequences = found
    unresolved = undefined
    found = undefined
    if (tell) tell(calls.map((call) => foundOrLost(sequences.get(call.entries[0]!.leafHash))))
    else if (sequences.size > 0) options.onUnacknowledged([...sequences.values()].sort((a, b) => a - b))
  }
}

function foundOrLost(first: number | undefined): CallAnswer {
  return first === undefined ? { outcome: 'lost' } : { outcome: 'appended', first }
}

/** Entries are embedded as they are: they are JSON already, and the database keeps their text byte for byte. */
export function batchText(calls: readonly Call[]): string {
  let text = '['
  for (const { entries, decidedUnder } of calls) {
    const condition = decidedUnder === undefined ? '' : `"e":${decidedUnder},`
    for (const entry of entries) {
      text += `${text.length === 1 ? '' : ','}{${condition}"h":"${entry.leafHash}","b":${entry.body}}`
    }
  }
  return `${text}]`
}

function answersOf(calls: readonly Call[], firstOfGroup: number, epoch: number): CallAnswer[] {
  let next = firstOfGroup
  return calls.map(({ entries, decidedUnder }) => {
    if (decidedUnder !== undefined && decidedUnder !== epoch) return { outcome: 'superseded', epoch }
    const first = next
    next += entries.length
    return { outcome: 'appended', first }
  })
}

export function unavailable(message: string, cause?: unknown): LedgerFailure {
  return new LedgerFailure('ledger-unavailable', message, cause === undefined ? {} : { cause })
}

function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/** Class 08, and 57P01 to 57P05 (shutdown, crash, idle timeout): the session ends, and a commit may have gone before. */
const connectionIsOver = (code: string) => code.startsWith('08') || code.startsWith('57P')
