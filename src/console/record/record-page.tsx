import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Route, Routes, useParams } from 'react-router'
import { WhyButton } from '../explain/why-panel.tsx'
import { useStanding } from '../opening/opening-gate.tsx'
import { Failure, Loading } from '../shape/page-state.tsx'
import { DossierHead } from './dossier/dossier-head.tsx'
import { RecordTabs } from './dossier/record-tabs.tsx'
import { readEncounter } from './fhir/encounter.ts'
import { readPatient } from './fhir/patient.ts'
import { RecordRoot, useReader } from './record-context.ts'
import { recordQuery, searchQuery } from './record-queries.ts'
import { TimelinePage } from './timeline/timeline-page.tsx'
import './record.css'

const ResultsPage = lazy(async () => ({ default: (await import('./result/results-page.tsx')).ResultsPage }))
const TrendPage = lazy(async () => ({ default: (await import('./result/trend-page.tsx')).TrendPage }))
const ImagesPage = lazy(async () => ({ default: (await import('./image/images-page.tsx')).ImagesPage }))
const VersionsPage = lazy(async () => ({ default: (await import('./version/versions-page.tsx')).VersionsPage }))

/** The record of one patient: its head, and below it the time line, results, images and versions. */
export function RecordPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const { purpose } = useStanding()
  const reader = useReader(purpose)
  const patient = useQuery(recordQuery(reader, 'Patient', id))
  const encounters = useQuery({
    ...searchQuery(reader, `Encounter?patient=${id}&_sort=-date&_count=100`),
    enabled: patient.isSuccess,
  })
  const known = useMemo(() => encounters.data?.resources.map(readEncounter) ?? [], [encounters.data])
  const context = useMemo(() => ({ patient: id, purpose, encounters: known }), [id, purpose, known])

  if (patient.isPending) {
    return (
      <>
        <h1 className="unseen">{t('record.title')}</h1>
        <Loading lines={6} />
      </>
    )
  }
  if (patient.isError) {
    return (
      <>
        <h1 className="unseen">{t('record.title')}</h1>
        <Failure
          error={patient.error}
          onRetry={() => patient.refetch()}
          actions={<WhyButton matter={{ type: 'Patient', id }} refused />}
        />
      </>
    )
  }
  return (
    <RecordRoot value={context}>
      <article className="record">
        <DossierHead
          patient={readPatient(patient.data.resource)}
          receipt={patient.data.receipt}
          encountersAreKnown={!encounters.isPending}
        />
        <RecordTabs />
        <Suspense fallback={<Loading lines={8} />}>
          <Routes>
            <Route path="results" element={<ResultsPage />} />
            <Route path="results/trend" element={<TrendPage />} />
            <Route path="images" element={<ImagesPage />} />
            <Route path="versions" element={<VersionsPage />} />
            <Route path="*" element={<TimelinePage />} />
          </Routes>
        </Suspense>
      </article>
    </RecordRoot>
  )
}
