import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import { addresses, useRecord } from '../record-context.ts'

/** The parts of a record. On a phone they share the width; each is one tap from the other. */
export function RecordTabs() {
  const { t } = useTranslation()
  const { patient } = useRecord()
  const tabs = [
    { name: 'timeline', to: addresses.timeline(patient), end: true },
    { name: 'results', to: addresses.results(patient), end: false },
    { name: 'images', to: addresses.images(patient), end: false },
  ] as const
  return (
    <nav className="record-tabs no-print" aria-label={t('record.tabs.label')}>
      {tabs.map(({ name, to, end }) => (
        <NavLink key={name} to={to} end={end} data-testid={`tab-${name}`}>
          {t(`record.tabs.${name}`)}
        </NavLink>
      ))}
    </nav>
  )
}
