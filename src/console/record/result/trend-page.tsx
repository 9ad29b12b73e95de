import { useInfiniteQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { useTimeZone } from '../../api/session.ts'
import { Empty, Failure, Loading } from '../../shape/page-state.tsx'
import { absoluteDay } from '../../time/hospital-time.ts'
import { ReceiptChip } from '../../use/receipt-chip.tsx'
import { momentMs } from '../fhir/datatype.ts'
import { type ObservationFacts, observationText, readObservation } from '../fhir/observation.ts'
import { addresses, useReader, useRecord } from '../record-context.ts'
import { RecordMoment } from '../record-moment.tsx'
import { pagedSearchQuery } from '../record-queries.ts'
import { FlagMark } from './flag-mark.tsx'
import { chartsOf, type TrendSeries, trendOf } from './trend.ts'
import './result-table.css'
import './trend.css'

const TrendChart = lazy(async () => ({ default: (await import('./trend-chart.tsx')).TrendChart }))

/** One measure over time: a chart, and the same values as a table for whoever reads tables. */
export function TrendPage() {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const [question] = useSearchParams()
  const code = question.get('code') ?? ''
  const query = new URLSearchParams({ patient, code, _sort: '-date', _count: '100' })
  const found = useInfiniteQuery({ ...pagedSearchQuery(useReader(), `Observation?${query}`), enabled: code !== '' })
  const observations = useMemo(
    () => (found.data?.pages ?? []).flatMap((page) => page.resources).map(readObservation),
    [found.data],
  )
  const receipt = found.data?.pages.at(-1)?.receipt
  return (
    <section className="trend" data-testid="trend">
      <Link to={addresses.results(patient)}>← {t('record.trend.back')}</Link>
      {code === '' ? <Empty title={t('record.trend.unnamed')} /> : null}
      {code !== '' && found.isPending ? <Loading lines={8} /> : null}
      {found.isError ? <Failure error={found.error} onRetry={() => found.refetch()} /> : null}
      {found.data && observations.length === 0 ? (
        <Empty title={t('record.trend.none')}>{t('record.trend.noneLead')}</Empty>
      ) : null}
      {observations.length > 0 ? <Charts observations={observations} /> : null}
      {observations.length > 0 ? <ValueTable observations={observations} /> : null}
      <footer className="page-foot">
        {found.hasNextPage ? (
          <Button onClick={() => found.fetchNextPage()} loading={found.isFetchingNextPage}>
            {t('record.trend.older')}
          </Button>
        ) : (
          <span />
        )}
        {receipt === undefined ? null : <ReceiptChip receipt={receipt} />}
      </footer>
    </section>
  )
}

function Charts({ observations }: { observations: readonly ObservationFacts[] }) {
  const { t } = useTranslation()
  const charts = useMemo(() => chartsOf(trendOf(observations)), [observations])
  const name = observations[0]!.name
  return (
    <>
      <h2 className="trend-question">{t('record.trend.question', { name })}</h2>
      {charts.length === 0 ? <p className="soft">{t('record.trend.emptyLead')}</p> : null}
      {charts.map((lines) => (
        <figure key={lines[0]?.unit ?? ''} className="trend-figure">
          <Period lines={lines} />
          <Suspense fallback={<div className="trend-chart" />}>
            <TrendChart
              lines={lines}
              label={t('record.trend.chartLabel', {
                name,
                count: lines[0]?.points.length ?? 0,
                last: lines.map((line) => line.points.at(-1)?.text).join(' / '),
              })}
            />
          </Suspense>
        </figure>
      ))}
    </>
  )
}

function Period({ lines }: { lines: readonly TrendSeries[] }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const points = lines[0]?.points ?? []
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return null
  return (
    <figcaption className="soft small">
      {t('record.trend.period', {
        from: absoluteDay(first.at, zone),
        to: absoluteDay(last.at, zone),
        count: points.length,
      })}
    </figcaption>
  )
}

function ValueTable({ observations }: { observations: readonly ObservationFacts[] }) {
  const { t } = useTranslation()
  const newestFirst = [...observations].sort((a, b) => (momentMs(b.moment) ?? 0) - (momentMs(a.moment) ?? 0))
  return (
    <section>
      <h3>{t('record.trend.table')}</h3>
      <div className="result-table trend-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('record.trend.time')}</th>
              <th scope="col">{t('record.trend.value')}</th>
              <th scope="col">{t('record.trend.flag')}</th>
              <th scope="col">{t('record.results.range')}</th>
            </tr>
          </thead>
          <tbody>
            {newestFirst.map((observation) => (
              <tr key={observation.id}>
                <th scope="row">
                  <RecordMoment at={observation.moment} />
                </th>
                <td className="result-value">{observationText(observation) ?? '—'}</td>
                <td>
                  {observation.values.map((value) => (
                    <FlagMark key={value.name ?? ''} flag={value.flag} />
                  ))}
                </td>
                <td className="soft">
                  {observation.values.flatMap((value) => (value.range ? [value.range.text] : [])).join(' / ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
