import { useTranslation } from 'react-i18next'
import type { Matter } from '../api/traces.ts'
import { WhyButton } from '../explain/why-panel.tsx'

/** A part that is not given: that it is there, why it is not shown, and what one can do. Calm, and no colour of alarm. */
export function WithheldPart({ title, why, matter }: { title: string; why: string; matter: Matter }) {
  return (
    <div className="withheld" data-testid="withheld">
      <p>{title}</p>
      <p>{why}</p>
      <WhyButton matter={matter} refused />
    </div>
  )
}

/** Above a list: something was left out of it. */
export function WithheldNote({ words }: { words: readonly string[] }) {
  const { t } = useTranslation()
  return (
    <p className="record-note" data-testid="withheld-note">
      <strong>{t('record.timeline.withheld')}</strong>
      <span>{words.length > 0 ? words.join(' ') : t('record.timeline.withheldWhy')}</span>
    </p>
  )
}
