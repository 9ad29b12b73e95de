import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonDossier } from '../../contract/index.ts'
import { useTimeZone } from '../api/session.ts'
import { useTerm } from '../i18n/term.ts'
import { DossierSection, TimeLine, type TimeLineEntry } from '../shape/dossier.tsx'
import { absoluteDay } from '../time/hospital-time.ts'
import { Until } from '../time/moment.tsx'
import { useNow } from '../time/now.ts'

interface Span {
  readonly id: string
  readonly from: string
  readonly until?: string | undefined
  readonly what: ReactNode
}

/** Posts, rosters, rotations, training and agreements: the grounds of a right, living ones first. */
export function RightsTimeLine({ person }: { person: PersonDossier }) {
  const { t } = useTranslation()
  const term = useTerm()
  return (
    <>
      <Spans
        title={t('people.posts')}
        spans={person.posts.map((post) => ({
          ...post,
          id: `${post.role} ${post.department} ${post.from}`,
          what: (
            <>
              {post.title} · {post.department} <span className="soft small">{term('role', post.role)}</span>
            </>
          ),
        }))}
      />
      <Spans
        title={t('people.rosters')}
        spans={person.rosters.map((roster) => ({
          ...roster,
          id: `${roster.department} ${roster.kind} ${roster.from}`,
          what: `${term('roster', roster.kind)} · ${roster.department}`,
        }))}
      />
      <Spans
        title={t('people.rotations')}
        spans={person.rotations.map((rotation) => ({
          ...rotation,
          id: `${rotation.programme} ${rotation.department} ${rotation.from}`,
          what: (
            <>
              {rotation.programme} · {rotation.department}{' '}
              <span className="soft small">{t('people.supervisor', { name: rotation.supervisor })}</span>
            </>
          ),
        }))}
      />
      <Spans
        title={t('people.training')}
        spans={person.training.map((training) => ({
          id: `${training.course} ${training.version}`,
          from: training.passedAt,
          until: training.until,
          what: `${training.course} ${training.version}`,
        }))}
      />
      <Spans
        title={t('people.agreements')}
        spans={person.agreements.map((agreement) => ({
          ...agreement,
          id: `${agreement.kind} ${agreement.from}`,
          what: (
            <>
              {term('agreement', agreement.kind)} · {agreement.title}
              {agreement.scope.length > 0 ? (
                <span className="soft small"> {t('people.scope', { scope: agreement.scope.join(' · ') })}</span>
              ) : null}
            </>
          ),
        }))}
      />
    </>
  )
}

function Spans({ title, spans }: { title: string; spans: readonly Span[] }) {
  const { t } = useTranslation()
  const now = useNow()
  const zone = useTimeZone()
  if (spans.length === 0) return null
  const entries = spans
    .map((span) => ({ span, mark: markOf(span, now) }))
    .sort((a, b) => order[a.mark] - order[b.mark] || b.span.from.localeCompare(a.span.from))
    .map(
      ({ span, mark }): TimeLineEntry => ({
        id: span.id,
        mark,
        when: (
          <>
            {t(words[mark])} · {t('time.from', { date: absoluteDay(span.from, zone) })} · <Until at={span.until} />
          </>
        ),
        what: span.what,
      }),
    )
  return (
    <DossierSection title={title}>
      <TimeLine label={title} entries={entries} />
    </DossierSection>
  )
}

const order = { now: 0, coming: 1, past: 2 } as const
const words = { now: 'people.now', coming: 'people.coming', past: 'people.past' } as const

function markOf(span: Span, now: number): keyof typeof order {
  if (Date.parse(span.from) > now) return 'coming'
  return span.until !== undefined && Date.parse(span.until) <= now ? 'past' : 'now'
}
