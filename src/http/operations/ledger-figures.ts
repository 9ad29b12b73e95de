import type { Ledger, LedgerWorkers, WorkerState } from '../../ledger/index.ts'
import type { Metrics } from './metrics.ts'
import type { Readiness } from './routes.ts'

/** How the ledger is: what is in it, and how far trace and checkpoints are behind. */
export function registerLedgerFigures(metrics: Metrics, ledger: Ledger, workers: LedgerWorkers): void {
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    metrics.gauge(`chartward_${name}`, help, read)
  gauge('ledger_entries', 'Entries in the ledger', () => ledger.size())
  gauge('ledger_unprojected_entries', 'Entries the trace has not taken in yet', () =>
    behind(workers.state().projection),
  )
  gauge('ledger_uncovered_entries', 'Entries no checkpoint covers yet', () => behind(workers.state().integration))
  gauge('ledger_guomi_behind_entries', 'Entries covered by a checkpoint, but by none over SM3', () =>
    behind(workers.state().catchUp),
  )
  gauge(
    'ledger_signing_failed',
    '1 while checkpoints cannot be signed: no key, or a tree that contradicts itself',
    () => (signingFailures(workers).length === 0 ? 0 : 1),
  )
  gauge('authority_epoch', 'The clock of authority', () => ledger.currentEpoch())
}

/**
 * Whether checkpoints are signed. Uses go on without them, and their entries are covered once the key is back, so this
 * is told and stops nothing.
 */
export function checkpointReadiness(workers: LedgerWorkers): Readiness {
  return {
    name: 'checkpoints',
    isOptional: true,
    async check() {
      const [failure] = signingFailures(workers)
      if (failure !== undefined) throw new Error(failure)
    },
  }
}

function signingFailures(workers: LedgerWorkers): readonly string[] {
  const { integration, catchUp } = workers.state()
  return [integration.failure, catchUp?.failure].filter((failure) => failure !== undefined)
}

const behind = (state: WorkerState | undefined): number => Math.max(0, state ? state.size - state.done : 0)
