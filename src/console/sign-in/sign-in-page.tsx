import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SignInState } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { signInOptionsQuery } from '../api/session.ts'
import { Mark } from '../app/mark.tsx'
import { LanguageSwitch } from '../app/user-menu.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { Failure, Loading } from '../shape/page-state.tsx'
import { CodeForm } from './code-form.tsx'
import { DemoPeople } from './demo-people.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { PasswordForm } from './password-form.tsx'
import { ProviderLinks, ProviderRefusal } from './provider.tsx'
import './sign-in.css'

interface SignInPageProps {
  /** True when a session ended under one's hands, rather than that one has just come. */
  readonly ended: boolean
  onSignedIn(): void
}

/** Signs in by password and code, passkey or the hospital's own identity provider. */
export function SignInPage({ ended, onSignedIn }: SignInPageProps) {
  const { t } = useTranslation()
  const options = useQuery(signInOptionsQuery(useApi()))
  const [username, setUsername] = useState('')
  const [second, setSecond] = useState<Extract<SignInState, { state: 'code-needed' }>>()

  function onState(state: SignInState): void {
    if (state.state === 'code-needed') setSecond(state)
    if (state.state === 'signed-in') onSignedIn()
  }

  const title = second ? t('signIn.codeTitle') : ended ? t('signIn.sessionEnded') : t('signIn.title')
  const lead = second
    ? t('signIn.codeLead', { name: username })
    : ended
      ? t('signIn.sessionEndedLead')
      : t('signIn.lead')
  return (
    <div className="sign-in">
      <header className="sign-in-bar">
        <span className="word-mark">
          <Mark />
          <span className="word-mark-name">{t('app.name')}</span>
          <span className="word-mark-hospital">{options.data?.hospitalName}</span>
        </span>
        <LanguageSwitch />
      </header>
      <main className="sign-in-main">
        <div className="sign-in-form">
          <PageHead title={title} lead={lead} />
          {second ? null : <ProviderRefusal />}
          {options.isPending ? <Loading lines={3} /> : null}
          {options.isError ? <Failure error={options.error} onRetry={options.refetch} /> : null}
          {options.data && second ? (
            <CodeForm ticket={second.ticket} onState={onState} onBack={() => setSecond(undefined)} />
          ) : null}
          {options.data?.password && !second ? (
            <PasswordForm username={username} onUsername={setUsername} onState={onState} />
          ) : null}
          {options.data?.passkey && (!second || second.passkeyAvailable) ? (
            <PasskeyButton username={username} onState={onState} />
          ) : null}
          {!second && options.data ? <ProviderLinks providers={options.data.oidc} /> : null}
          <p className="sign-in-pledge">{t('signIn.pledge')}</p>
        </div>
        {options.data?.demoPeople?.length && !second ? (
          <DemoPeople people={options.data.demoPeople} chosen={username} onChoose={setUsername} />
        ) : null}
      </main>
    </div>
  )
}
