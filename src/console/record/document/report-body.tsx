import { useQueries } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Facts } from '../../shape/dossier.tsx'
import { Loading } from '../../shape/page-state.tsx'
import type { Json } from '../fhir/element.ts'
import { readObservation } from '../fhir/observation.ts'
import { readReport } from '../fhir/report.ts'
import { addresses, useReader, useRecord } from '../record-context.ts'
import { searchQuery } from '../record-queries.ts'
import { ResultTable } from '../result/result-table.tsx'
import { AttachmentLink } from './attachment-link.tsx'

/** One search holds so many results of a report. */
const idsPerSearch = 60

export function ReportBody({ resource }: { resource: Json }) {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const report = readReport(resource)
  return (
    <div className="reader-body">
      {report.conclusion || report.conclusionCodes.length > 0 ? (
        <section className="document-section">
          <h3>{t('record.reader.conclusion')}</h3>
          {report.conclusion ? <p className="pre">{report.conclusion}</p> : null}
          {report.conclusionCodes.length > 0 ? <p>{report.conclusionCodes.join('、')}</p> : null}
        </section>
      ) : null}
      {report.results.length > 0 ? <Results ids={report.results} name={report.name} patient={patient} /> : null}
      {report.pictures.length > 0 ? (
        <Link className="button-link button-link-small" to={addresses.images(patient)}>
          {t('record.reader.openPictures')}
        </Link>
      ) : null}
      {report.attachments.length > 0 ? (
        <section className="document-section">
          <h3>{t('record.reader.attachments')}</h3>
          {report.attachments.map((attachment, index) => (
            <AttachmentLink key={attachment.url ?? attachment.title ?? index} attachment={attachment} />
          ))}
        </section>
      ) : null}
      <Facts
        facts={[
          ...(report.performer ? [{ label: t('record.reader.performer'), value: report.performer }] : []),
          ...(report.interpreter ? [{ label: t('record.reader.attester'), value: report.interpreter }] : []),
        ]}
      />
    </div>
  )
}

function Results({ ids, name, patient }: { ids: readonly string[]; name: string; patient: string }) {
  const { t } = useTranslation()
  const reader = useReader()
  const batches = Array.from({ length: Math.ceil(ids.length / idsPerSearch) }, (_, index) =>
    ids.slice(index * idsPerSearch, (index + 1) * idsPerSearch),
  )
  const pages = useQueries({
    queries: batches.map((batch) =>
      searchQuery(reader, `Observation?patient=${patient}&_id=${batch.join(',')}&_count=${idsPerSearch}`),
    ),
  })
  const found = new Map(
    pages.flatMap((page) => page.data?.resources.map(readObservation) ?? []).map((one) => [one.id, one]),
  )
  const rows = ids.flatMap((id) => found.get(id) ?? [])
  const missing = ids.length - rows.length
  if (pages.some((page) => page.isPending)) return <Loading lines={5} />
  return (
    <section className="document-section">
      <h3>{t('record.reader.findings')}</h3>
      {rows.length > 0 ? (
        <ResultTable label={name} rows={rows.map((observation) => ({ observation, previous: undefined }))} />
      ) : (
        <p className="soft">{t('record.reader.noResults')}</p>
      )}
      {missing > 0 ? <p className="record-note">{t('record.reader.resultsWithheld', { count: missing })}</p> : null}
    </section>
  )
}
