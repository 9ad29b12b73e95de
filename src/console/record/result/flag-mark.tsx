import { useTranslation } from 'react-i18next'
import { type Flag, flagIsAbnormal } from '../fhir/observation.ts'

/** Out of range: word, shape and colour together. What is normal bears no mark at all. */
export function FlagMark({ flag }: { flag: Flag }) {
  const { t } = useTranslation()
  if (!flagIsAbnormal(flag) || flag === 'none') return null
  return (
    <span className={`flag flag-${flag}`}>
      <svg viewBox="0 0 10 12" aria-hidden="true">
        {shapes[flag]}
      </svg>
      {t(`record.flag.${flag}`)}
    </span>
  )
}

const up = 'M5 1.500 9 7H6v4H4V7H1z'
const down = 'M5 10.500 1 5h3V1h2v4h3z'
const shapes: Readonly<Record<Flag, React.ReactNode>> = {
  high: <path d={up} fill="currentColor" />,
  'critical-high': <path d={`${up}M1 0h8`} fill="currentColor" stroke="currentColor" />,
  low: <path d={down} fill="currentColor" />,
  'critical-low': <path d={`${down}M1 12h8`} fill="currentColor" stroke="currentColor" />,
  abnormal: <path d="M5 1 9 6 5 11 1 6z" fill="currentColor" />,
  normal: null,
  none: null,
}
