import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../../shape/page-state.tsx'
import { pathWords } from '../fhir/generic.ts'
import { type ChangeKind, compareVersions, type FieldChange, type SectionChange } from './comparison.ts'
import type { RecordVersion } from './history.ts'
import type { Fragment } from './text.ts'

/** What changed between two versions: words marked where they stand, data field by field. */
export function ComparisonView({ before, after }: { before: RecordVersion; after: RecordVersion }) {
  const { t } = useTranslation()
  const comparison = useMemo(() => compareVersions(before.resource, after.resource), [before, after])
  return (
    <div className="comparison" data-testid="comparison">
      <header className="comparison-head">
        <h3>{t('record.versions.compare', { before: before.version, after: after.version })}</h3>
        <p className="small soft">
          <ins>{t('record.versions.legendAdded')}</ins> <del>{t('record.versions.legendRemoved')}</del>
        </p>
      </header>
      {comparison.isSame ? <Empty title={t('record.versions.same')}>{t('record.versions.sameLead')}</Empty> : null}
      {comparison.sections.length > 0 && !comparison.isSame ? <Sections sections={comparison.sections} /> : null}
      {comparison.fields.length > 0 ? <Fields fields={comparison.fields} /> : null}
    </div>
  )
}

function Sections({ sections }: { sections: readonly SectionChange[] }) {
  const { t } = useTranslation()
  const [showsAll, setShowsAll] = useState(false)
  const isQuiet = (section: SectionChange) => section.kind === 'same' && !section.isWithheld
  const quiet = sections.filter(isQuiet)
  const shown = showsAll ? sections : sections.filter((section) => !isQuiet(section))
  return (
    <>
      {shown.map((section) => (
        <section key={section.key} className="compared-section">
          <h4>
            {section.title ?? t('record.versions.text')} <ChangeWord kind={section.kind} />
          </h4>
          {section.isWithheld ? (
            <p className="withheld">{t('record.versions.withheld')}</p>
          ) : (
            <Compared fragments={section.fragments} />
          )}
        </section>
      ))}
      {quiet.length > 0 ? (
        <label className="comparison-all small soft no-print">
          <input type="checkbox" checked={showsAll} onChange={(event) => setShowsAll(event.target.checked)} />{' '}
          {t('record.versions.showUnchanged')} · {t('record.versions.unchanged', { count: quiet.length })}
        </label>
      ) : null}
    </>
  )
}

function ChangeWord({ kind }: { kind: ChangeKind }) {
  const { t } = useTranslation()
  if (kind === 'same') return <span className="change-word faint">{t('record.versions.change.same')}</span>
  return <span className={`change-word change-${kind}`}>{t(`record.versions.change.${kind}`)}</span>
}

function Compared({ fragments }: { fragments: readonly Fragment[] }) {
  return (
    <p className="compared">
      {fragments.map((fragment, index) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: fragments of one comparison never change places
        if (fragment.kind === 'same') return <span key={index}>{fragment.text}</span>
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        if (fragment.kind === 'added') return <ins key={index}>{fragment.text}</ins>
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        return <del key={index}>{fragment.text}</del>
      })}
    </p>
  )
}

function Fields({ fields }: { fields: readonly FieldChange[] }) {
  const { t } = useTranslation()
  return (
    <section className="compared-section">
      <h4>{t('record.versions.fields')}</h4>
      <dl className="compared-fields">
        {fields.map((field) => (
          <div key={field.path}>
            <dt>{pathWords(field.path)}</dt>
            <dd>
              <Compared fragments={field.fragments} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
