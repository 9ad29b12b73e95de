import { useMutation } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useTranslation } from 'react-i18next'
import { passkeyChallengeSchema, type SignInState, signInStateSchema } from '../../contract/index.ts'
import { type Api, useApi } from '../api/client.ts'
import { Refused, Unreachable } from '../api/problem.ts'
import { Failure } from '../shape/page-state.tsx'

/** Signs in with a passkey; the user name narrows which, and may be empty. */
export function PasskeyButton({ username, onState }: { username: string; onState(state: SignInState): void }) {
  const { t } = useTranslation()
  const api = useApi()
  const signIn = useMutation({ mutationFn: () => signInByPasskey(api, username.trim()), onSuccess: onState })
  const answered = signIn.error instanceof Refused || signIn.error instanceof Unreachable
  return (
    <div className="sign-in-passkey">
      <p className="sign-in-or">
        <span>{t('signIn.or')}</span>
      </p>
      <Button size="large" block onClick={() => signIn.mutate()} loading={signIn.isPending} data-testid="passkey">
        {t('signIn.passkey')}
      </Button>
      <div aria-live="polite">
        {answered ? <Failure error={signIn.error} compact /> : null}
        {signIn.isError && !answered ? <p className="soft small">{t('signIn.passkeyCancelled')}</p> : null}
      </div>
    </div>
  )
}

async function signInByPasskey(api: Api, username: string): Promise<SignInState> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const challenge = await api.send(
    passkeyChallengeSchema,
    'POST',
    '/api/session/passkey/options',
    username ? { username } : {},
  )
  const optionsJSON = challenge.options as unknown as Parameters<typeof startAuthentication>[0]['optionsJSON']
  const response = await startAuthentication({ optionsJSON })
  return api.send(signInStateSchema, 'POST', '/api/session/passkey', { ticket: challenge.ticket, response })
}
