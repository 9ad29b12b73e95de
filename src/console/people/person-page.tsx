import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import type { PersonDossier } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { personQuery } from '../api/people.ts'
import { useSession } from '../api/session.ts'
import { useTerm } from '../i18n/term.ts'
import { Dossier, DossierSection, type Fact, Facts } from '../shape/dossier.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { Failure, Loading } from '../shape/page-state.tsx'
import { StateTag } from '../state/state-tag.tsx'
import { Moment } from '../time/moment.tsx'
import { RightsTimeLine } from './rights-time-line.tsx'
import './people.css'

/** One person whole: what their rights stand on, each with its end. */
export function PersonPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const { rooms } = useSession()
  const person = useQuery(personQuery(useApi(), id))
  const above = <Link to="/people">← {t('people.title')}</Link>
  if (person.isPending || person.isError) {
    return (
      <>
        <PageHead title={t('people.title')} above={above} />
        {person.isError ? <Failure error={person.error} onRetry={person.refetch} /> : <Loading />}
      </>
    )
  }
  return (
    <Dossier
      head={
        <PageHead
          above={above}
          title={person.data.name}
          marks={
            person.data.active ? (
              <StateTag tone="good">{t('people.active')}</StateTag>
            ) : (
              <StateTag tone="ended">{t('people.inactive')}</StateTag>
            )
          }
          lead={person.data.posts.map((post) => `${post.title} · ${post.department}`).join('  /  ')}
          actions={
            rooms.includes('trace') ? (
              <Link to={`/trace?person=${encodeURIComponent(person.data.id)}`}>{t('people.traceOf')}</Link>
            ) : null
          }
        />
      }
      story={<RightsTimeLine person={person.data} />}
      side={<AccountFacts person={person.data} />}
    />
  )
}

function AccountFacts({ person }: { person: PersonDossier }) {
  const { t } = useTranslation()
  const term = useTerm()
  const { account } = person
  const facts: (Fact | undefined)[] = [
    { label: t('people.staffNumber'), value: <span className="mono">{person.staffNumber}</span> },
    { label: t('people.population'), value: term('population', person.population) },
    person.licence ? { label: t('people.licence'), value: <span className="mono">{person.licence}</span> } : undefined,
    {
      label: t('people.account'),
      value: (
        <StateTag tone={account.state === 'active' ? 'good' : account.state === 'locked' ? 'attention' : 'ended'}>
          {term('account', account.state)}
        </StateTag>
      ),
    },
    account.username
      ? { label: t('people.username'), value: <span className="mono">{account.username}</span> }
      : undefined,
    {
      label: t('people.factors'),
      value: account.factors.map((factor) => term('factor', factor)).join(' · ') || t('people.none'),
    },
    {
      label: t('people.lastSignIn'),
      value: account.lastSignIn ? <Moment at={account.lastSignIn} stacked /> : t('people.never'),
    },
  ]
  return (
    <DossierSection title={t('people.facts')}>
      <Facts facts={facts.filter((fact) => fact !== undefined)} />
    </DossierSection>
  )
}
