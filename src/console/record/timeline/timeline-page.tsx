import { useCallback, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { RecordReader } from '../document/record-reader.tsx'
import { Overview } from '../dossier/overview.tsx'
import { useWideScreen } from '../wide-screen.ts'
import { useTimelineFilter } from './timeline-filter.ts'
import { TimelineFilters } from './timeline-filters.tsx'
import { TimelineList } from './timeline-list.tsx'
import { useTimeline } from './use-timeline.ts'
import './timeline.css'

/**
 * The time line at the left, what is open at the right; on a phone one covers the other. `j` and `k` move through
 * the lines, Enter opens, Esc closes and returns the focus to the line that was open.
 */
export function TimelinePage() {
  const { t } = useTranslation()
  const [question, setQuestion] = useSearchParams()
  const open = question.get('open') ?? undefined
  const { filter, change } = useTimelineFilter()
  const timeline = useTimeline(filter)
  const isWide = useWideScreen()
  const list = useRef<HTMLDivElement>(null)
  const lastOpen = useRef<string | undefined>(open)

  const setOpen = useCallback(
    (key: string | undefined) => {
      setQuestion(
        (before) => {
          const after = new URLSearchParams(before)
          if (key === undefined) after.delete('open')
          else after.set('open', key)
          return after
        },
        { replace: key === undefined && isWide, preventScrollReset: true },
      )
    },
    [setQuestion, isWide],
  )

  useEffect(() => {
    const before = lastOpen.current
    lastOpen.current = open
    // Only when something was closed does the focus go back; opening leaves it to the reader.
    if (open !== undefined || before === undefined) return
    const line = list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(before)}"]`)
    line?.focus({ preventScroll: isWide })
    if (!isWide) line?.scrollIntoView({ block: 'center' })
  }, [open, isWide])

  const close = useCallback(() => setOpen(undefined), [setOpen])
  useLineKeys(list, open === undefined ? undefined : close)

  const covers = open !== undefined && !isWide
  return (
    <div className="timeline-page">
      <div className="timeline-filters-row" hidden={covers}>
        <TimelineFilters filter={filter} onChange={change} />
      </div>
      <div className="timeline-column" hidden={covers} ref={list}>
        <TimelineList
          timeline={timeline}
          filter={filter}
          open={open}
          onClear={() => change({ kinds: [], encounter: undefined, until: undefined })}
        />
      </div>
      {/* Without room beside the lines the overview is not read at all: what nobody sees should leave no trace. */}
      {open === undefined && !isWide ? null : (
        <aside className="reading-column" aria-label={open ? t('record.title') : t('record.overview.title')}>
          {open === undefined ? <Overview /> : <RecordReader key={open} recordKey={open} onClose={close} />}
        </aside>
      )}
    </div>
  )
}

function useLineKeys(list: React.RefObject<HTMLDivElement | null>, onClose: (() => void) | undefined): void {
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return
      if (event.target instanceof HTMLElement && event.target.matches('input, textarea, select')) return
      if (document.querySelector('.ant-drawer-open, .ant-modal-wrap:not([style*="display: none"])')) return
      if (event.key === 'Escape') onClose?.()
      if (event.key !== 'j' && event.key !== 'k') return
      const lines = [...(list.current?.querySelectorAll<HTMLElement>('[data-key]') ?? [])]
      const here = lines.findIndex(
        (line) => line === document.activeElement || line.getAttribute('aria-current') === 'true',
      )
      const focused = lines.indexOf(document.activeElement as HTMLElement)
      const from = focused >= 0 ? focused : here
      const next = lines[from < 0 ? 0 : from + (event.key === 'j' ? 1 : -1)]
      next?.focus()
      next?.scrollIntoView({ block: 'nearest' })
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [list, onClose])
}
