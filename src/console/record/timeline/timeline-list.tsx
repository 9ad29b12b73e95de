import Button from 'antd/es/button'
import { memo, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { useTimeZone } from '../../api/session.ts'
import { useTerm } from '../../i18n/term.ts'
import { useStanding } from '../../opening/opening-gate.tsx'
import { Empty, Failure, Loading } from '../../shape/page-state.tsx'
import { StateTag } from '../../state/state-tag.tsx'
import { absoluteDay, absoluteTime } from '../../time/hospital-time.ts'
import { ReceiptChip } from '../../use/receipt-chip.tsx'
import { useRecord } from '../record-context.ts'
import { WithheldNote } from '../withheld-notice.tsx'
import { type EncounterGroup, groupByEncounter } from './grouping.ts'
import type { TimelineItem } from './item.ts'
import { KindMark } from './kind-mark.tsx'
import type { TimelineFilter } from './stream.ts'
import { useEncounterText } from './timeline-filters.tsx'
import type { Timeline } from './use-timeline.ts'

interface TimelineListProps {
  readonly timeline: Timeline
  readonly filter: TimelineFilter
  readonly open: string | undefined
  onClear(): void
}

export function TimelineList({ timeline, filter, open, onClear }: TimelineListProps) {
  const { t } = useTranslation()
  const term = useTerm()
  const { encounters } = useRecord()
  const byId = useMemo(() => new Map(encounters.map((encounter) => [encounter.id, encounter])), [encounters])
  const groups = useMemo(() => groupByEncounter(timeline.items, byId), [timeline.items, byId])

  if (timeline.isPending) return <Loading lines={10} />
  if (timeline.error) return <Failure error={timeline.error} onRetry={timeline.refetch} />
  const isFiltered = filter.kinds.length > 0 || filter.encounter !== undefined || filter.until !== undefined
  return (
    <section aria-label={t('record.timeline.label')} data-testid="timeline">
      {timeline.withheld ? <WithheldNote words={timeline.withheld} /> : null}
      {timeline.refused.length > 0 ? (
        <p className="record-note">
          {t('record.timeline.refusedTypes', {
            types: timeline.refused.map((type) => term('record', type)).join(' · '),
          })}
        </p>
      ) : null}
      {timeline.items.length === 0 && !timeline.hasOlder ? (
        <Empty
          title={isFiltered ? t('record.timeline.emptyFiltered') : t('record.timeline.empty')}
          action={isFiltered ? <Button onClick={onClear}>{t('record.timeline.clear')}</Button> : null}
        >
          {isFiltered ? t('record.timeline.emptyFilteredLead') : t('record.timeline.emptyLead')}
        </Empty>
      ) : null}
      {groups.map((group) => (
        <Group key={group.key} group={group} open={open} />
      ))}
      <footer className="page-foot">
        <span className="faint small">
          {timeline.hasOlder || timeline.items.length === 0
            ? t('record.timeline.shown', { count: timeline.items.length })
            : t('record.timeline.end')}
        </span>
        {timeline.hasOlder ? (
          <Button onClick={() => timeline.fetchOlder()} loading={timeline.isFetchingOlder} data-testid="older">
            {timeline.isFetchingOlder ? t('record.timeline.fetchingOlder') : t('record.timeline.older')}
          </Button>
        ) : null}
        {timeline.receipt === undefined ? null : <ReceiptChip receipt={timeline.receipt} />}
      </footer>
      <p className="timeline-keys faint small">{t('record.timeline.keys')}</p>
    </section>
  )
}

const Group = memo(function Group({ group, open }: { group: EncounterGroup; open: string | undefined }) {
  const { t } = useTranslation()
  const encounterText = useEncounterText()
  const { encounter, items } = group
  // Rows below the fold are not laid out until they are near (content-visibility); their size is told beforehand.
  return (
    <section className="timeline-group" style={{ containIntrinsicBlockSize: `${items.length * 52 + 40}px` }}>
      <h2 className="timeline-group-head">
        {encounter ? encounterText(encounter) : t('record.timeline.outside')}
        {encounter?.status === 'in-progress' ? <StateTag tone="good">{t('record.status.in-progress')}</StateTag> : null}
      </h2>
      <ol>
        {items.map((item) => (
          <Line key={item.key} item={item} isOpen={item.key === open} />
        ))}
      </ol>
    </section>
  )
})

const Line = memo(function Line({ item, isOpen }: { item: TimelineItem; isOpen: boolean }) {
  const { t } = useTranslation()
  const { nameIsMasked } = useStanding().patient
  const [question] = useSearchParams()
  const target = new URLSearchParams(question)
  target.set('open', item.key)
  return (
    <li>
      <Link
        className="timeline-line"
        to={{ search: `?${target}` }}
        preventScrollReset
        data-key={item.key}
        data-testid="timeline-line"
        aria-current={isOpen ? 'true' : undefined}
      >
        <LineTime item={item} />
        <KindMark kind={item.kind} />
        <span className="timeline-line-words">
          <span className="timeline-line-title">
            <span className="timeline-line-kind">{t(`record.kind.${item.kind}`)}</span> {item.title}
            {item.abnormalCount > 0 ? (
              <StateTag tone="attention">{t('record.timeline.abnormal', { count: item.abnormalCount })}</StateTag>
            ) : null}
            {/* Under a masked name every line has something left out; the reader says what. */}
            {item.isRedacted && !nameIsMasked ? (
              <StateTag tone="plain">{t('record.timeline.redacted')}</StateTag>
            ) : null}
          </span>
          {item.detail || item.person ? (
            <span className="timeline-line-detail">
              <span className="timeline-line-text">{item.detail}</span>
              {item.person ? <span className="timeline-line-person">{item.person}</span> : null}
            </span>
          ) : null}
        </span>
      </Link>
    </li>
  )
})

function LineTime({ item }: { item: TimelineItem }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  if (item.at === undefined) return <span className="timeline-line-time faint">{t('record.timeline.undated')}</span>
  const day = absoluteDay(item.at, zone)
  return (
    <time className="timeline-line-time" dateTime={new Date(item.at).toISOString()}>
      <span>{day}</span>
      {item.hasTimeOfDay ? <span>{absoluteTime(item.at, zone).slice(11)}</span> : null}
    </time>
  )
}
