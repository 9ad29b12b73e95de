import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useApi } from '../api/client.ts'
import { patientUsesQuery } from '../api/patients.ts'
import { pathTo } from '../app/rooms.ts'
import { Empty } from '../shape/page-state.tsx'
import { UsesPage } from './uses-page.tsx'

/** Who has looked at this patient, when, why and with what result. */
export function PatientUsesPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  return (
    <UsesPage
      above={<Link to={pathTo.patient(id)}>← {t('uses.backToPatient')}</Link>}
      title={t('uses.ofPatient')}
      lead={t('uses.ofPatientLead')}
      paged={useInfiniteQuery(patientUsesQuery(useApi(), id))}
      columns={['when', 'result', 'who', 'what', 'record', 'purpose', 'where', 'sequence']}
      choiceKey="patient-uses"
      empty={<Empty title={t('uses.emptyOfPatient')} />}
    />
  )
}
