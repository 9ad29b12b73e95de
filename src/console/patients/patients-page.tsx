import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useApi } from '../api/client.ts'
import { patientSearchQuery } from '../api/patients.ts'
import { useSession } from '../api/session.ts'
import { ListPage } from '../shape/list.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { Empty } from '../shape/page-state.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'
import { groupsOf } from './groups-of-person.ts'
import { MyPatients } from './my-patients.tsx'
import { PatientList } from './patient-list.tsx'

/** Finds patients by name, pinyin, record number or bed; without words, one's own. */
export function PatientsPage() {
  const [search] = useSearchParams()
  const words = search.get('q')?.trim() ?? ''
  return words ? <Found words={words} /> : <Unasked />
}

function Unasked() {
  const { t } = useTranslation()
  const lead = useSearchLead()
  return (
    <>
      <PageHead title={t('patients.title')} lead={lead} />
      <MyPatients />
    </>
  )
}

function Found({ words }: { words: string }) {
  const { t } = useTranslation()
  const paged = useInfiniteQuery(patientSearchQuery(useApi(), words))
  const receipt = paged.data?.pages.at(-1)?.receipt
  const total = paged.data?.pages[0]?.total
  const lead = useSearchLead()
  return (
    <ListPage
      head={
        <PageHead
          title={t('patients.resultsFor', { words })}
          lead={total === undefined ? lead : t('patients.count', { count: total })}
          marks={receipt === undefined ? null : <ReceiptChip receipt={receipt} />}
        />
      }
    >
      <PatientList
        label={t('patients.results')}
        paged={paged}
        empty={
          <Empty title={t('patients.noResult', { words })}>
            <p>{t('patients.noResultWhy')}</p>
            <p>{t('patients.noResultNow')}</p>
          </Empty>
        }
      />
    </ListPage>
  )
}

/** How one comes to patients: trainees by their cases, offices by name, those who treat also by the bed. */
function useSearchLead(): string {
  const { t } = useTranslation()
  const session = useSession()
  if (session.roles.includes('trainee')) return t('patients.traineeLead')
  return groupsOf(session).length === 0 ? t('patients.officeLead') : t('patients.searchLead')
}
