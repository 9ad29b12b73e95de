import { useTranslation } from 'react-i18next'
import type { Use } from '../../contract/index.ts'
import { useLanguage, useTerm } from '../i18n/term.ts'
import { StateTag, type StateTone } from '../state/state-tag.tsx'
import { eventWord } from './event-words.ts'

/** What a use did, in words: kind, then act, then content. */
export function UseAct({ use }: { use: Use }) {
  const term = useTerm()
  const act = use.action && !kindsThatSayTheAct.has(use.kind) ? term('action', use.action) : undefined
  return (
    <span>
      {term('kind', use.kind)}
      {act ? <span className="soft"> · {act}</span> : null}
    </span>
  )
}

const kindsThatSayTheAct = new Set(['search', 'exposure', 'trace-reading'])

export function UseRecord({ use }: { use: Use }) {
  const { t } = useTranslation()
  const term = useTerm()
  // A change says what changed; of whom, the entry itself tells.
  if (!use.record || typeof use.detail?.change === 'string') return <UseDetail use={use} />
  return (
    <span>
      {term('record', use.record.type)}
      {use.record.version === undefined ? null : (
        <span className="faint small"> {t('uses.version', { version: use.record.version })}</span>
      )}
    </span>
  )
}

/** Terms of a search and the like, briefly; the entry itself shows all of it. Figures say nothing here. */
function UseDetail({ use }: { use: Use }) {
  const term = useTerm()
  const { language } = useLanguage()
  const { records, types, terms, event, change } = use.detail ?? {}
  const name = event ?? change
  const told = typeof name === 'string' ? eventWord(name, language) : undefined
  if (told !== undefined) return <span className="soft">{told}</span>
  const kind = (type: string) => term('record', type)
  const text = Array.isArray(records)
    ? countsByType(records)
        .map(([type, count]) => (count === 1 ? kind(type) : `${kind(type)} × ${count}`))
        .join(' · ')
    : Array.isArray(types)
      ? [types.map((type) => kind(String(type))).join(', '), ...searchTerms(terms)].join(' · ')
      : wordsIn(use.detail).join(' · ')
  return text ? (
    <span className="soft">{text.length > longestDetail ? `${text.slice(0, longestDetail)}…` : text}</span>
  ) : null
}

/** What was searched for: `code=2823-3` of a FHIR search, the words typed in the console. Whom it is about has its own column. */
function searchTerms(terms: unknown): readonly string[] {
  if (!Array.isArray(terms)) return wordsIn(terms)
  return terms
    .filter((one: { name?: unknown }) => one.name !== 'patient')
    .map((one: { name?: unknown; values?: unknown }) => `${String(one.name)}=${wordsIn(one.values).join(',')}`)
}

const longestDetail = 80

/** `Type/id` of the records that were shown, as how many of each type, the most first. */
function countsByType(records: readonly unknown[]): readonly (readonly [type: string, count: number])[] {
  const counts = new Map<string, number>()
  for (const record of records) {
    const type = String(record).split('/')[0] ?? ''
    counts.set(type, (counts.get(type) ?? 0) + 1)
  }
  return [...counts].sort(([, one], [, other]) => other - one)
}

function wordsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsIn) : []
}

/** How it ended: word, shape and colour. A refusal is attention, not seal. */
export function UseOutcome({ use }: { use: Use }) {
  const term = useTerm()
  if (use.kind === 'refusal') {
    return <StateTag tone="attention">{use.code ? term('refusal', use.code) : term('kind', 'refusal')}</StateTag>
  }
  const tone: StateTone = use.outcome === 0 ? 'good' : use.outcome === 4 ? 'plain' : 'attention'
  return <StateTag tone={tone}>{term('outcome', String(use.outcome))}</StateTag>
}

export function UsePerson({ use }: { use: Use }) {
  const { t } = useTranslation()
  const term = useTerm()
  const through = use.application ? (
    <span className="faint small"> {t('uses.application', { application: use.application })}</span>
  ) : null
  if (!use.person) {
    return (
      <span className="soft">
        {t('uses.unknownPerson')}
        {through}
      </span>
    )
  }
  const standing = [...use.person.departments, ...use.person.roles.map((role) => term('role', role))].join(' · ')
  return (
    <span>
      {use.person.name} <span className="soft small">{standing}</span>
      {through}
    </span>
  )
}

export function UsePurpose({ use }: { use: Use }) {
  const term = useTerm()
  const purpose = use.purpose ? term('purpose', use.purpose) : null
  return (
    <span>
      {purpose}
      {use.reason ? (
        <span className="soft">
          {' '}
          · <UseReason reason={use.reason} />
        </span>
      ) : null}
    </span>
  )
}

/** The coded reason in words, then the person's own words, which the server joins to it by ` · `. */
export function UseReason({ reason }: { reason: string }) {
  const term = useTerm()
  const [code = '', ...own] = reason.split(' · ')
  const text = own.join(' · ')
  return (
    <span>
      {term('reason', code)}
      {text ? <q className="own-words">{text}</q> : null}
    </span>
  )
}
