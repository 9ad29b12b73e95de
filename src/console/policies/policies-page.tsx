import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { Policy, PolicyCatalogue } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { policiesQuery } from '../api/people.ts'
import { useTerm } from '../i18n/term.ts'
import { Board } from '../shape/board.tsx'
import { ListPage } from '../shape/list.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { Empty, Failure, Loading } from '../shape/page-state.tsx'
import { PolicyCard } from './policy-card.tsx'
import './policies.css'

/** The rules in force, by family; each with the sentence of the notice that it carries out. */
export function PoliciesPage() {
  const { t } = useTranslation()
  const catalogue = useQuery(policiesQuery(useApi()))
  return (
    <ListPage head={<PageHead title={t('policies.title')} lead={t('policies.lead')} />}>
      {catalogue.isPending ? <Loading lines={8} /> : null}
      {catalogue.isError ? <Failure error={catalogue.error} onRetry={catalogue.refetch} /> : null}
      {catalogue.data ? <Catalogue catalogue={catalogue.data} /> : null}
    </ListPage>
  )
}

function Catalogue({ catalogue }: { catalogue: PolicyCatalogue }) {
  const { t } = useTranslation()
  const term = useTerm()
  const [search, setSearch] = useSearchParams()
  const effect = search.get('effect')
  const words = search.get('q') ?? ''
  const shown = catalogue.policies.filter(
    (policy) => (!effect || policy.effect === effect) && (!words || holds(policy, words)),
  )
  const families = [...new Set(shown.map((policy) => policy.family))]
  const count = (wanted: Policy['effect']) => catalogue.policies.filter((policy) => policy.effect === wanted).length
  return (
    <>
      <Board
        question={t('policies.question')}
        period={t('policies.period', { bundle: catalogue.bundle.slice(0, 12) })}
        figures={[
          { id: 'all', label: t('policies.all'), value: catalogue.policies.length, to: '/policies', current: !effect },
          {
            id: 'permit',
            label: t('policies.permits'),
            value: count('permit'),
            to: '/policies?effect=permit',
            current: effect === 'permit',
          },
          {
            id: 'forbid',
            label: t('policies.forbids'),
            value: count('forbid'),
            to: '/policies?effect=forbid',
            current: effect === 'forbid',
          },
        ]}
      />
      <input
        className="filter-field policy-search no-print"
        type="search"
        aria-label={t('policies.search')}
        placeholder={t('policies.search')}
        value={words}
        onChange={(event) => {
          const next = new URLSearchParams(search)
          if (event.target.value) next.set('q', event.target.value)
          else next.delete('q')
          setSearch(next, { replace: true })
        }}
      />
      {shown.length === 0 ? <Empty title={t('policies.empty')}>{t('policies.emptyLead')}</Empty> : null}
      {families.map((family) => (
        <section key={family} className="policy-family" aria-labelledby={`family-${family}`}>
          <h2 id={`family-${family}`}>{term('family', family)}</h2>
          <ul>
            {shown
              .filter((policy) => policy.family === family)
              .map((policy) => (
                <li key={policy.id}>
                  <PolicyCard policy={policy} />
                </li>
              ))}
          </ul>
        </section>
      ))}
    </>
  )
}

function holds(policy: Policy, words: string): boolean {
  const text = [policy.id, policy.clause, policy.clauseText, policy.titleZh, policy.titleEn].join(' ').toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
