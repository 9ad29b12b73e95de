import { useTranslation } from 'react-i18next'
import type { PatientRow } from '../../contract/index.ts'
import { useTerm } from '../i18n/term.ts'
import { ageAt } from '../time/hospital-time.ts'
import { useNow } from '../time/now.ts'

/** `女 · 66 岁` */
export function SexAndAge({ patient }: { patient: Pick<PatientRow, 'gender' | 'birthDate'> }) {
  const term = useTerm()
  const age = useAge(patient.birthDate)
  return (
    <span className="nowrap">
      {term('gender', patient.gender)}
      {age ? ` · ${age}` : ''}
    </span>
  )
}

function useAge(birthDate: string | undefined): string | undefined {
  const { t } = useTranslation()
  const now = useNow()
  if (!birthDate) return undefined
  const age = ageAt(birthDate, now)
  return age.unit === 'months' ? t('patients.months', { count: age.count }) : t('patients.age', { count: age.count })
}
