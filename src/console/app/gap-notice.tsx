import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/client.ts'
import { gapsQuery } from '../api/gaps.ts'

/** For those who watch over the trace: that something in it is missing, and where the entries about it stand. */
export function GapNotice() {
  const { t } = useTranslation()
  const { data } = useQuery(gapsQuery(useApi()))
  if (!data || data.total === 0) return null
  return (
    <p className="local-trace" role="status" data-testid="gaps">
      {t('app.gaps', { total: data.total, newest: data.gaps[0]?.sequence })}
    </p>
  )
}
