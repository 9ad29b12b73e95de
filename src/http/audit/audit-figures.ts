import type { Audit, DestinationState } from '../../audit/index.ts'
import type { Metrics } from '../operations/metrics.ts'
import type { Readiness } from '../operations/routes.ts'

/** How far a destination may stay behind before `/readyz` says so: a quarter of an hour of a busy hospital. */
const entriesBehind = 20_000

/** How far the outbox is behind, at the slowest of its destinations. */
export function registerAuditFigures(metrics: Metrics, audit: Audit): void {
  const worst = async (figure: (state: DestinationState) => number) =>
    Math.max(0, ...(await audit.destinations()).map(figure))
  metrics.gauge(
    'chartward_audit_outbox_unsent_entries',
    'Entries that the slowest audit destination has not taken',
    () => worst(({ waiting }) => waiting),
  )
  metrics.gauge('chartward_audit_outbox_failing', '1 while an audit destination does not take what is sent', () =>
    worst(({ failure }) => (failure === undefined ? 0 : 1)),
  )
}

/** A warning: uses go on whether a SIEM listens or not. */
export const outboxReadiness = (audit: Audit): Readiness => ({
  name: 'audit-outbox',
  isOptional: true,
  async check() {
    const late = (await audit.destinations()).find(
      ({ waiting, failure }) => failure !== undefined || waiting > entriesBehind,
    )
    if (late) throw new Error(`the audit destination ${late.id} is behind`)
  },
})
