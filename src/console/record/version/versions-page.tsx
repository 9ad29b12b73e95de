import { useInfiniteQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { WhyButton } from '../../explain/why-panel.tsx'
import { useTerm } from '../../i18n/term.ts'
import { Empty, Failure, Loading } from '../../shape/page-state.tsx'
import { ReceiptChip } from '../../use/receipt-chip.tsx'
import { addresses, useReader, useRecord } from '../record-context.ts'
import { RecordMoment } from '../record-moment.tsx'
import { historyQuery } from '../record-queries.ts'
import { timelineItem } from '../timeline/item.ts'
import { WithheldNote } from '../withheld-notice.tsx'
import { chosenPair, type RecordVersion, readVersions } from './history.ts'
import './versions.css'

const ComparisonView = lazy(async () => ({ default: (await import('./comparison-view.tsx')).ComparisonView }))

/** All versions of one record, and any two of them compared. */
export function VersionsPage() {
  const { t } = useTranslation()
  const term = useTerm()
  const { patient } = useRecord()
  const [question, setQuestion] = useSearchParams()
  const key = question.get('of') ?? ''
  const [type = '', id = ''] = key.split('/')
  const history = useInfiniteQuery({ ...historyQuery(useReader(), type, id), enabled: id !== '' })
  const versions = useMemo(
    () => readVersions((history.data?.pages ?? []).flatMap((page) => page.resources)),
    [history.data],
  )
  const pair = chosenPair(versions, question.get('before'), question.get('after'))
  const choose = (side: 'before' | 'after', version: number) =>
    setQuestion(
      (now) => {
        const next = new URLSearchParams(now)
        if (pair) {
          next.set('before', String(pair.before.version))
          next.set('after', String(pair.after.version))
        }
        next.set(side, String(version))
        return next
      },
      { replace: true, preventScrollReset: true },
    )
  const withheld = (history.data?.pages ?? []).flatMap((page) => page.withheld ?? [])
  const receipt = history.data?.pages.at(-1)?.receipt
  const newest = versions[0]

  return (
    <section className="versions" data-testid="versions" aria-label={t('record.versions.title')}>
      <Link to={addresses.record(patient, key)}>← {t('record.versions.back')}</Link>
      <header className="versions-head">
        <h2>
          {newest ? timelineItem(newest.resource).title : term('record', type)} · {t('record.versions.title')}
        </h2>
        {receipt === undefined ? null : <ReceiptChip receipt={receipt} />}
      </header>
      {history.isPending ? <Loading lines={8} /> : null}
      {history.isError ? (
        <Failure
          error={history.error}
          onRetry={() => history.refetch()}
          actions={<WhyButton matter={{ type, id }} refused />}
        />
      ) : null}
      {withheld.length > 0 ? <WithheldNote words={withheld} /> : null}
      {history.data ? (
        <div className="versions-columns">
          <div>
            <p className="soft small">{t('record.versions.lead')}</p>
            <VersionList versions={versions} pair={pair} onChoose={choose} />
            {history.hasNextPage ? (
              <Button onClick={() => history.fetchNextPage()} loading={history.isFetchingNextPage}>
                {t('record.versions.more')}
              </Button>
            ) : null}
          </div>
          {pair ? (
            <Suspense fallback={<Loading lines={8} />}>
              <ComparisonView before={pair.before} after={pair.after} />
            </Suspense>
          ) : (
            <Empty title={t('record.versions.only')} />
          )}
        </div>
      ) : null}
    </section>
  )
}

interface VersionListProps {
  readonly versions: readonly RecordVersion[]
  readonly pair: { readonly before: RecordVersion; readonly after: RecordVersion } | undefined
  onChoose(side: 'before' | 'after', version: number): void
}

/** Two columns of radio buttons, as in any history of a text: which is the older, which the newer. */
function VersionList({ versions, pair, onChoose }: VersionListProps) {
  const { t } = useTranslation()
  return (
    <ol className="version-list" aria-label={t('record.versions.list')}>
      {versions.map((version, index) => (
        <li key={version.version}>
          {versions.length > 1 ? (
            <span className="version-choice">
              {(['before', 'after'] as const).map((side) => (
                <label key={side}>
                  <input
                    type="radio"
                    name={side}
                    checked={pair?.[side].version === version.version}
                    disabled={pair?.[side === 'before' ? 'after' : 'before'].version === version.version}
                    onChange={() => onChoose(side, version.version)}
                    aria-label={`${t('record.versions.version', { version: version.version })} ${t(side === 'before' ? 'record.versions.older' : 'record.versions.newer')}`}
                  />
                  <span aria-hidden="true">{t(`record.versions.${side}`)}</span>
                </label>
              ))}
            </span>
          ) : null}
          <span className="version-words">
            <span>
              <strong>{t('record.versions.version', { version: version.version })}</strong>{' '}
              {index === 0 ? <span className="version-current">{t('record.versions.current')}</span> : null}
            </span>
            <span className="soft small">
              <RecordMoment at={version.recorded} />{' '}
              {version.author ? t('record.versions.by', { name: version.author }) : null}
            </span>
          </span>
        </li>
      ))}
    </ol>
  )
}
