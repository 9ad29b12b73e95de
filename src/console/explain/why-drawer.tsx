import { useQuery } from '@tanstack/react-query'
import Drawer from 'antd/es/drawer'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/client.ts'
import { explanationQuery, type Matter } from '../api/traces.ts'
import { Failure, Loading } from '../shape/page-state.tsx'
import { ExplanationBody } from './explanation-body.tsx'

interface WhyDrawerProps {
  readonly matter: Matter
  readonly open: boolean
  onClose(): void
}

/** "Why can I see this", and the same panel for "why not, and what can I do". */
export function WhyDrawer({ matter, open, onClose }: WhyDrawerProps) {
  const { t } = useTranslation()
  const api = useApi()
  const explained = useQuery({ ...explanationQuery(api, matter), enabled: open })
  const title = explained.data?.effect === 'deny' ? t('why.titleNot') : t('why.title')
  return (
    <Drawer title={title} open={open} onClose={onClose} size="min(440px, 100vw)" destroyOnHidden>
      {explained.isPending ? <Loading /> : null}
      {explained.isError ? <Failure error={explained.error} onRetry={() => explained.refetch()} compact /> : null}
      {explained.data ? <ExplanationBody explanation={explained.data} /> : null}
    </Drawer>
  )
}
