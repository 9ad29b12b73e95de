import { useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useTranslation } from 'react-i18next'
import { passkeyChallengeSchema } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { Refused } from '../api/problem.ts'
import { nothing, sessionKey, useSession } from '../api/session.ts'
import { Failure } from '../shape/page-state.tsx'

/** Adds a passkey of this device to one's own account. */
export function AddPasskey() {
  const { t } = useTranslation()
  const session = useSession()
  const adding = useAddPasskey()
  return (
    <section className="add-passkey">
      <h2>{t('app.passkeys', { count: session.passkeys })}</h2>
      <Button onClick={() => adding.mutate()} loading={adding.isPending} data-testid="add-passkey">
        {t('app.addPasskey')}
      </Button>
      <div aria-live="polite">
        {adding.isSuccess ? <p className="soft">{t('app.passkeyAdded')}</p> : null}
        {adding.isError ? (
          adding.error instanceof Refused ? (
            <Failure error={adding.error} compact />
          ) : (
            <p className="soft">{t('app.passkeyFailed')}</p>
          )
        ) : null}
      </div>
    </section>
  )
}

function useAddPasskey() {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async () => {
      const { startRegistration } = await import('@simplewebauthn/browser')
      const challenge = await api.send(passkeyChallengeSchema, 'POST', '/api/passkeys/options')
      const optionsJSON = challenge.options as unknown as Parameters<typeof startRegistration>[0]['optionsJSON']
      const response = await startRegistration({ optionsJSON })
      await api.send(nothing, 'POST', '/api/passkeys', { ticket: challenge.ticket, response })
      await queries.invalidateQueries({ queryKey: sessionKey })
    },
  })
}
