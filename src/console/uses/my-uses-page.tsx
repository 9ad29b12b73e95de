import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/client.ts'
import { myUsesQuery } from '../api/traces.ts'
import { Empty } from '../shape/page-state.tsx'
import { UsesPage } from './uses-page.tsx'

/** Every use one made oneself: one answers for one's own identity (notice 二(一)). */
export function MyUsesPage() {
  const { t } = useTranslation()
  return (
    <UsesPage
      title={t('uses.title')}
      lead={t('uses.lead')}
      paged={useInfiniteQuery(myUsesQuery(useApi()))}
      columns={['when', 'result', 'what', 'whom', 'record', 'purpose', 'where', 'sequence']}
      choiceKey="my-uses"
      empty={<Empty title={t('uses.empty')}>{t('uses.emptyLead')}</Empty>}
    />
  )
}
