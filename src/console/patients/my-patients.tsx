import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useApi } from '../api/client.ts'
import { myPatientsQuery, type PatientGroup } from '../api/patients.ts'
import { useSession } from '../api/session.ts'
import { Empty } from '../shape/page-state.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'
import { groupsOf } from './groups-of-person.ts'
import { PatientList } from './patient-list.tsx'
import { Tabs } from './tabs.tsx'

/** One's own patients by where they are, or as the cases of a rotation; who has none is told how to find one. */
export function MyPatients() {
  const { t } = useTranslation()
  const groups = groupsOf(useSession())
  const [first] = groups
  if (!first) return <Empty title={t('patients.findFirst')}>{t('patients.findFirstWhy')}</Empty>
  return <Grouped groups={groups} first={first} />
}

/** The group stands in the address. */
function Grouped({ groups, first }: { groups: readonly PatientGroup[]; first: PatientGroup }) {
  const { t } = useTranslation()
  const api = useApi()
  const [search, setSearch] = useSearchParams()
  const group = groups.find((one) => one === search.get('group')) ?? first
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
        tabs={groups.map((id) => ({
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
          bedFirst={group === 'ward' || group === 'rotation'}
          empty={<Empty title={t(`patients.groups.${group}`)}>{t(`patients.empty.${group}`)}</Empty>}
        />
      </Tabs>
    </section>
  )
}
