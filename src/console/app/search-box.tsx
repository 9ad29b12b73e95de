import { type Ref, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import './search-box.css'

/** Finds patients from anywhere; `/` brings the focus here, Esc clears it. */
export function SearchBox({ field }: { field: Ref<HTMLInputElement> }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const [search] = useSearchParams()
  const asked = pathname === '/patients' ? (search.get('q') ?? '') : ''
  const [words, setWords] = useState(asked)
  useEffect(() => setWords(asked), [asked])
  return (
    <search>
      <form
        className="search-box"
        onSubmit={(event) => {
          event.preventDefault()
          const trimmed = words.trim()
          if (trimmed) navigate(`/patients?q=${encodeURIComponent(trimmed)}`)
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="7" cy="7" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="m10.6 10.6 4 4" stroke="currentColor" strokeWidth="1.5" />
        </svg>
        <input
          ref={field}
          type="search"
          aria-label={t('app.searchLabel')}
          placeholder={t('app.search')}
          value={words}
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
          enterKeyHint="search"
          data-testid="search"
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            setWords('')
            event.currentTarget.blur()
          }}
        />
        <kbd>/</kbd>
      </form>
    </search>
  )
}
