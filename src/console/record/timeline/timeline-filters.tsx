import { useTranslation } from 'react-i18next'
import { useTimeZone } from '../../api/session.ts'
import { useTerm } from '../../i18n/term.ts'
import type { EncounterFacts } from '../fhir/encounter.ts'
import { useRecord } from '../record-context.ts'
import { momentText } from '../record-moment.tsx'
import { type ItemKind, itemKinds } from './item.ts'
import type { TimelineFilter } from './stream.ts'

interface TimelineFiltersProps {
  readonly filter: TimelineFilter
  onChange(next: Partial<TimelineFilter>): void
}

export function TimelineFilters({ filter, onChange }: TimelineFiltersProps) {
  const { t } = useTranslation()
  const { encounters } = useRecord()
  const encounterText = useEncounterText()
  const isFiltered = filter.kinds.length > 0 || filter.encounter !== undefined || filter.until !== undefined
  return (
    <div className="timeline-filters no-print" data-testid="timeline-filters">
      <KindFilter kinds={filter.kinds} onChange={(kinds) => onChange({ kinds })} />
      <div className="timeline-filters-line">
        <label className="field timeline-encounter">
          <span>{t('record.timeline.encounter')}</span>
          <select
            value={filter.encounter ?? ''}
            onChange={(event) => onChange({ encounter: event.target.value || undefined })}
          >
            <option value="">{t('record.timeline.allEncounters')}</option>
            {encounters.map((encounter) => (
              <option key={encounter.id} value={encounter.id}>
                {encounterText(encounter)}
              </option>
            ))}
          </select>
        </label>
        <label className="field" title={t('record.timeline.jumpHint')}>
          <span>{t('record.timeline.jump')}</span>
          <input
            type="date"
            value={filter.until ?? ''}
            onChange={(event) => onChange({ until: event.target.value || undefined })}
          />
        </label>
        {isFiltered ? (
          <button
            type="button"
            className="plain-button timeline-clear"
            onClick={() => onChange({ kinds: [], encounter: undefined, until: undefined })}
          >
            {t('record.timeline.clear')}
          </button>
        ) : null}
      </div>
    </div>
  )
}

/** Chips that can be pressed together; none pressed is all. */
function KindFilter({ kinds, onChange }: { kinds: readonly ItemKind[]; onChange(kinds: readonly ItemKind[]): void }) {
  const { t } = useTranslation()
  const toggle = (kind: ItemKind) =>
    onChange(kinds.includes(kind) ? kinds.filter((other) => other !== kind) : [...kinds, kind])
  return (
    <fieldset className="kind-filter">
      <legend className="unseen">{t('record.timeline.filterKinds')}</legend>
      <button type="button" aria-pressed={kinds.length === 0} onClick={() => onChange([])}>
        {t('record.timeline.allKinds')}
      </button>
      {itemKinds.map((kind) => (
        <button
          key={kind}
          type="button"
          aria-pressed={kinds.includes(kind)}
          onClick={() => toggle(kind)}
          data-testid={`kind-${kind}`}
        >
          {t(`record.kind.${kind}`)}
        </button>
      ))}
    </fieldset>
  )
}

export function useEncounterText(): (encounter: EncounterFacts) => string {
  const { t } = useTranslation()
  const term = useTerm()
  const zone = useTimeZone()
  return (encounter) => {
    const day = (at: string | undefined) => momentText(at, zone)?.slice(0, 10)
    const [start, end] = [day(encounter.start), day(encounter.end)]
    const isLong = end !== undefined && end !== start
    const span = isLong ? `${start} – ${end}` : encounter.end ? start : `${start ?? ''} – ${t('record.timeline.until')}`
    const isVisit = encounter.classCode !== 'IMP'
    const where = encounter.department ?? encounter.ward ?? encounter.title
    return [
      isVisit ? start : span,
      encounter.classCode ? term('encounterClass', encounter.classCode) : undefined,
      where,
    ]
      .filter((part) => part !== undefined)
      .join(' · ')
  }
}
