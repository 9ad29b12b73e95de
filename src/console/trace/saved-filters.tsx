import Button from 'antd/es/button'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addressOf, type Filters, filtersIn } from './trace-question.ts'

const place = 'chartward.trace-filters'

interface SavedFiltersProps {
  readonly filters: Filters
  onChoose(filters: Filters): void
}

/** Filters kept under a name, on this device: what is asked here is nobody else's matter. */
export function SavedFilters({ filters, onChoose }: SavedFiltersProps) {
  const { t } = useTranslation()
  const [saved, setSaved] = useState<Readonly<Record<string, string>>>(readSaved)
  const [name, setName] = useState<string>()

  function keep(next: Readonly<Record<string, string>>): void {
    localStorage.setItem(place, JSON.stringify(next))
    setSaved(next)
  }

  const mayKeep = Object.keys(filters).length > 0
  return (
    <span className="saved-filters">
      {Object.entries(saved).map(([kept, address]) => (
        <span key={kept} className="saved-filter">
          <button
            type="button"
            className="plain-button"
            onClick={() => onChoose(filtersIn(new URLSearchParams(address)))}
          >
            {kept}
          </button>
          <button
            type="button"
            className="plain-button saved-filter-remove"
            aria-label={`${t('state.remove')} ${kept}`}
            onClick={() => keep(Object.fromEntries(Object.entries(saved).filter(([other]) => other !== kept)))}
          >
            ×
          </button>
        </span>
      ))}
      {mayKeep && name === undefined ? (
        <Button type="text" onClick={() => setName('')}>
          {t('state.saveFilter')}
        </Button>
      ) : null}
      {name === undefined ? null : (
        <input
          type="text"
          aria-label={t('state.savedName')}
          placeholder={t('state.savedName')}
          maxLength={24}
          // biome-ignore lint/a11y/noAutofocus: the field was just asked for
          autoFocus
          value={name}
          onChange={(event) => setName(event.target.value)}
          onBlur={() => setName(undefined)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setName(undefined)
            if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
            event.preventDefault()
            if (name.trim()) keep({ ...saved, [name.trim()]: addressOf(filters).toString() })
            setName(undefined)
          }}
        />
      )}
    </span>
  )
}

function readSaved(): Readonly<Record<string, string>> {
  const kept = localStorage.getItem(place)
  return kept ? (JSON.parse(kept) as Record<string, string>) : {}
}
