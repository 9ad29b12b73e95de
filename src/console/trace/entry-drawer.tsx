import Drawer from 'antd/es/drawer'
import { lazy, Suspense, useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type To, useSearchParams } from 'react-router'
import type { Use } from '../../contract/index.ts'
import { Loading } from '../shape/page-state.tsx'

const EntryProof = lazy(async () => ({ default: (await import('./entry-proof.tsx')).EntryProof }))

interface ChosenEntry {
  readonly sequence: number | undefined
  readonly addressOf: (use: Pick<Use, 'sequence'>) => To
  close(): void
}

/** The entry that is open stands in the address (`entry=`), so that it can be sent and come back to. */
export function useChosenEntry(): ChosenEntry {
  const [search, setSearch] = useSearchParams()
  const asked = Number(search.get('entry') ?? Number.NaN)
  const addressOf = useCallback(
    (use: Pick<Use, 'sequence'>): To => {
      const next = new URLSearchParams(search)
      next.set('entry', String(use.sequence))
      return { search: `?${next}` }
    },
    [search],
  )
  return useMemo(
    () => ({
      sequence: Number.isInteger(asked) ? asked : undefined,
      addressOf,
      close: () =>
        setSearch((now) => {
          const next = new URLSearchParams(now)
          next.delete('entry')
          return next
        }),
    }),
    [asked, addressOf, setSearch],
  )
}

/** One entry, whole, with its proof; where the proof is not for this person, what the list already told. */
export function EntryDrawer({ chosen, known }: { chosen: ChosenEntry; known: readonly Use[] }) {
  const { t } = useTranslation()
  const { sequence } = chosen
  return (
    <Drawer
      title={sequence === undefined ? null : t('trace.entry', { sequence })}
      open={sequence !== undefined}
      onClose={chosen.close}
      size="min(560px, 100vw)"
      destroyOnHidden
    >
      {sequence === undefined ? null : (
        <Suspense fallback={<Loading />}>
          <EntryProof sequence={sequence} known={known} addressOf={chosen.addressOf} />
        </Suspense>
      )}
    </Drawer>
  )
}
