import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { UsePage } from '../../contract/index.ts'
import { List, ListPage } from '../shape/list.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { EntryDrawer, useChosenEntry } from '../trace/entry-drawer.tsx'
import { ReceiptChip } from '../use/receipt-chip.tsx'
import { type UseColumn, useUseColumns } from './use-columns.tsx'

interface UsesPageProps {
  readonly title: string
  readonly lead: string
  readonly above?: ReactNode
  readonly actions?: ReactNode
  readonly filters?: ReactNode
  readonly paged: UseInfiniteQueryResult<InfiniteData<UsePage>>
  readonly columns: readonly UseColumn[]
  /** Where the choice of columns is kept. */
  readonly choiceKey: string
  readonly empty: ReactNode
  /** In place of the list while nothing is asked. */
  readonly notAsked?: ReactNode
}

/** A page of uses, whoever's they are: newest first, page by page, each row opening its entry with its proof. */
export function UsesPage(props: UsesPageProps) {
  const { title, lead, paged, choiceKey, empty } = props
  const chosen = useChosenEntry()
  const columns = useUseColumns(props.columns, chosen.addressOf)
  const uses = paged.data?.pages.flatMap((page) => page.uses) ?? []
  const receipt = paged.data?.pages.at(-1)?.receipt
  return (
    <ListPage
      head={
        <PageHead
          title={title}
          lead={lead}
          above={props.above}
          actions={props.actions}
          marks={receipt === undefined ? null : <ReceiptChip receipt={receipt} />}
        />
      }
      filters={props.filters}
    >
      {props.notAsked ?? (
        <List
          label={title}
          columns={columns}
          rows={uses}
          rowKey={(use) => String(use.sequence)}
          paged={paged}
          empty={empty}
          choiceKey={choiceKey}
        />
      )}
      <EntryDrawer chosen={chosen} known={uses} />
    </ListPage>
  )
}
