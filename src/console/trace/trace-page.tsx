import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useApi } from '../api/client.ts'
import { useSession, useTimeZone } from '../api/session.ts'
import { traceQuery } from '../api/traces.ts'
import { List, ListPage } from '../shape/list.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { Empty } from '../shape/page-state.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'
import { useUseColumns } from '../uses/use-columns.tsx'
import { EntryDrawer, useChosenEntry } from './entry-drawer.tsx'
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
  const chosen = useChosenEntry()
  const columns = useUseColumns(
    ['when', 'result', 'who', 'what', 'whom', 'record', 'purpose', 'where', 'sequence'],
    chosen.addressOf,
  )
  const uses = paged.data?.pages.flatMap((page) => page.uses) ?? []
  const receipt = paged.data?.pages.at(-1)?.receipt
  return (
    <ListPage
      head={
        <PageHead
          title={t('trace.title')}
          lead={t('trace.lead')}
          marks={receipt === undefined ? null : <ReceiptChip receipt={receipt} />}
        />
      }
      filters={<TraceFilters filters={filters} onAsk={(next) => setSearch(addressOf(next))} />}
    >
      {isAsked ? (
        <List
          label={t('trace.title')}
          columns={columns}
          rows={uses}
          rowKey={(use) => String(use.sequence)}
          paged={paged}
          empty={<Empty title={t('trace.empty')}>{t('trace.emptyLead')}</Empty>}
          choiceKey="trace"
        />
      ) : (
        <Empty title={t('trace.whichPatient')}>{t('trace.whichPatientLead')}</Empty>
      )}
      <EntryDrawer chosen={chosen} known={uses} />
    </ListPage>
  )
}

const nothingAsked = {}
