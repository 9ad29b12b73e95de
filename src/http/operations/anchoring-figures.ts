import type { Anchoring } from '../../anchoring/index.ts'
import type { Clock } from '../../kernel/index.ts'
import type { Metrics } from './metrics.ts'
import type { Readiness } from './routes.ts'

const patienceSeconds = 60
/** Half a year: a new contract with an authority takes its time. */
const renewalNoticeMs = 182 * 24 * 3_600_000

/** What is told and holds nobody up: witnesses that lag, another history of the ledger, an archive to be renewed. */
export function anchoringReadiness(anchoring: Anchoring, clock: Clock): readonly Readiness[] {
  return [
    {
      name: 'witnesses',
      isOptional: true,
      async check() {
        if (anchoring.asksWitnesses && (await anchoring.lag()).lagSeconds > patienceSeconds) throw new Error('lagging')
      },
    },
    {
      name: 'history',
      isOptional: true,
      async check() {
        if ((await anchoring.contradictions()) > 0) throw new Error('contradicted')
      },
    },
    {
      name: 'archive',
      isOptional: true,
      async check() {
        const dueMs = await anchoring.renewalDueMs()
        if (dueMs !== undefined && dueMs - clock.now() < renewalNoticeMs) throw new Error('renewal is due')
      },
    },
  ]
}

export function registerAnchoringFigures(metrics: Metrics, anchoring: Anchoring): void {
  metrics.gauge('chartward_ledger_contradictions', 'Histories that witnesses hold and this ledger does not', () =>
    anchoring.contradictions(),
  )
  if (!anchoring.asksWitnesses) return
  metrics.gauge(
    'chartward_witness_lag_seconds',
    'Age of the oldest entry that no checkpoint counted by the policy of witnesses covers',
    async () => (await anchoring.lag()).lagSeconds,
  )
  metrics.gauge(
    'chartward_unwitnessed_entries',
    'Entries that no checkpoint counted by the policy of witnesses covers',
    async () => (await anchoring.lag()).unwitnessedEntries,
  )
}
