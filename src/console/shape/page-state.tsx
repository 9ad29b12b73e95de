import Button from 'antd/es/button'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Misread, Refused, Unreachable } from '../api/problem.ts'
import { useTerm } from '../i18n/term.ts'
import './page-state.css'

/** Skeleton lines in the place of what is coming; said once to a screen reader. */
export function Loading({ lines = 5 }: { lines?: number }) {
  const { t } = useTranslation()
  return (
    <div className="loading" role="status" data-testid="loading">
      <span className="unseen">{t('state.loading')}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines without identity
        <span key={line} className="loading-line" style={{ inlineSize: `${[92, 74, 85, 66, 80][line % 5]}%` }} />
      ))}
    </div>
  )
}

/** Nothing here yet, and why that is so. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty" data-testid="empty">
      <svg viewBox="0 0 64 48" aria-hidden="true">
        <path d="M12 4h30l10 10v30H12z M42 4v10h10 M20 22h22 M20 29h22 M20 36h12" fill="none" stroke="currentColor" />
      </svg>
      <p className="empty-title">{title}</p>
      {children ? <div className="soft">{children}</div> : null}
      {action ? <div className="empty-action">{action}</div> : null}
    </div>
  )
}

interface ThreePartsProps {
  readonly tone: 'refused' | 'failed'
  readonly what: string
  readonly why?: string | undefined
  readonly now?: string | undefined
  readonly code?: string | undefined
  readonly receipt?: number | undefined
  readonly actions?: ReactNode
  readonly compact?: boolean
}

/** A refusal or failure in its three parts; codes stand small below. */
export function ThreeParts({ tone, what, why, now, code, receipt, actions, compact = false }: ThreePartsProps) {
  const { t } = useTranslation()
  return (
    <section
      className={`three-parts three-parts-${tone}${compact ? ' three-parts-compact' : ''}`}
      role="alert"
      data-testid={tone}
    >
      <p className="three-parts-what">{what}</p>
      <dl>
        {why ? (
          <>
            <dt>{t('state.why')}</dt>
            <dd>{why}</dd>
          </>
        ) : null}
        {now ? (
          <>
            <dt>{t('state.now')}</dt>
            <dd>{now}</dd>
          </>
        ) : null}
      </dl>
      {actions ? <div className="three-parts-actions">{actions}</div> : null}
      {code || receipt !== undefined ? (
        <p className="three-parts-code">
          {code ? <span>{t('state.code', { code })}</span> : null}
          {receipt === undefined ? null : <span>{t('state.receiptCode', { receipt })}</span>}
        </p>
      ) : null}
    </section>
  )
}

interface FailureProps {
  readonly error: unknown
  onRetry?: () => unknown
  readonly compact?: boolean
  /** Further things to do, e.g. the why panel. */
  readonly actions?: ReactNode
}

/** What went wrong, what is safe, and what to do: for any error a query can end in. */
export function Failure({ error, onRetry, compact = false, actions }: FailureProps) {
  const { t } = useTranslation()
  const words = useFailureWords(error)
  const mayRetry = onRetry && words.tone === 'failed'
  return (
    <ThreeParts
      {...words}
      compact={compact}
      actions={
        mayRetry || actions ? (
          <>
            {mayRetry ? <Button onClick={() => onRetry()}>{t('state.retry')}</Button> : null}
            {actions}
          </>
        ) : null
      }
    />
  )
}

function useFailureWords(error: unknown): ThreePartsProps {
  const { t } = useTranslation()
  const term = useTerm()
  if (error instanceof Refused) {
    const { status, title, detail, next, code, receipt } = error.problem
    if (status === 404 || status === 410) {
      return {
        tone: 'failed',
        what: title || t('state.absent'),
        why: detail ?? t('state.absentWhy'),
        now: next ?? t('state.absentNow'),
        code,
        receipt,
      }
    }
    if (status >= 500) {
      return {
        tone: 'failed',
        what: title || t('state.unavailable'),
        why: detail,
        now: next ?? t('state.unavailableNow'),
        code,
        receipt,
      }
    }
    return {
      tone: 'refused',
      what: title || t('state.refused'),
      why: detail ?? known(term, code),
      now: next,
      code,
      receipt,
    }
  }
  if (error instanceof Unreachable) {
    return {
      tone: 'failed',
      what: t('state.unreachable'),
      why: t('state.unreachableWhy'),
      now: t('state.unreachableNow'),
    }
  }
  if (error instanceof Misread) {
    return { tone: 'failed', what: t('state.misread'), why: t('state.misreadWhy'), now: t('state.misreadNow') }
  }
  return { tone: 'failed', what: t('state.broken'), why: t('state.brokenWhy'), now: t('state.brokenNow') }
}

/** The word for a code of a refusal or of a sign-in; a code without a word stands below only. */
function known(term: ReturnType<typeof useTerm>, code: string): string | undefined {
  return [term('refusal', code), term('admission', code)].find((word) => word !== code)
}
