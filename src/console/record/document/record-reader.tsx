import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { WhyButton } from '../../explain/why-panel.tsx'
import { useTerm } from '../../i18n/term.ts'
import { Failure, Loading } from '../../shape/page-state.tsx'
import { ReceiptChip } from '../../use/receipt-chip.tsx'
import { type Json, textAt } from '../fhir/element.ts'
import { recordIsRedacted } from '../fhir/withheld.ts'
import { addresses, useReader, useRecord } from '../record-context.ts'
import { RecordMoment } from '../record-moment.tsx'
import { recordQuery } from '../record-queries.ts'
import { timelineItem } from '../timeline/item.ts'
import { useWideScreen } from '../wide-screen.ts'
import { StatusWord } from './status-word.tsx'
import './reader.css'

const RecordBody = lazy(async () => ({ default: (await import('./record-body.tsx')).RecordBody }))

interface RecordReaderProps {
  /** `Type/id` */
  readonly recordKey: string
  onClose(): void
}

/** One record, read whole: what it is, who and when, its content, its version, and the trace of this reading. */
export function RecordReader({ recordKey, onClose }: RecordReaderProps) {
  const { t } = useTranslation()
  const isWide = useWideScreen()
  const [type = '', id = ''] = recordKey.split('/')
  const record = useQuery(recordQuery(useReader(), type, id))
  return (
    <article className="reader" data-testid="reader">
      <div className="reader-bar no-print">
        <Button type="text" size="small" onClick={onClose} data-testid="close-reader">
          <span aria-hidden="true">{isWide ? '×' : '←'}</span>{' '}
          {isWide ? t('record.reader.close') : t('record.reader.back')}
        </Button>
      </div>
      {record.isPending ? <Loading lines={9} /> : null}
      {record.isError ? (
        <Failure
          error={record.error}
          onRetry={() => record.refetch()}
          actions={<WhyButton matter={{ type, id }} refused />}
        />
      ) : null}
      {record.data ? (
        <>
          <ReaderHead resource={record.data.resource} receipt={record.data.receipt} />
          <Suspense fallback={<Loading lines={6} />}>
            <RecordBody resource={record.data.resource} />
          </Suspense>
        </>
      ) : null}
    </article>
  )
}

function ReaderHead({ resource, receipt }: { resource: Json; receipt: number | undefined }) {
  const { t } = useTranslation()
  const term = useTerm()
  const { patient, purpose } = useRecord()
  const item = timelineItem(resource)
  const version = textAt(resource, 'meta', 'versionId')
  return (
    <header className="reader-head">
      <p className="reader-kind">
        {term('record', item.type)}
        {item.status ? <StatusWord status={item.status} /> : null}
      </p>
      <ReaderTitle>{item.title}</ReaderTitle>
      <p className="reader-line">
        <RecordMoment at={momentOf(resource)} />
        {item.person ? <span>{item.person}</span> : null}
        {version ? (
          <Link to={addresses.versions(patient, item.key)} data-testid="versions-link">
            {t('record.reader.version', { version })} · {t('record.reader.versions')}
          </Link>
        ) : null}
      </p>
      <div className="reader-marks no-print">
        {receipt === undefined ? null : <ReceiptChip receipt={receipt} purpose={purpose} />}
        <WhyButton matter={{ type: item.type, id: item.id }} />
      </div>
      {recordIsRedacted(resource) ? <p className="record-note">{t('record.reader.redacted')}</p> : null}
    </header>
  )
}

/** The heading takes the focus when a record is opened, so that a screen reader begins here. */
function ReaderTitle({ children }: { children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const isWide = useWideScreen()
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the record is opened
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
    if (!isWide) heading.current?.closest('.reader')?.scrollIntoView({ block: 'start' })
  }, [])
  return (
    <h2 className="reader-title" ref={heading} tabIndex={-1}>
      {children}
    </h2>
  )
}

function momentOf(resource: Json): string | undefined {
  const names = [
    'date',
    'effectiveDateTime',
    'authoredOn',
    'performedDateTime',
    'started',
    'createdDateTime',
    'recordedDate',
    'onsetDateTime',
    'occurrenceDateTime',
    'issued',
  ]
  return (
    names.map((name) => textAt(resource, name)).find((text) => text !== undefined) ??
    textAt(resource, 'period', 'start') ??
    textAt(resource, 'performedPeriod', 'start') ??
    textAt(resource, 'effectivePeriod', 'start')
  )
}
