import Button from 'antd/es/button'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Matter } from '../api/traces.ts'

const WhyDrawer = lazy(async () => ({ default: (await import('./why-drawer.tsx')).WhyDrawer }))

interface WhyButtonProps {
  readonly matter: Matter
  readonly refused?: boolean
  /** Where neither "why" nor "why not" is what one asks. */
  readonly label?: string
}

/** The button that opens the why panel, and the panel. */
export function WhyButton({ matter, refused = false, label }: WhyButtonProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)} data-testid="why-button">
        {label ?? (refused ? t('why.openNot') : t('why.open'))}
      </Button>
      {open ? (
        <Suspense fallback={null}>
          <WhyDrawer matter={matter} open onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  )
}
