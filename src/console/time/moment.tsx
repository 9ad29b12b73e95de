import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { useTimeZone } from '../api/session.ts'
import { useLanguage } from '../i18n/term.ts'
import { absoluteDay, absoluteTime, relativeTime } from './hospital-time.ts'
import { useNow } from './now.ts'
import './moment.css'

/** A time, absolute and relative: `2026-11-22 03:41 · 12 分钟前`. `stacked` sets the relative below. */
export function Moment({ at, stacked = false, dayOnly = false }: { at: string; stacked?: boolean; dayOnly?: boolean }) {
  const zone = useTimeZone()
  const { tag } = useLanguage()
  const now = useNow()
  return (
    <time dateTime={at} className={stacked ? 'moment moment-stacked' : 'moment'}>
      <span>{dayOnly ? absoluteDay(at, zone) : absoluteTime(at, zone)}</span>{' '}
      <span className="moment-relative">{relativeTime(at, now, tag)}</span>
    </time>
  )
}

/** Beyond thirty years an end means that none was set. */
const farMs = 30 * 365 * 86_400_000

/** An end: its date, and a countdown when it is near (72 hours). */
export function Until({ at }: { at: string | undefined }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const now = useNow()
  if (!at || Date.parse(at) - now > farMs) return <span className="faint">{t('time.noEnd')}</span>
  const left = Date.parse(at) - now
  if (left <= 0) return <span className="faint">{t('time.ended', { date: absoluteDay(at, zone) })}</span>
  if (left > 72 * 3_600_000) return <span>{t('time.untilEnd', { date: absoluteDay(at, zone) })}</span>
  return (
    <span className="until-near">
      {t('time.untilEnd', { date: absoluteTime(at, zone) })} · {t('time.remaining', { left: leftInWords(left, t) })}
    </span>
  )
}

function leftInWords(left: number, t: TFunction): string {
  if (left >= 48 * 3_600_000) return t('time.days', { count: Math.floor(left / 86_400_000) })
  if (left >= 3_600_000) return t('time.hours', { count: Math.floor(left / 3_600_000) })
  return t('time.minutes', { count: Math.max(1, Math.floor(left / 60_000)) })
}
