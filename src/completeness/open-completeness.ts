import type { Clock, Database, Log } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Counters } from './counters.ts'
import { keepCounts } from './keep-counts.ts'
import { type Memory, reconcileOnce } from './reconcile.ts'

export interface CompletenessOptions {
  readonly database: Database
  readonly ledger: Ledger
  readonly counters: Counters
  readonly clock: Clock
  readonly log: Log
  /** UUID of this run. */
  readonly process: string
  readonly version: string
  /** False in front of an upstream: its tables are not here. */
  readonly watchesTables: boolean
  /** False for a tool that runs beside the servers: it counts, and leaves comparing to them. */
  readonly reconciles: boolean
  readonly heartbeatMinutes?: number
  readonly writeEveryMs?: number
  readonly reconcileEveryMs?: number
  readonly settleMs?: number
  readonly silentMs?: number
  readonly spoolGraceMs?: number
}

export interface CompletenessState {
  /** Gaps that this process found since its start. */
  readonly told: number
  readonly judgedUpto: number
  /** Seconds in which the database's own counter could say nothing. */
  readonly blindSeconds: number
  /** While the last round failed. */
  readonly failure?: true
}

/** Counts what leaves, writes it down, and compares; see {@link reconcileOnce}. */
export interface Completeness {
  state(): CompletenessState
  /** Writes down and compares now. */
  round(): Promise<void>
  close(): Promise<void>
}

export async function openCompleteness(options: CompletenessOptions): Promise<Completeness> {
  const { clock, log } = options
  const keeper = await keepCounts({
    ...options,
    heartbeatMinutes: options.heartbeatMinutes ?? 60,
    writeEveryMs: options.writeEveryMs ?? 5_000,
  })
  const desk = {
    ...options,
    settleMs: options.settleMs ?? 120_000,
    silentMs: options.silentMs ?? 90_000,
    spoolGraceMs: options.spoolGraceMs ?? 900_000,
  }
  let memory: Memory = { sinceMs: clock.now(), marks: [], blindMs: 0 }
  let state: CompletenessState = { told: 0, judgedUpto: 0, blindSeconds: 0 }
  let turn: Promise<void> = Promise.resolve()

  async function round(): Promise<void> {
    try {
      const done = await reconcileOnce(desk, memory)
      memory = done.memory
      state = {
        told: state.told + done.told,
        judgedUpto: Math.max(state.judgedUpto, done.judgedUpto),
        blindSeconds: Math.round(memory.blindMs / 1000),
      }
    } catch (err) {
      // After an outage nobody has been heard for a while: who is silent is judged anew from the next round on.
      memory = { ...memory, sinceMs: clock.now() }
      state = { ...state, failure: true }
      log.warn({ err }, 'what was counted could not be compared')
    }
  }
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    turn = turn.then(work)
    return turn
  }
  const timer = options.reconciles
    ? setInterval(() => void inTurn(round), options.reconcileEveryMs ?? 5_000).unref()
    : undefined

  return {
    state: () => state,
    async round() {
      await keeper.write()
      await inTurn(round)
    },
    async close() {
      clearInterval(timer)
      await turn
      await keeper.close().catch((err: unknown) => log.warn({ err }, 'the last counts could not be written down'))
    },
  }
}
