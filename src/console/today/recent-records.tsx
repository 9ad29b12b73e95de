import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Use } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { recentUsesQuery } from '../api/traces.ts'
import { pathTo } from '../app/rooms.ts'
import { Failure, Loading } from '../shape/page-state.tsx'
import { Moment } from '../time/moment.tsx'
import './recent-records.css'

const shown = 8

/** The patients whose records one opened last, from one's own trace. */
export function RecentRecords() {
  const { t } = useTranslation()
  const uses = useQuery(recentUsesQuery(useApi()))
  const recent = latestByPatient(uses.data?.uses ?? [])
  return (
    <section className="recent" aria-labelledby="recent">
      <h2 id="recent">{t('today.recent')}</h2>
      {uses.isPending ? <Loading lines={4} /> : null}
      {uses.isError ? <Failure error={uses.error} onRetry={uses.refetch} compact /> : null}
      {uses.data && recent.length === 0 ? <p className="soft recent-empty">{t('today.recentEmpty')}</p> : null}
      <ul>
        {recent.map((use) => (
          <li key={use.patient?.id}>
            <Link to={pathTo.patient(use.patient?.id ?? '')}>{use.patient?.name ?? use.patient?.id}</Link>
            <span className="small faint">
              <Moment at={use.recorded} />
            </span>
          </li>
        ))}
      </ul>
      <p className="recent-all">
        <Link to="/my-uses">{t('today.allUses')}</Link>
      </p>
    </section>
  )
}

function latestByPatient(uses: readonly Use[]): readonly Use[] {
  const latest = new Map<string, Use>()
  for (const use of uses) {
    const opened = use.outcome === 0 && (use.action === 'view' || use.kind === 'release')
    if (opened && use.patient && !latest.has(use.patient.id)) latest.set(use.patient.id, use)
  }
  return [...latest.values()].slice(0, shown)
}
