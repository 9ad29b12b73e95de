import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useApi } from '../api/client.ts'
import { patientUsesQuery } from '../api/patients.ts'
import { pathTo } from '../app/rooms.ts'
import { List, ListPage } from '../shape/list.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { Empty } from '../shape/page-state.tsx'
import { EntryDrawer, useChosenEntry } from '../trace/entry-drawer.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'
import { useUseColumns } from './use-columns.tsx'

/** Who has looked at this patient, when, why and with what result. */
export function PatientUsesPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const paged = useInfiniteQuery(patientUsesQuery(useApi(), id))
  const chosen = useChosenEntry()
  const columns = useUseColumns(
    ['when', 'result', 'who', 'what', 'record', 'purpose', 'where', 'sequence'],
    chosen.addressOf,
  )
  const uses = paged.data?.pages.flatMap((page) => page.uses) ?? []
  const receipt = paged.data?.pages.at(-1)?.receipt
  return (
    <ListPage
      head={
        <PageHead
          above={<Link to={pathTo.patient(id)}>← {t('uses.backToPatient')}</Link>}
          title={t('uses.ofPatient')}
          lead={t('uses.ofPatientLead')}
          marks={receipt === undefined ? null : <ReceiptChip receipt={receipt} />}
        />
      }
    >
      <List
        label={t('uses.ofPatient')}
        columns={columns}
        rows={uses}
        rowKey={(use) => String(use.sequence)}
        paged={paged}
        empty={<Empty title={t('uses.emptyOfPatient')} />}
        choiceKey="patient-uses"
      />
      <EntryDrawer chosen={chosen} known={uses} />
    </ListPage>
  )
}
