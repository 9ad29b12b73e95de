import Drawer from 'antd/es/drawer'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { useSession, useSignOut } from '../api/session.ts'
import { chooseLanguage, languageTag } from '../i18n/language.ts'
import { useLanguage, useTerm } from '../i18n/term.ts'
import { AddPasskey } from '../sign-in/add-passkey.tsx'
import { type ThemeChoice, useTheme } from '../theme/theme.tsx'
import { Until } from '../time/moment.tsx'
import './user-menu.css'

/** Language, and one's own drawer: posts and their ends, passkeys, appearance, sign-out. */
export function UserMenu({ onHelp }: { onHelp(): void }) {
  const { t } = useTranslation()
  const session = useSession()
  const { hash } = useLocation()
  const [open, setOpen] = useState(hash === '#me')
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
      <Drawer title={session.person.name} open={open} onClose={() => setOpen(false)} size="min(380px, 100vw)">
        <OwnDrawer
          onHelp={() => {
            setOpen(false)
            onHelp()
          }}
        />
      </Drawer>
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

function OwnDrawer({ onHelp }: { onHelp(): void }) {
  const { t } = useTranslation()
  const term = useTerm()
  const session = useSession()
  const signOut = useSignOut()
  return (
    <div className="own">
      <p className="soft">
        {session.person.username} · {session.person.staffNumber}
      </p>
      <section>
        <h2>{t('app.posts')}</h2>
        {session.posts.length === 0 ? <p className="own-no-posts">{t('app.noPosts')}</p> : null}
        <ul className="own-posts">
          {session.posts.map((post) => (
            <li key={`${post.role} ${post.department.id} ${post.title}`}>
              <span>
                {post.title} · {post.department.name}
              </span>
              <span className="small soft">
                {term('role', post.role)} · <Until at={post.until} />
              </span>
            </li>
          ))}
        </ul>
      </section>
      <AddPasskey />
      <ThemeSwitch />
      <div className="own-foot">
        <button type="button" className="plain-button own-link" onClick={onHelp}>
          {t('app.help')} <kbd>?</kbd>
        </button>
        <button type="button" className="plain-button own-link" onClick={() => signOut()} data-testid="sign-out">
          {t('app.signOut')}
        </button>
      </div>
    </div>
  )
}

export function ThemeSwitch() {
  const { t } = useTranslation()
  const { choice, choose } = useTheme()
  const names: Readonly<Record<ThemeChoice, string>> = {
    system: t('app.themeSystem'),
    light: t('app.themeLight'),
    dark: t('app.themeDark'),
  }
  return (
    <fieldset className="theme-switch">
      <legend>{t('app.theme')}</legend>
      {(['system', 'light', 'dark'] as const).map((value) => (
        <label key={value}>
          <input type="radio" name="theme" checked={choice === value} onChange={() => choose(value)} />
          <span>{names[value]}</span>
        </label>
      ))}
    </fieldset>
  )
}
