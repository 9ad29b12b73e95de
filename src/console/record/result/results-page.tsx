import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Empty, Failure, Loading } from '../../shape/page-state.tsx'
import { ReceiptChip } from '../../use/receipt-chip.tsx'
import { textAt } from '../fhir/element.ts'
import { readObservation } from '../fhir/observation.ts'
import { readReport } from '../fhir/report.ts'
import { useReader, useRecord } from '../record-context.ts'
import { type FoundPage, pagedSearchQuery, searchQuery } from '../record-queries.ts'
import { WithheldNote } from '../withheld-notice.tsx'
import { looseSheets, type Panel, panelsOf } from './panel.ts'
import { PanelCard } from './panel-card.tsx'
import './results.css'

/** Laboratory reports by panel, newest first, and below them what was measured without a report. */
export function ResultsPage() {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const reader = useReader()
  const reports = useInfiniteQuery(
    pagedSearchQuery(
      reader,
      `DiagnosticReport?patient=${patient}&_sort=-date&_count=40&_include=DiagnosticReport:result`,
    ),
  )
  const loose = useQuery(searchQuery(reader, `Observation?patient=${patient}&_sort=-date&_count=200`))
  const panels = usePanels(reports.data?.pages, loose.data)

  if (reports.isPending || loose.isPending) return <Loading lines={12} />
  const error = reports.error ?? loose.error
  if (error && !reports.data && !loose.data) {
    return (
      <Failure
        error={error}
        onRetry={() => {
          reports.refetch()
          loose.refetch()
        }}
      />
    )
  }
  const withheld = [...(reports.data?.pages ?? []), loose.data].flatMap((page) =>
    page?.withheld ? [page.withheld] : [],
  )
  const receipt = reports.data?.pages.at(-1)?.receipt ?? loose.data?.receipt
  return (
    <section className="results" aria-label={t('record.tabs.results')} data-testid="results">
      <div className="results-lead">
        <p className="soft">{t('record.results.lead')}</p>
        {receipt === undefined ? null : <ReceiptChip receipt={receipt} />}
      </div>
      {withheld.length > 0 ? <WithheldNote words={[...new Set(withheld.flat())]} /> : null}
      {error ? <Failure error={error} compact /> : null}
      {panels.length === 0 ? <Empty title={t('record.results.empty')}>{t('record.results.emptyLead')}</Empty> : null}
      {panels.map((panel) => (
        <PanelCard key={panel.name} panel={panel} />
      ))}
      {reports.hasNextPage ? (
        <Button onClick={() => reports.fetchNextPage()} loading={reports.isFetchingNextPage} data-testid="more-reports">
          {reports.isFetchingNextPage ? t('record.results.loadingMore') : t('record.results.more')}
        </Button>
      ) : null}
    </section>
  )
}

function usePanels(pages: readonly FoundPage[] | undefined, loose: FoundPage | undefined): readonly Panel[] {
  return useMemo(() => {
    const reports = (pages ?? []).flatMap((page) => page.resources).map(readReport)
    const included = (pages ?? []).flatMap((page) => [...page.included, ...page.resources])
    const observations = [...included, ...(loose?.resources ?? [])]
      .filter((resource) => textAt(resource, 'resourceType') === 'Observation')
      .map(readObservation)
    const byId = new Map(observations.map((observation) => [observation.id, observation]))
    return [...panelsOf(reports, byId), ...looseSheets([...byId.values()], reports)]
  }, [pages, loose])
}
