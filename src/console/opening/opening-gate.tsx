import { useQuery } from '@tanstack/react-query'
import { createContext, lazy, Suspense, use } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import type { Standing } from '../../contract/index.ts'
import { useApi } from '../api/client.ts'
import { standingQuery } from '../api/patients.ts'
import { PageHead } from '../shape/page-head.tsx'
import { Failure, Loading } from '../shape/page-state.tsx'

const Reminder = lazy(async () => ({ default: (await import('./reminder.tsx')).Reminder }))
const RefusedRecord = lazy(async () => ({ default: (await import('./refused-record.tsx')).RefusedRecord }))
const RecordPage = lazy(async () => ({ default: (await import('../record/record-page.tsx')).RecordPage }))

const StandingContext = createContext<Standing | undefined>(undefined)

/** The patient and the purpose under which the record was opened; only behind the gate. */
export function useStanding(): Standing {
  const standing = use(StandingContext)
  if (!standing) throw new Error('useStanding outside the opening gate')
  return standing
}

/**
 * Stands before every page of a record: asks how one stands to the patient, and lets through, reminds, or says why
 * not. The address stays the patient's own, so a link, a reload and a new sign-in all come back here.
 */
export function OpeningGate() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const standing = useQuery(standingQuery(useApi(), id))
  if (standing.isPending) {
    return (
      <>
        <PageHead title={t('opening.checking')} />
        <Loading />
      </>
    )
  }
  if (standing.isError) {
    return (
      <>
        <PageHead title={t('opening.refusedTitle')} />
        <Failure error={standing.error} onRetry={() => standing.refetch()} />
      </>
    )
  }
  return (
    <Suspense fallback={<Loading />}>
      <Behind id={id} standing={standing.data} />
    </Suspense>
  )
}

function Behind({ id, standing }: { id: string; standing: Standing }) {
  if (standing.standing === 'remind') return <Reminder key={id} standing={standing} />
  if (standing.standing === 'refused') return <RefusedRecord standing={standing} />
  return (
    <StandingContext value={standing}>
      <RecordPage />
    </StandingContext>
  )
}
