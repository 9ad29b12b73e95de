import { useState } from 'react'
import { useTranslation } from 'react-i18next'

const place = 'chartward.demonstration-hidden'

/** Says that people and records are invented; hides when told to, until the next sign-in. */
export function DemonstrationBanner() {
  const { t } = useTranslation()
  const [hidden, setHidden] = useState(() => sessionStorage.getItem(place) === '1')
  if (hidden) return null
  return (
    <p className="demonstration no-print" data-testid="demonstration">
      <span>{t('app.demonstration')}</span>
      <button
        type="button"
        className="plain-button"
        onClick={() => {
          sessionStorage.setItem(place, '1')
          setHidden(true)
        }}
      >
        {t('app.hide')}
      </button>
    </p>
  )
}
