import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Outlet, useLocation, useNavigate, useNavigation } from 'react-router'
import { SessionRoot, sessionKey, useSession, useSessionQuery } from '../api/session.ts'
import { Failure, Loading } from '../shape/page-state.tsx'
import { DemonstrationBanner } from './demonstration-banner.tsx'
import { GapNotice } from './gap-notice.tsx'
import { useKeyboard } from './keyboard.ts'
import { LocalTraceBanner } from './local-trace-banner.tsx'
import { Mark } from './mark.tsx'
import { Navigation } from './navigation.tsx'
import { roomsOf } from './rooms.ts'
import { SearchBox } from './search-box.tsx'
import { UserMenu } from './user-menu.tsx'
import './shell.css'

const SignInPage = lazy(async () => ({ default: (await import('../sign-in/sign-in-page.tsx')).SignInPage }))
const HelpOverlay = lazy(async () => ({ default: (await import('./help-overlay.tsx')).HelpOverlay }))

/**
 * Everything around a page. Without a session it shows sign-in at the same address, so that one comes back to the
 * place one was at.
 */
export function Shell() {
  const session = useSessionQuery()
  const queries = useQueryClient()
  const [wasSignedIn, setWasSignedIn] = useState(false)
  const signedIn = Boolean(session.data)
  useEffect(() => {
    if (signedIn) setWasSignedIn(true)
  }, [signedIn])

  /** Whoever signs in now sees nothing that was read for the one before. */
  function enter(): void {
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] })
    session.refetch()
  }

  if (session.isPending) {
    return (
      <div className="shell-waiting">
        <Loading />
      </div>
    )
  }
  if (session.isError) {
    return (
      <main className="shell-waiting">
        <Failure error={session.error} onRetry={() => session.refetch()} />
      </main>
    )
  }
  if (!session.data) {
    return (
      <Suspense fallback={null}>
        <SignInPage ended={wasSignedIn} onSignedIn={enter} />
      </Suspense>
    )
  }
  return (
    <SessionRoot value={session.data}>
      <Frame />
    </SessionRoot>
  )
}

function Frame() {
  const { t } = useTranslation()
  const session = useSession()
  const navigate = useNavigate()
  const search = useRef<HTMLInputElement>(null)
  const main = useRef<HTMLElement>(null)
  const [help, setHelp] = useState(false)
  const { pathname } = useLocation()
  const underWay = useNavigation().state === 'loading'

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page begins at its head
  useEffect(() => {
    scrollTo(0, 0)
  }, [pathname])

  useKeyboard(
    useMemo(
      () => ({
        search: () => search.current?.focus(),
        help: () => setHelp((shown) => !shown),
        go: (letter) => {
          const target = roomsOf(session).find((room) => room.letter === letter)
          if (target) navigate(target.path)
        },
      }),
      [session, navigate],
    ),
  )

  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {t('app.skip')}
      </button>
      <header className="shell-bar no-print">
        <Link to="/" className="word-mark">
          <Mark />
          <span className="word-mark-name">{t('app.name')}</span>
          <span className="word-mark-hospital">{session.hospital.name}</span>
        </Link>
        {session.rooms.includes('patients') ? <SearchBox field={search} /> : <span />}
        <UserMenu onHelp={() => setHelp(true)} />
      </header>
      <div className="shell-rail">
        <Navigation />
      </div>
      <main id="main" ref={main} tabIndex={-1} className="shell-main" aria-busy={underWay}>
        <LocalTraceBanner />
        {session.rooms.includes('trace') ? <GapNotice /> : null}
        {session.hospital.demonstration ? <DemonstrationBanner /> : null}
        <Outlet />
      </main>
      {help ? (
        <Suspense fallback={null}>
          <HelpOverlay onClose={() => setHelp(false)} />
        </Suspense>
      ) : null}
    </div>
  )
}
