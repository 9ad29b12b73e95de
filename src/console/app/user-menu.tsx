import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { useSession } from '../api/session.ts'
import { chooseLanguage, languageTag } from '../i18n/language.ts'
import { useLanguage } from '../i18n/term.ts'
import './user-menu.css'

const OwnDrawer = lazy(async () => ({ default: (await import('./own-drawer.tsx')).OwnDrawer }))

/** Language, and one's own drawer. `#me` in the address opens it. */
export function UserMenu({ onHelp }: { onHelp(): void }) {
  const { t } = useTranslation()
  const session = useSession()
  const { hash, key } = useLocation()
  const [open, setOpen] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same link may be followed twice
  useEffect(() => {
    if (hash === '#me') setOpen(true)
  }, [hash, key])
  return (
    <div className="user-menu">
      <LanguageSwitch />
      <button
        type="button"
        className="plain-button user-menu-button"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        data-testid="user-menu"
      >
        <span className="user-menu-initial" aria-hidden="true">
          {session.person.name.slice(0, 1)}
        </span>
        <span className="user-menu-name">{session.person.name}</span>
        <span className="unseen">{t('app.menu')}</span>
      </button>
      {open ? (
        <Suspense fallback={null}>
          <OwnDrawer
            onClose={() => setOpen(false)}
            onHelp={() => {
              setOpen(false)
              onHelp()
            }}
          />
        </Suspense>
      ) : null}
    </div>
  )
}

export function LanguageSwitch() {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const other = language === 'zh' ? 'en' : 'zh'
  return (
    <button
      type="button"
      className="plain-button language-switch"
      lang={languageTag(other)}
      onClick={() => chooseLanguage(other)}
      data-testid="language"
    >
      {t('app.language')}
    </button>
  )
}
