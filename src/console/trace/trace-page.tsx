import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useApi } from '../api/client.ts'
import { useSession, useTimeZone } from '../api/session.ts'
import { traceQuery } from '../api/traces.ts'
import { Empty } from '../shape/page-state.tsx'
import { UsesPage } from '../uses/uses-page.tsx'
import { ExportButton } from './export-drawer.tsx'
import { TraceFilters } from './trace-filters.tsx'
import { addressOf, filtersIn, questionOf } from './trace-question.ts'
import { askedFor } from './trace-reach.ts'

/** Searches the trace: who, whom, what, why, whence, when. Each question becomes an entry itself. */
export function TracePage() {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const [search, setSearch] = useSearchParams()
  const key = addressOf(filtersIn(search)).toString()
  const session = useSession()
  const asked = useMemo(() => askedFor(filtersIn(new URLSearchParams(key)), session), [key, session])
  const isAsked = asked !== 'needs-patient'
  const filters = isAsked ? asked : nothingAsked
  const paged = useInfiniteQuery({ ...traceQuery(useApi(), questionOf(filters, zone)), enabled: isAsked })
  return (
    <UsesPage
      title={t('trace.title')}
      lead={t('trace.lead')}
      actions={isAsked ? <ExportButton filters={filters} /> : null}
      filters={<TraceFilters filters={filters} onAsk={(next) => setSearch(addressOf(next))} />}
      paged={paged}
      columns={['when', 'result', 'who', 'what', 'whom', 'record', 'purpose', 'where', 'sequence']}
      choiceKey="trace"
      empty={<Empty title={t('trace.empty')}>{t('trace.emptyLead')}</Empty>}
      notAsked={isAsked ? undefined : <Empty title={t('trace.whichPatient')}>{t('trace.whichPatientLead')}</Empty>}
    />
  )
}

const nothingAsked = {}
