import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { Empty, Failure, Loading } from '../../shape/page-state.tsx'
import { ReceiptChip } from '../../use/receipt-chip.tsx'
import { type PictureFacts, pictureIsDrawable, readMedia, readStudy } from '../fhir/picture.ts'
import { imagingCategories, type ReportFacts, readReport } from '../fhir/report.ts'
import { addresses, useReader, useRecord } from '../record-context.ts'
import { RecordMoment } from '../record-moment.tsx'
import { pagedSearchQuery, searchQuery } from '../record-queries.ts'
import { WithheldNote } from '../withheld-notice.tsx'
import { type Album, albumsOf } from './album.ts'
import { ImageViewer } from './image-viewer.tsx'
import './images.css'

/** Studies and their pictures by time; the viewer opens over them, at an address of its own. */
export function ImagesPage() {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const reader = useReader()
  const [question, setQuestion] = useSearchParams()
  const studies = useInfiniteQuery(pagedSearchQuery(reader, `ImagingStudy?patient=${patient}&_sort=-started&_count=50`))
  const media = useInfiniteQuery(pagedSearchQuery(reader, `Media?patient=${patient}&_sort=-created&_count=100`))
  // Beside the pictures stands what was read from them; without it the page is still worth showing.
  const reports = useQuery(
    searchQuery(
      reader,
      `DiagnosticReport?patient=${patient}&category=${imagingCategories.join(',')}&_sort=-date&_count=100`,
    ),
  )
  const albums = useMemo(
    () =>
      albumsOf(
        (studies.data?.pages ?? []).flatMap((page) => page.resources).map(readStudy),
        (media.data?.pages ?? []).flatMap((page) => page.resources).map(readMedia),
        (reports.data?.resources ?? []).map(readReport),
      ),
    [studies.data, media.data, reports.data],
  )
  const open = question.get('open')?.replace(/^Media\//, '')
  const album = albums.find((one) => one.pictures.some((picture) => picture.id === open))
  const show = (id: string | undefined) => setQuestion(id ? { open: `Media/${id}` } : {}, { preventScrollReset: true })

  if (studies.isPending || media.isPending) return <Loading lines={8} />
  const error = studies.error && media.error
  if (error) {
    return (
      <Failure
        error={error}
        onRetry={() => {
          studies.refetch()
          media.refetch()
        }}
      />
    )
  }
  if (album && open) return <ImageViewer album={album} open={open} onOpen={show} />
  const pages = [...(studies.data?.pages ?? []), ...(media.data?.pages ?? [])]
  const withheld = pages.flatMap((page) => (page.withheld ? [page.withheld] : []))
  const receipt = media.data?.pages.at(-1)?.receipt ?? studies.data?.pages.at(-1)?.receipt
  return (
    <section className="images" aria-label={t('record.tabs.images')} data-testid="images">
      <div className="results-lead">
        <p className="soft">{t('record.images.lead')}</p>
        {receipt === undefined ? null : <ReceiptChip receipt={receipt} />}
      </div>
      {withheld.length > 0 ? <WithheldNote words={[...new Set(withheld.flat())]} /> : null}
      {albums.length === 0 ? <Empty title={t('record.images.empty')}>{t('record.images.emptyLead')}</Empty> : null}
      {albums.map((one) => (
        <AlbumCard key={one.key} album={one} />
      ))}
      {studies.hasNextPage || media.hasNextPage ? (
        <Button
          loading={studies.isFetchingNextPage || media.isFetchingNextPage}
          onClick={() => {
            if (studies.hasNextPage) studies.fetchNextPage()
            if (media.hasNextPage) media.fetchNextPage()
          }}
        >
          {t('record.images.more')}
        </Button>
      ) : null}
    </section>
  )
}

function AlbumCard({ album }: { album: Album }) {
  const { t } = useTranslation()
  const { study } = album
  return (
    <section className="album" data-testid="album">
      <header className="album-head">
        <h2>{album.title}</h2>
        {study ? <span className="album-modality">{study.modalities.join(' / ')}</span> : null}
        <span className="soft">
          <RecordMoment at={album.moment} />
        </span>
      </header>
      {study && study.series.length > 0 ? (
        <ul className="album-series" aria-label={t('record.images.seriesList')}>
          {study.series.map((series, index) => (
            <li key={series.uid || index}>
              {t('record.images.series', { number: series.number ?? index + 1 })}
              <span className="soft">
                {[series.name, series.bodySite, t('record.images.instances', { count: series.instanceCount })]
                  .filter((part) => part !== undefined)
                  .join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {album.pictures.length > 0 ? (
        <ul className="thumbnails">
          {album.pictures.map((picture) => (
            <li key={picture.id}>
              <Thumbnail picture={picture} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="soft small">
          {t('record.images.noPictures')} {t('record.images.noPicturesWhy')}
        </p>
      )}
      {album.report ? <ReportWords report={album.report} /> : null}
    </section>
  )
}

function ReportWords({ report }: { report: ReportFacts }) {
  const { t } = useTranslation()
  const { patient } = useRecord()
  return (
    <div className="album-report">
      {report.conclusion ? <p>{report.conclusion}</p> : null}
      <Link to={addresses.record(patient, `DiagnosticReport/${report.id}`)}>{t('record.results.report')}</Link>
    </div>
  )
}

/**
 * A tile that names the picture. The pixels are not fetched for it: each reading of an image is a use with its trace,
 * and a page of tiles would leave forty of them for pictures nobody looked at.
 */
function Thumbnail({ picture }: { picture: PictureFacts }) {
  const { patient } = useRecord()
  return (
    <Link className="thumbnail" to={addresses.image(patient, `Media/${picture.id}`)} data-testid="thumbnail">
      <svg viewBox="0 0 48 36" aria-hidden="true">
        <path d="M1 1h46v34H1zM1 28l13-13 10 10 7-7 16 15" fill="none" stroke="currentColor" strokeWidth="1.5" />
        {pictureIsDrawable(picture.content) ? (
          <circle cx="34" cy="10" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />
        ) : null}
      </svg>
      <span className="thumbnail-title">{picture.title}</span>
      <span className="faint small">
        {[picture.modality, picture.bodySite].filter((part) => part !== undefined).join(' · ')}
      </span>
    </Link>
  )
}
