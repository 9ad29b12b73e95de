import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { SignInOptions } from '../../contract/index.ts'
import { useTerm } from '../i18n/term.ts'
import { ThreeParts } from '../shape/page-state.tsx'
import { rememberPlace } from './return-to.ts'

/** The hospital's own identity provider; signing in there comes back to the place one was at. */
export function ProviderLinks({ providers }: { providers: SignInOptions['oidc'] }) {
  const { t } = useTranslation()
  if (providers.length === 0) return null
  return (
    <ul className="sign-in-oidc">
      {providers.map((provider) => (
        <li key={provider.id}>
          <a href={provider.startUrl} onClick={rememberPlace}>
            {t('signIn.oidc', { name: provider.name })}
          </a>
        </li>
      ))}
    </ul>
  )
}

/** Said when one comes back from the provider without being admitted (`?refused=code`). */
export function ProviderRefusal() {
  const { t } = useTranslation()
  const term = useTerm()
  const [search] = useSearchParams()
  const code = search.get('refused')
  if (!code) return null
  return (
    <ThreeParts
      tone="refused"
      what={t('signIn.failed')}
      why={term('admission', code)}
      now={t('signIn.failedNow')}
      code={code}
      compact
    />
  )
}
