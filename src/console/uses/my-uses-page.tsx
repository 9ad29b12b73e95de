import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/client.ts'
import { myUsesQuery } from '../api/traces.ts'
import { List, ListPage } from '../shape/list.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { Empty } from '../shape/page-state.tsx'
import { EntryDrawer, useChosenEntry } from '../trace/entry-drawer.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'
import { useUseColumns } from './use-columns.tsx'

/** Every use one made oneself: one answers for one's own identity (notice 二(一)). */
export function MyUsesPage() {
  const { t } = useTranslation()
  const paged = useInfiniteQuery(myUsesQuery(useApi()))
  const chosen = useChosenEntry()
  const columns = useUseColumns(
    ['when', 'result', 'what', 'whom', 'record', 'purpose', 'where', 'sequence'],
    chosen.addressOf,
  )
  const uses = paged.data?.pages.flatMap((page) => page.uses) ?? []
  const receipt = paged.data?.pages.at(-1)?.receipt
  return (
    <ListPage
      head={
        <PageHead
          title={t('uses.title')}
          lead={t('uses.lead')}
          marks={receipt === undefined ? null : <ReceiptChip receipt={receipt} />}
        />
      }
    >
      <List
        label={t('uses.title')}
        columns={columns}
        rows={uses}
        rowKey={(use) => String(use.sequence)}
        paged={paged}
        empty={<Empty title={t('uses.empty')}>{t('uses.emptyLead')}</Empty>}
        choiceKey="my-uses"
      />
      <EntryDrawer chosen={chosen} known={uses} />
    </ListPage>
  )
}
