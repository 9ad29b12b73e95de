import Button from 'antd/es/button'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { WhyButton } from '../../explain/why-panel.tsx'
import { Failure, Loading } from '../../shape/page-state.tsx'
import { ReceiptChip } from '../../use/receipt-chip.tsx'
import { type PictureFacts, pictureIsDrawable } from '../fhir/picture.ts'
import { useRecord } from '../record-context.ts'
import { RecordMoment } from '../record-moment.tsx'
import type { Album } from './album.ts'
import { ImageTools } from './image-tools.tsx'
import { ImageWindow } from './image-window.tsx'
import { fitted, originalTone, pan, type Tone, type View, zoomAbout } from './pan-and-zoom.ts'
import { usePicture } from './use-picture.ts'

interface ImageViewerProps {
  readonly album: Album
  readonly open: string
  onOpen(id: string | undefined): void
}

/** One picture at a time, with its trace beside it and never on it. */
export function ImageViewer({ album, open, onOpen }: ImageViewerProps) {
  const { t } = useTranslation()
  const index = album.pictures.findIndex((picture) => picture.id === open)
  const picture = album.pictures[index]!
  const [view, setView] = useState<View>(fitted)
  const [tone, setTone] = useState<Tone>(originalTone)
  const step = useCallback(
    (by: number) => {
      const next = album.pictures[index + by]
      if (next) onOpen(next.id)
    },
    [album, index, onOpen],
  )
  const page = useRef<HTMLElement>(null)
  useEffect(() => {
    page.current?.scrollIntoView({ block: 'start' })
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another picture begins fitted
  useEffect(() => setView(fitted), [open])
  useImageKeys({ view, setView, setTone, step, close: () => onOpen(undefined) })

  return (
    <section className="viewer" ref={page} aria-label={picture.title} data-testid="image-viewer">
      <header className="viewer-head">
        <Button onClick={() => onOpen(undefined)} data-testid="close-viewer">
          <span aria-hidden="true">←</span> {t('record.images.close')}
        </Button>
        <div className="viewer-title">
          <h2>{picture.title}</h2>
          <span className="soft small">
            {album.title === picture.title ? null : <span>{album.title} </span>}
            <RecordMoment at={picture.moment ?? album.moment} />
          </span>
        </div>
        {album.pictures.length > 1 ? (
          <span className="stepper">
            <Button onClick={() => step(-1)} disabled={index === 0} aria-label={t('record.images.previous')}>
              ‹
            </Button>
            <span className="soft nowrap">
              {t('record.images.position', { index: index + 1, count: album.pictures.length })}
            </span>
            <Button
              onClick={() => step(1)}
              disabled={index === album.pictures.length - 1}
              aria-label={t('record.images.next')}
            >
              ›
            </Button>
          </span>
        ) : null}
      </header>
      <ImageTools view={view} tone={tone} onView={setView} onTone={setTone} />
      <Picture key={picture.id} picture={picture} view={view} tone={tone} onView={setView} />
      <p className="faint small">
        {t('record.images.notDiagnostic')} <span className="viewer-help">{t('record.images.help')}</span>
      </p>
    </section>
  )
}

interface PictureProps {
  readonly picture: PictureFacts
  readonly view: View
  readonly tone: Tone
  onView(view: View): void
}

function Picture({ picture, view, tone, onView }: PictureProps) {
  const { t } = useTranslation()
  const { purpose } = useRecord()
  const hasContent = picture.content.url !== undefined || picture.content.data !== undefined
  const isDrawable = pictureIsDrawable(picture.content)
  const bytes = usePicture(picture, hasContent && isDrawable)
  if (!hasContent) return <Plain title={t('record.images.missing')} why={t('record.images.missingWhy')} />
  if (!isDrawable) {
    const type = picture.content.contentType ?? '?'
    return <Plain title={t('record.images.undrawable')} why={t('record.images.undrawableWhy', { type })} />
  }
  if (bytes.error) {
    return (
      <Failure
        error={bytes.error}
        onRetry={bytes.refetch}
        actions={<WhyButton matter={{ type: 'Media', id: picture.id }} refused />}
      />
    )
  }
  return (
    <>
      {bytes.address ? (
        <ImageWindow
          address={bytes.address}
          label={t('record.images.canvas', { title: picture.title, help: t('record.images.help') })}
          view={view}
          tone={tone}
          onView={onView}
        />
      ) : (
        <div className="image-window image-window-waiting">
          <Loading lines={3} />
        </div>
      )}
      <p className="viewer-receipt">
        {bytes.receipt === undefined ? null : <ReceiptChip receipt={bytes.receipt} purpose={purpose} />}
      </p>
    </>
  )
}

function Plain({ title, why }: { title: string; why: string }) {
  return (
    <div className="withheld">
      <p>{title}</p>
      <p>{why}</p>
    </div>
  )
}

interface KeyActions {
  readonly view: View
  setView(change: (view: View) => View): void
  setTone(change: (tone: Tone) => Tone): void
  step(by: number): void
  close(): void
}

const panStep = 60

/** Arrows leaf while the picture is fitted, and move it while it is enlarged. */
function useImageKeys(actions: KeyActions): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target instanceof HTMLElement && event.target.matches('input, select, textarea')) return
      if (document.querySelector('.ant-drawer-open')) return
      const act = actionOf(event.key, latest.current)
      if (!act) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

function actionOf(key: string, { view, setView, setTone, step, close }: KeyActions): (() => void) | undefined {
  const enlarged = view.scale > 1
  const move = (x: number, y: number) => () =>
    setView((now) => pan(now, { x, y }, { width: innerWidth, height: innerHeight }))
  switch (key) {
    case 'ArrowLeft':
      return enlarged ? move(panStep, 0) : () => step(-1)
    case 'ArrowRight':
      return enlarged ? move(-panStep, 0) : () => step(1)
    case 'ArrowUp':
      return enlarged ? move(0, panStep) : undefined
    case 'ArrowDown':
      return enlarged ? move(0, -panStep) : undefined
    case '+':
    case '=':
      return () => setView((now) => zoomAbout(now, 1.25, { x: 0, y: 0 }))
    case '-':
      return () => setView((now) => zoomAbout(now, 0.8, { x: 0, y: 0 }))
    case '0':
      return () => setView(() => fitted)
    case 'i':
      return () => setTone((tone) => ({ ...tone, inverted: !tone.inverted }))
    case 'Escape':
      return close
    default:
      return undefined
  }
}
