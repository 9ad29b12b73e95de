import { useTranslation } from 'react-i18next'
import './patient-name.css'

/** A patient's name as the server gave it; that it is masked is said, not only shown. */
export function PatientName({ name, masked }: { name: string; masked: boolean }) {
  const { t } = useTranslation()
  if (!masked) return <span className="patient-name">{name}</span>
  return (
    <span className="patient-name patient-name-masked" title={t('name.masked')}>
      {name}
      <span className="unseen"> ({t('name.masked')})</span>
    </span>
  )
}
