import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { AuditFlows } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { flowsQuery } from '../api/flows.ts'
import { useTerm } from '../i18n/term.ts'
import { type Column, List, ListPage, type Paged } from '../shape/list.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { Empty, Failure, Loading } from '../shape/page-state.tsx'
import { StateTag, type StateTone } from '../state/state-tag.tsx'
import { Moment } from '../time/moment.tsx'
import './flows.css'

type Source = AuditFlows['sources'][number]
type Destination = AuditFlows['destinations'][number]

/** Whose audit trails come in and where ours go: what is registered, how far behind it is, what failed last. */
export function FlowsPage() {
  const { t } = useTranslation()
  const flows = useQuery(flowsQuery(useApi()))
  return (
    <ListPage head={<PageHead title={t('flows.title')} lead={t('flows.lead')} />}>
      {flows.isPending ? <Loading lines={6} /> : null}
      {flows.isError ? <Failure error={flows.error} onRetry={flows.refetch} /> : null}
      {flows.data ? <Flows flows={flows.data} /> : null}
    </ListPage>
  )
}

/** All there is, on one page. */
const whole: Paged = {
  isPending: false,
  isError: false,
  error: undefined,
  hasNextPage: false,
  isFetchingNextPage: false,
  refetch: () => undefined,
  fetchNextPage: () => undefined,
}

function Flows({ flows }: { flows: AuditFlows }) {
  const { t } = useTranslation()
  const ways = flows.listening.join(' · ').toUpperCase()
  return (
    <>
      <section className="flows" aria-labelledby="flows-destinations">
        <h2 id="flows-destinations">{t('flows.destinations')}</h2>
        <List
          label={t('flows.destinations')}
          columns={useDestinationColumns()}
          rows={flows.destinations}
          rowKey={(one) => one.id}
          paged={whole}
          total={flows.destinations.length}
          empty={<Empty title={t('flows.noDestinations')}>{t('flows.noDestinationsLead')}</Empty>}
        />
      </section>
      <section className="flows" aria-labelledby="flows-sources">
        <h2 id="flows-sources">{t('flows.sources')}</h2>
        <p className="soft">{ways ? t('flows.listening', { ways }) : t('flows.silent')}</p>
        <List
          label={t('flows.sources')}
          columns={useSourceColumns()}
          rows={flows.sources}
          rowKey={(one) => one.id}
          paged={whole}
          total={flows.sources.length}
          empty={<Empty title={t('flows.noSources')}>{t('flows.noSourcesLead')}</Empty>}
        />
      </section>
    </>
  )
}

function useDestinationColumns(): readonly Column<Destination>[] {
  const { t } = useTranslation()
  const term = useTerm()
  return [
    { id: 'id', label: t('flows.name'), render: ({ id }) => id },
    { id: 'state', label: t('flows.state'), weight: 'second', render: (one) => <DestinationState destination={one} /> },
    { id: 'format', label: t('flows.format'), weight: 'third', render: ({ as, over }) => `${as} · ${over}` },
    {
      id: 'kinds',
      label: t('flows.kinds'),
      weight: 'third',
      render: ({ kinds }) => kinds?.map((kind) => term('kind', kind)).join(' · ') ?? t('flows.allKinds'),
    },
    { id: 'sent', label: t('flows.sent'), weight: 'third', align: 'numeric', render: ({ sent }) => sent },
    { id: 'waiting', label: t('flows.waiting'), weight: 'third', align: 'numeric', render: ({ waiting }) => waiting },
    {
      id: 'moved',
      label: t('flows.moved'),
      weight: 'second',
      render: ({ movedAt }) => <Moment at={movedAt} stacked />,
    },
  ]
}

/** A few entries are always on their way; more than a page of them is a backlog. */
const onTheWay = 500

function DestinationState({ destination: { failure, waiting } }: { destination: Destination }) {
  const { t } = useTranslation()
  const [tone, word]: readonly [StateTone, string] = failure
    ? ['attention', t('flows.failing')]
    : waiting > onTheWay
      ? ['plain', t('flows.behind')]
      : ['good', t('flows.flowing')]
  return (
    <>
      <StateTag tone={tone}>{word}</StateTag>
      {waiting > 0 ? <div className="soft">{t('flows.left', { count: waiting })}</div> : null}
      {failure ? <div className="faint">{failure}</div> : null}
    </>
  )
}

function useSourceColumns(): readonly Column<Source>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'name',
      label: t('flows.name'),
      render: ({ id, name }) => (
        <>
          {name} <span className="faint">{id}</span>
        </>
      ),
    },
    {
      id: 'authenticates',
      label: t('flows.authenticates'),
      weight: 'second',
      render: ({ authenticates }) => t(`flows.${authenticates}`),
    },
    {
      id: 'ids',
      label: t('flows.ids'),
      weight: 'third',
      render: ({ people, patients }) =>
        `${t('flows.people')}${t(`flows.${people}`)} · ${t('flows.patients')}${t(`flows.${patients}`)}`,
    },
  ]
}
