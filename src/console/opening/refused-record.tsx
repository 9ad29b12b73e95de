import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Standing } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { explanationQuery } from '../api/traces.ts'
import { ExplanationBody } from '../explain/explanation-body.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { Failure, Loading } from '../shape/page-state.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'
import { PatientLine } from './patient-line.tsx'
import './opening.css'

/** A record that stays closed: what, why, what now. The explanation is not behind a button; it is the page. */
export function RefusedRecord({ standing }: { standing: Standing }) {
  const { t } = useTranslation()
  const explained = useQuery(explanationQuery(useApi(), { type: 'Patient', id: standing.patient.id }))
  return (
    <>
      <PageHead title={t('opening.refusedTitle')} marks={<ReceiptChip receipt={standing.receipt} />} />
      <PatientLine patient={standing.patient} />
      <section className="refused-record" data-testid="refused">
        {explained.isPending ? <Loading /> : null}
        {explained.isError ? <Failure error={explained.error} onRetry={() => explained.refetch()} /> : null}
        {explained.data ? <ExplanationBody explanation={explained.data} /> : null}
        <p className="refused-record-back">
          <Link to="/patients">{t('state.back')}</Link>
        </p>
      </section>
    </>
  )
}
