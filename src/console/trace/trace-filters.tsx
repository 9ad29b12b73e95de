import Button from 'antd/es/button'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useTimeZone } from '../api/session.ts'
import { useCodes, useTerm, type Vocabulary } from '../i18n/term.ts'
import { DepartmentSelect } from '../people/department-select.tsx'
import { absoluteDay } from '../time/hospital-time.ts'
import { SavedQuestions } from './saved-questions.tsx'
import { type FilterName, type Filters, rareFilters } from './trace-question.ts'
import './trace-filters.css'

const choices: Readonly<Partial<Record<FilterName, Vocabulary>>> = {
  kind: 'kind',
  action: 'action',
  purpose: 'purpose',
  outcome: 'outcome',
}
const words = ['patient', 'person', 'terminal'] as const

interface TraceFiltersProps {
  readonly filters: Filters
  onAsk(filters: Filters): void
}

/** The filter bar of the trace. Nothing is asked until one asks, for each question is itself traced. */
export function TraceFilters({ filters, onAsk }: TraceFiltersProps) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState(filters)
  const [unfolded, setUnfolded] = useState(false)
  const inForce = Object.keys(filters).length
  const [more, setMore] = useState(false)
  const moreShown = more || rareFilters.some((name) => filters[name] !== undefined)
  useEffect(() => setDraft(filters), [filters])
  const change = (name: FilterName, value: string) => setDraft((now) => ({ ...now, [name]: value }))
  return (
    <form
      className="trace-filters no-print"
      aria-label={t('state.filters')}
      data-testid="filters"
      onSubmit={(event) => {
        event.preventDefault()
        onAsk(draft)
      }}
    >
      <button
        type="button"
        className="plain-button trace-filters-fold"
        aria-expanded={unfolded}
        onClick={() => setUnfolded(!unfolded)}
      >
        {t('state.filters')}
        {inForce > 0 ? ` · ${inForce}` : ''}
      </button>
      <div className={unfolded ? 'trace-filters-fields' : 'trace-filters-fields trace-filters-folded'}>
        {(Object.keys(choices) as (keyof typeof choices)[]).map((name) => (
          <ChoiceFilter key={name} name={name} value={draft[name]} onChange={change} />
        ))}
        {words.map((name) => (
          <WordFilter key={name} name={name} value={draft[name]} onChange={change} />
        ))}
        <label htmlFor="trace-department">
          <span>{t('trace.department')}</span>
          <DepartmentSelect
            id="trace-department"
            value={draft.department ?? ''}
            onChange={(id) => change('department', id)}
          />
        </label>
        {(['from', 'to'] as const).map((name) => (
          <label key={name}>
            <span>{t(`trace.${name}`)}</span>
            <input
              type="date"
              name={name}
              value={draft[name] ?? ''}
              onChange={(event) => change(name, event.target.value)}
            />
          </label>
        ))}
        {moreShown
          ? rareFilters.map((name) => <WordFilter key={name} name={name} value={draft[name]} onChange={change} />)
          : null}
      </div>
      <div className="trace-filters-actions">
        <Button type="primary" htmlType="submit" data-testid="ask">
          {t('trace.ask')}
        </Button>
        <Periods onChoose={(period) => onAsk({ ...draft, ...period })} />
        <Button type="text" aria-expanded={moreShown} onClick={() => setMore(!moreShown)} data-testid="more-filters">
          {moreShown ? t('trace.fewer') : t('trace.moreFilters')}
        </Button>
        {inForce > 0 ? (
          <Button type="text" onClick={() => onAsk({})}>
            {t('state.clear')}
          </Button>
        ) : null}
      </div>
      <SavedQuestions filters={filters} onChoose={onAsk} />
    </form>
  )
}

interface ChoiceFilterProps {
  readonly name: FilterName
  readonly value: string | undefined
  onChange(name: FilterName, value: string): void
}

function ChoiceFilter({ name, value, onChange }: ChoiceFilterProps) {
  const { t } = useTranslation()
  const term = useTerm()
  const codesOf = useCodes()
  const vocabulary = choices[name]
  if (!vocabulary) return null
  return (
    <label>
      <span>{t(`trace.${name}`)}</span>
      <select name={name} value={value ?? ''} onChange={(event) => onChange(name, event.target.value)}>
        <option value="">{t('trace.any')}</option>
        {codesOf(vocabulary).map((code) => (
          <option key={code} value={code}>
            {term(vocabulary, code)}
          </option>
        ))}
      </select>
    </label>
  )
}

/** What is known by its number or name, exactly. */
function WordFilter({ name, value, onChange }: ChoiceFilterProps) {
  const { t } = useTranslation()
  return (
    <label>
      <span>{t(`trace.${name}`)}</span>
      <input
        type="text"
        name={name}
        maxLength={128}
        autoComplete="off"
        spellCheck={false}
        placeholder={name === 'record' ? 'Observation/123' : undefined}
        value={value ?? ''}
        onChange={(event) => onChange(name, event.target.value)}
      />
    </label>
  )
}

function Periods({ onChoose }: { onChoose(period: { from: string; to: string }): void }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const periods = [
    [t('trace.today'), 0],
    [t('trace.week'), 6],
    [t('trace.month'), 29],
  ] as const
  return (
    <>
      {periods.map(([label, daysBack]) => (
        <Button
          key={label}
          onClick={() => {
            const now = Date.now()
            onChoose({ from: absoluteDay(now - daysBack * 86_400_000, zone), to: absoluteDay(now, zone) })
          }}
        >
          {label}
        </Button>
      ))}
    </>
  )
}
