import { useTranslation } from 'react-i18next'
import { useStanding } from '../opening/opening-gate.tsx'
import { PatientLine } from '../opening/patient-line.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'

/** The record of one patient, behind the opening gate. */
export function RecordPage() {
  const { t } = useTranslation()
  const standing = useStanding()
  return (
    <>
      <PageHead
        title={t('record.title')}
        marks={<ReceiptChip receipt={standing.receipt} purpose={standing.purpose} />}
      />
      <PatientLine patient={standing.patient} />
    </>
  )
}
