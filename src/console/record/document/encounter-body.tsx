import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useTerm } from '../../i18n/term.ts'
import { type Fact, Facts } from '../../shape/dossier.tsx'
import type { Json } from '../fhir/element.ts'
import { readEncounter } from '../fhir/encounter.ts'
import { addresses, useRecord } from '../record-context.ts'
import { RecordMoment } from '../record-moment.tsx'

export function EncounterBody({ resource }: { resource: Json }) {
  const { t } = useTranslation()
  const term = useTerm()
  const { patient } = useRecord()
  const encounter = readEncounter(resource)
  const facts: readonly (Fact | undefined)[] = [
    encounter.classCode
      ? { label: t('record.timeline.encounter'), value: term('encounterClass', encounter.classCode) }
      : undefined,
    {
      label: t('record.reader.period'),
      value: (
        <>
          <RecordMoment at={encounter.start} /> –{' '}
          {encounter.end ? <RecordMoment at={encounter.end} /> : t('record.timeline.until')}
        </>
      ),
    },
    said(t('record.reader.department'), encounter.department),
    said(t('record.reader.ward'), encounter.ward),
    said(t('record.reader.bed'), encounter.bed),
    said(t('record.reader.attending'), encounter.attending),
    said(t('record.reader.reasons'), encounter.reason),
  ]
  return (
    <div className="reader-body">
      <Facts facts={facts.filter((fact) => fact !== undefined)} />
      <Link to={`${addresses.timeline(patient)}?encounter=${encounter.id}`}>{t('record.tabs.timeline')}</Link>
    </div>
  )
}

function said(label: string, value: string | undefined): Fact | undefined {
  return value === undefined ? undefined : { label, value }
}
