import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import './page-head.css'

interface PageHeadProps {
  readonly title: string
  /** Shown in place of the title text where the title needs more than words, e.g. a name. */
  readonly heading?: ReactNode
  readonly lead?: ReactNode
  /** State tags and chips beside the title. */
  readonly marks?: ReactNode
  /** Actions at the right. */
  readonly actions?: ReactNode
  readonly above?: ReactNode
}

/** The head of every page: it names the document and takes the focus when the page is reached. */
export function PageHead({ title, heading, lead, marks, actions, above }: PageHeadProps) {
  const { t } = useTranslation()
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`
  }, [title, t])
  useEffect(() => {
    const nothingElseHasFocus = document.activeElement === null || document.activeElement === document.body
    if (nothingElseHasFocus) head.current?.focus({ preventScroll: true })
  }, [])
  return (
    <header className="page-head">
      <div className="page-head-words">
        {above ? <div className="page-head-above">{above}</div> : null}
        <div className="page-head-title">
          <h1 ref={head} tabIndex={-1}>
            {heading ?? title}
          </h1>
          {marks}
        </div>
        {lead ? <div className="page-head-lead">{lead}</div> : null}
      </div>
      {actions ? <div className="page-head-actions">{actions}</div> : null}
    </header>
  )
}
