import { useMutation } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type SignInState, signInStateSchema } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { Failure } from '../shape/page-state.tsx'
import { Field } from '../shape/step-form.tsx'

interface PasswordFormProps {
  readonly username: string
  onUsername(username: string): void
  onState(state: SignInState): void
}

/** The first factor. */
export function PasswordForm({ username, onUsername, onState }: PasswordFormProps) {
  const { t } = useTranslation()
  const api = useApi()
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const [tried, setTried] = useState(false)
  const passwordField = useRef<HTMLInputElement>(null)
  const signIn = useMutation({
    mutationFn: () => api.send(signInStateSchema, 'POST', '/api/session', { username: username.trim(), password }),
    onSuccess: onState,
    onError: () => {
      setPassword('')
      passwordField.current?.focus()
    },
  })
  useEffect(() => {
    if (username !== '' && document.activeElement?.tagName === 'BUTTON') passwordField.current?.focus()
  }, [username])

  return (
    <form
      className="sign-in-fields"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (username.trim() && password) signIn.mutate()
      }}
    >
      {signIn.isError ? <Failure error={signIn.error} compact /> : null}
      <Field label={t('signIn.username')} error={tried && !username.trim() ? t('signIn.usernameNeeded') : undefined}>
        {(control) => (
          <input
            {...control}
            className="text-field"
            name="username"
            autoComplete="username webauthn"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={64}
            // biome-ignore lint/a11y/noAutofocus: the one thing this page is for
            autoFocus
            value={username}
            onChange={(event) => onUsername(event.target.value)}
          />
        )}
      </Field>
      <Field
        label={t('signIn.password')}
        error={tried && !password && !signIn.isError ? t('signIn.passwordNeeded') : undefined}
      >
        {(control) => (
          <span className="password-field">
            <input
              {...control}
              ref={passwordField}
              className="text-field"
              name="password"
              type={shown ? 'text' : 'password'}
              autoComplete="current-password"
              maxLength={256}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
            <button type="button" className="plain-button" onClick={() => setShown(!shown)}>
              {shown ? t('signIn.hidePassword') : t('signIn.showPassword')}
            </button>
          </span>
        )}
      </Field>
      <Button type="primary" size="large" htmlType="submit" block loading={signIn.isPending}>
        {t('signIn.next')}
      </Button>
    </form>
  )
}
