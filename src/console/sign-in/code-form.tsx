import { useMutation } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type SignInState, signInStateSchema } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { Failure } from '../shape/page-state.tsx'
import { Field } from '../shape/step-form.tsx'

interface CodeFormProps {
  readonly ticket: string
  onState(state: SignInState): void
  onBack(): void
}

/** The second factor: six digits, sent as soon as the sixth is there. */
export function CodeForm({ ticket, onState, onBack }: CodeFormProps) {
  const { t } = useTranslation()
  const api = useApi()
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const confirm = useMutation({
    mutationFn: (digits: string) => api.send(signInStateSchema, 'POST', '/api/session/code', { ticket, code: digits }),
    onSuccess: onState,
    onError: () => setCode(''),
  })

  function enter(text: string): void {
    const digits = text.replace(/\D/g, '').slice(0, 6)
    setCode(digits)
    if (digits.length === 6 && code.length < 6 && !confirm.isPending) confirm.mutate(digits)
  }

  return (
    <form
      className="sign-in-fields"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (code.length === 6) confirm.mutate(code)
      }}
    >
      {confirm.isError ? <Failure error={confirm.error} compact /> : null}
      <Field
        label={t('signIn.code')}
        error={tried && code.length < 6 && !confirm.isError ? t('signIn.codeNeeded') : undefined}
      >
        {(control) => (
          <input
            {...control}
            className="text-field code-field"
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            // biome-ignore lint/a11y/noAutofocus: the one thing this step is for
            autoFocus
            value={code}
            onChange={(event) => enter(event.target.value)}
          />
        )}
      </Field>
      <Button type="primary" size="large" htmlType="submit" block loading={confirm.isPending}>
        {t('signIn.confirm')}
      </Button>
      <button type="button" className="plain-button sign-in-back" onClick={onBack}>
        {t('signIn.back')}
      </button>
    </form>
  )
}
