import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { PageHead } from '../shape/page-head.tsx'
import { ThreeParts } from '../shape/page-state.tsx'

/** An address that leads nowhere. */
export function AbsentPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead title={t('state.absent')} />
      <ThreeParts
        tone="failed"
        what={t('state.absent')}
        why={t('state.absentWhy')}
        now={t('state.absentNow')}
        actions={<Link to="/">{t('rooms.today')}</Link>}
      />
    </>
  )
}
