import { useInfiniteQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { PersonRow } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { type PeopleQuestion, peopleQuery } from '../api/people.ts'
import { pathTo } from '../app/rooms.ts'
import { useTerm } from '../i18n/term.ts'
import { type Column, List, ListPage } from '../shape/list.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { Empty } from '../shape/page-state.tsx'
import { StateTag } from '../state/state-tag.tsx'
import { Until } from '../time/moment.tsx'
import { DepartmentSelect } from './department-select.tsx'
import './people.css'

/** Everyone who has or had a right here, with the posts their rights stand on. */
export function PeoplePage() {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchParams()
  const question = { q: search.get('q') ?? undefined, department: search.get('department') ?? undefined }
  const paged = useInfiniteQuery(peopleQuery(useApi(), question))
  const pages = paged.data?.pages ?? []
  return (
    <ListPage
      head={<PageHead title={t('people.title')} lead={t('people.lead')} />}
      filters={<PeopleFilter asked={question} onAsk={(next) => setSearch(next)} />}
    >
      <List
        label={t('people.title')}
        columns={useColumns()}
        rows={pages.flatMap((page) => page.rows)}
        rowKey={(row) => row.id}
        paged={paged}
        total={pages[0]?.total}
        empty={<Empty title={t('people.empty')}>{t('people.emptyLead')}</Empty>}
      />
    </ListPage>
  )
}

interface PeopleFilterProps {
  readonly asked: PeopleQuestion
  onAsk(question: Record<string, string>): void
}

function PeopleFilter({ asked, onAsk }: PeopleFilterProps) {
  const { t } = useTranslation()
  const { q = '', department = '' } = asked
  const [draft, setDraft] = useState(q)
  useEffect(() => setDraft(q), [q])
  const ask = (words: string, place: string) =>
    onAsk({ ...(words.trim() ? { q: words.trim() } : {}), ...(place ? { department: place } : {}) })
  return (
    <form
      className="people-filter no-print"
      onSubmit={(event) => {
        event.preventDefault()
        ask(draft, department)
      }}
    >
      <input
        className="filter-field"
        type="search"
        aria-label={t('people.search')}
        placeholder={t('people.search')}
        maxLength={64}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
      />
      <DepartmentSelect label={t('people.department')} value={department} onChange={(id) => ask(draft, id)} />
      <Button htmlType="submit">{t('patients.searchButton')}</Button>
      {q || department ? (
        <Button type="text" onClick={() => onAsk({})}>
          {t('state.clear')}
        </Button>
      ) : null}
    </form>
  )
}

function useColumns(): readonly Column<PersonRow>[] {
  const { t } = useTranslation()
  const term = useTerm()
  return [
    {
      id: 'name',
      label: t('people.name'),
      render: (row) => (
        <Link className="row-link person-name" to={pathTo.person(row.id)}>
          {row.name}
        </Link>
      ),
    },
    {
      id: 'state',
      label: t('people.account'),
      render: (row) =>
        row.active ? (
          <StateTag tone="good">{t('people.active')}</StateTag>
        ) : (
          <StateTag tone="ended">{t('people.inactive')}</StateTag>
        ),
    },
    {
      id: 'posts',
      label: t('people.posts'),
      weight: 'second',
      render: (row) =>
        row.posts.length === 0 ? (
          <span className="faint">{t('people.noPosts')}</span>
        ) : (
          <ul className="person-posts">
            {row.posts.map((post) => (
              <li key={`${post.role} ${post.department} ${post.title} ${post.from}`}>
                {post.title} · {post.department}
                {post.until ? (
                  <span className="small soft">
                    {' '}
                    <Until at={post.until} />
                  </span>
                ) : null}
              </li>
            ))}
          </ul>
        ),
    },
    {
      id: 'population',
      label: t('people.population'),
      weight: 'third',
      render: (row) => term('population', row.population),
    },
    {
      id: 'staff-number',
      label: t('people.staffNumber'),
      weight: 'third',
      render: (row) => <span className="mono">{row.staffNumber}</span>,
    },
  ]
}
