import Drawer from 'antd/es/drawer'
import { useTranslation } from 'react-i18next'
import { useSession, useSignOut } from '../api/session.ts'
import { useTerm } from '../i18n/term.ts'
import { AddPasskey } from '../sign-in/add-passkey.tsx'
import { type ThemeChoice, useTheme } from '../theme/theme.tsx'
import { Until } from '../time/moment.tsx'

/** One's own drawer: posts and their ends, passkeys, appearance, sign-out. */
export function OwnDrawer({ onClose, onHelp }: { onClose(): void; onHelp(): void }) {
  const { t } = useTranslation()
  const term = useTerm()
  const session = useSession()
  const signOut = useSignOut()
  return (
    <Drawer title={session.person.name} open onClose={onClose} size="min(380px, 100vw)" data-testid="own">
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
    </Drawer>
  )
}

function ThemeSwitch() {
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
