import type { Completeness } from '../../completeness/index.ts'
import { openGaps } from '../../completeness/index.ts'
import type { Continuity } from '../../continuity/index.ts'
import type { Clock, Database } from '../../kernel/index.ts'
import type { Metrics } from './metrics.ts'
import type { Readiness } from './routes.ts'

interface Parts {
  readonly completeness: Completeness
  readonly continuity: Continuity
}

/** Whoever watches this server is alarmed by any growth of `chartward_completeness_gaps`. */
export function registerCompletenessFigures(metrics: Metrics, { completeness, continuity }: Parts): void {
  metrics.gauge('chartward_completeness_gaps', 'Gaps this process found and told since its start', () => {
    return completeness.state().told
  })
  metrics.gauge(
    'chartward_completeness_judged_entries',
    'Entries of the ledger that were judged for completeness',
    () => {
      return completeness.state().judgedUpto
    },
  )
  metrics.gauge(
    'chartward_completeness_blind_seconds',
    "Time in which the database's own counter of readings could say nothing",
    () => completeness.state().blindSeconds,
  )
  metrics.gauge('chartward_continuity_database_away', '1 while the database is away', () => {
    return continuity.state().databaseIsAway ? 1 : 0
  })
  metrics.gauge('chartward_continuity_spooled_frames', 'Frames in local spools that have not joined the ledger', () => {
    return continuity.state().spooledFrames
  })
}

const recentMs = 86_400_000

/** Gaps found within a day are told to whoever looks at a server's readiness; they do not take it out of service. */
export function completenessReadiness(parts: {
  readonly completeness: Completeness
  readonly database: Database
  readonly clock: Clock
}): Readiness {
  return {
    name: 'completeness',
    isOptional: true,
    otherwise: 'attention',
    async check() {
      const gaps = await openGaps(parts.database)
      const recent = gaps.filter((gap) => parts.clock.now() - gap.foundAt.getTime() < recentMs)
      if (recent.length > 0 || parts.completeness.state().failure) throw new Error(`${recent.length} gaps`)
    },
  }
}
