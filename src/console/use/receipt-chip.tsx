import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useSession } from '../api/session.ts'
import { useTerm } from '../i18n/term.ts'
import './receipt-chip.css'

/** Purpose and receipt of this very view, on every page of a record; opens its trace. */
export function ReceiptChip({ receipt, purpose }: { receipt: number; purpose?: string | undefined }) {
  const { t } = useTranslation()
  const term = useTerm()
  const { rooms } = useSession()
  const words = purpose
    ? t('receipt.chip', { purpose: term('purpose', purpose), receipt })
    : t('receipt.chipBare', { receipt })
  const target = rooms.includes('trace') ? `/trace?entry=${receipt}` : `/my-uses?entry=${receipt}`
  return (
    <Link className="receipt-chip" to={target} title={t('receipt.label')} data-testid="receipt-chip">
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d="M2 1h8v10l-2-1.3L6 11l-2-1.3L2 11zM4 4h4M4 6.4h4" fill="none" stroke="currentColor" />
      </svg>
      {words}
    </Link>
  )
}
