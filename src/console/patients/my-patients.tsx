import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useApi } from '../api/client.ts'
import { myPatientsQuery, type PatientGroup, patientGroups } from '../api/patients.ts'
import { Empty } from '../shape/page-state.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'
import { PatientList } from './patient-list.tsx'
import { Tabs } from './tabs.tsx'

/** One's own patients by where they are: ward, attending, clinic, consult, on call. The group stands in the address. */
export function MyPatients() {
  const { t } = useTranslation()
  const api = useApi()
  const [search, setSearch] = useSearchParams()
  const group = groupOf(search.get('group'))
  const paged = useInfiniteQuery(myPatientsQuery(api, group))
  const receipt = paged.data?.pages.at(-1)?.receipt
  return (
    <section aria-labelledby="my-patients">
      <div className="my-patients-head">
        <h2 id="my-patients">{t('patients.mine')}</h2>
        {receipt === undefined ? null : <ReceiptChip receipt={receipt} />}
      </div>
      <Tabs
        label={t('patients.mine')}
        tabs={patientGroups.map((id) => ({
          id,
          label: t(`patients.groups.${id}`),
          count: id === group ? paged.data?.pages[0]?.total : undefined,
        }))}
        current={group}
        onChoose={(id) => setSearch({ group: id }, { replace: true })}
      >
        <PatientList
          label={`${t('patients.mine')}: ${t(`patients.groups.${group}`)}`}
          paged={paged}
          bedFirst={group === 'ward'}
          empty={<Empty title={t(`patients.groups.${group}`)}>{t(`patients.empty.${group}`)}</Empty>}
        />
      </Tabs>
    </section>
  )
}

const groupOf = (text: string | null): PatientGroup => patientGroups.find((group) => group === text) ?? 'ward'
