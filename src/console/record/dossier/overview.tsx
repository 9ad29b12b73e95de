import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useTerm } from '../../i18n/term.ts'
import { Failure, Loading } from '../../shape/page-state.tsx'
import { readCondition } from '../fhir/finding.ts'
import { readOrder } from '../fhir/order.ts'
import { addresses, useReader, useRecord } from '../record-context.ts'
import { RecordMoment } from '../record-moment.tsx'
import { type FoundPage, searchQuery } from '../record-queries.ts'
import { WithheldNote } from '../withheld-notice.tsx'
import { conditionsQuery } from './dossier-head.tsx'
import './overview.css'

/** What stands beside the time line while nothing is open: what is the matter, and what is being given for it. */
export function Overview() {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const reader = useReader()
  const conditions = useQuery(conditionsQuery(reader, patient))
  const medications = useQuery(
    searchQuery(reader, `MedicationRequest?patient=${patient}&status=active&_sort=-authoredon&_count=50`),
  )
  return (
    <div className="overview" data-testid="overview">
      <Part title={t('record.overview.diagnoses')} found={conditions} empty={t('record.overview.noDiagnoses')}>
        {(page) => <Diagnoses page={page} />}
      </Part>
      <Part title={t('record.overview.medications')} found={medications} empty={t('record.overview.noMedications')}>
        {(page) => <Medications page={page} />}
      </Part>
    </div>
  )
}

interface PartProps {
  readonly title: string
  readonly found: {
    readonly data: FoundPage | undefined
    readonly isPending: boolean
    readonly error: unknown
    refetch(): unknown
  }
  readonly empty: string
  children(page: FoundPage): ReactNode
}

function Part({ title, found, empty, children }: PartProps) {
  return (
    <section className="overview-part">
      <h2>{title}</h2>
      {found.isPending ? <Loading lines={3} /> : null}
      {found.error ? <Failure error={found.error} onRetry={found.refetch} compact /> : null}
      {found.data?.withheld ? <WithheldNote words={found.data.withheld} /> : null}
      {found.data?.resources.length === 0 ? <p className="soft">{empty}</p> : null}
      {found.data && found.data.resources.length > 0 ? children(found.data) : null}
    </section>
  )
}

const shownAtOnce = 8

function Diagnoses({ page }: { page: FoundPage }) {
  const { t } = useTranslation()
  const term = useTerm()
  const { patient } = useRecord()
  const seen = new Set<string>()
  const distinct = page.resources.map(readCondition).filter((condition) => {
    const isNew = !seen.has(condition.name)
    seen.add(condition.name)
    return isNew
  })
  const activeFirst = [...distinct].sort(
    (a, b) => Number(b.clinicalStatus === 'active') - Number(a.clinicalStatus === 'active'),
  )
  return (
    <>
      <ul className="overview-list">
        {activeFirst.slice(0, shownAtOnce).map((condition) => (
          <li key={condition.id}>
            <Link to={addresses.record(patient, `Condition/${condition.id}`)}>{condition.name}</Link>
            <span className="faint small">
              {condition.code ? <code>{condition.code}</code> : null}{' '}
              <RecordMoment at={condition.moment?.slice(0, 10)} />{' '}
              {condition.clinicalStatus && condition.clinicalStatus !== 'active'
                ? t(`record.status.${condition.clinicalStatus}` as 'record.status.resolved', {
                    defaultValue: condition.clinicalStatus,
                  })
                : null}
            </span>
          </li>
        ))}
      </ul>
      {distinct.length > shownAtOnce || page.next ? (
        <Link className="small" to={`${addresses.timeline(patient)}?kinds=diagnosis`}>
          {t('record.overview.allDiagnoses')} · {term('record', 'Condition')}
        </Link>
      ) : null}
    </>
  )
}

function Medications({ page }: { page: FoundPage }) {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const orders = page.resources.map(readOrder)
  return (
    <>
      <ul className="overview-list">
        {orders.slice(0, shownAtOnce).map((order) => (
          <li key={order.id}>
            <Link to={addresses.record(patient, `MedicationRequest/${order.id}`)}>{order.name}</Link>
            <span className="faint small">
              {order.instructions.join('; ')} <RecordMoment at={order.authored?.slice(0, 10)} />
            </span>
          </li>
        ))}
      </ul>
      {orders.length > shownAtOnce || page.next ? (
        <Link className="small" to={`${addresses.timeline(patient)}?kinds=medication`}>
          {t('record.overview.all')}
        </Link>
      ) : null}
    </>
  )
}
