import { useTranslation } from 'react-i18next'
import { useLocalTrace } from './local-trace.ts'

/** Says that the trace is away and what that means for whoever works now; it cannot be hidden, and goes by itself. */
export function LocalTraceBanner() {
  const { t } = useTranslation()
  const receipt = useLocalTrace()
  if (receipt === undefined) return null
  return (
    <p className="local-trace" role="status" data-testid="local-trace">
      {t('app.localTrace', { receipt })}
    </p>
  )
}
