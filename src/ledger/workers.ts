import type { NoteSigner, NoteVerifier } from '../crypto/index.ts'
import { type Clock, type Database, Failure, type Log, pause, silentLog, systemClock } from '../kernel/index.ts'
import type { ArchivedEntries } from './archived-entries.ts'
import { catchUpOnce, integrateOnce } from './integrate.ts'
import { projectOnce } from './project.ts'
import type { SignedMemory } from './signed-memory.ts'

export interface LedgerWorkersOptions {
  readonly database: Database
  /** First line of the checkpoints, e.g. `chartward.local/renmin-hospital`. */
  readonly origin: string
  readonly signer: NoteSigner
  /** Signs the tree over SM3 beside it; without it there is none, or it rests. */
  readonly guomiSigner?: NoteSigner
  /** Keys of either log that reigned before these. */
  readonly formerVerifiers?: readonly NoteVerifier[]
  /** What was signed here before, kept outside the database. */
  readonly memory?: SignedMemory
  /** Where entries are that have left the database. */
  readonly archived?: ArchivedEntries
  readonly log?: Log
  readonly clock?: Clock
  readonly projectEveryMs?: number
  readonly checkpointEveryMs?: number
}

/** How far a worker is behind the journal; `failure` while its last attempt failed. */
export interface WorkerState {
  readonly done: number
  readonly size: number
  readonly failure?: string
}

export interface LedgerWorkers {
  /** `catchUp`: the tree over SM3 on its way to the first; there only where it has a key. */
  state(): { readonly projection: WorkerState; readonly integration: WorkerState; readonly catchUp?: WorkerState }
  close(): Promise<void>
}

const longestPauseMs = 30_000

/**
 * Keeps trace and tree close behind the journal. Any number of processes may run them: at each moment one works and
 * the others look on, and take over when it is gone. With nothing new, each looks at one row and sleeps.
 */
export function startLedgerWorkers(options: LedgerWorkersOptions): LedgerWorkers {
  const { database, log = silentLog, clock = systemClock } = options
  const trees = { ...options, clock }
  const projection = startWorker('projection', options.projectEveryMs ?? 250, log, async () => {
    const { projected, size } = await projectOnce(database, options.archived)
    return { done: projected, size }
  })
  const integration = startWorker('integration', options.checkpointEveryMs ?? 1_000, log, async () => {
    const { covered, size } = await integrateOnce(trees)
    return { done: covered, size }
  })
  const catchUp =
    options.guomiSigner &&
    startWorker('catch-up', options.checkpointEveryMs ?? 1_000, log, async () => {
      const { covered, size } = await catchUpOnce(trees)
      return { done: covered, size }
    })
  return {
    state: () => ({
      projection: projection.state(),
      integration: integration.state(),
      ...(catchUp && { catchUp: catchUp.state() }),
    }),
    async close() {
      await Promise.all([projection, integration, catchUp].map((worker) => worker?.close()))
    },
  }
}

function startWorker(name: string, everyMs: number, log: Log, step: () => Promise<WorkerState>) {
  const closing = new AbortController()
  let state: WorkerState = { done: 0, size: 0 }
  const running = run()
  return {
    state: () => state,
    close() {
      closing.abort()
      return running
    },
  }

  async function run(): Promise<void> {
    for (let pauseMs = everyMs; !closing.signal.aborted; ) {
      try {
        const before = state.done
        state = await step()
        pauseMs = everyMs
        // A long backlog is worked off without pauses, as long as it shrinks.
        if (state.done < state.size && state.done > before) continue
      } catch (err) {
        // It must outlive a database that restarts; what cannot heal by itself is told in `state` and repeated here.
        const failure = err instanceof Failure ? err.code : 'unexpected'
        state = { ...state, failure }
        pauseMs = Math.min(2 * pauseMs, longestPauseMs)
        log.error({ err, worker: name, pauseMs }, 'a ledger worker failed and will try again')
      }
      await pause(pauseMs, closing.signal)
    }
  }
}
