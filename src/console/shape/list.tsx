import Button from 'antd/es/button'
import type { TFunction } from 'i18next'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure, Loading } from './page-state.tsx'
import './list.css'

export interface Column<Row> {
  readonly id: string
  readonly label: string
  render(row: Row): ReactNode
  /** `numeric` aligns to the right. */
  readonly align?: 'numeric'
  /** Columns of lesser weight leave first when the page is narrow. */
  readonly weight?: 'main' | 'second' | 'third'
}

/** What a paged query offers; the shape of `useInfiniteQuery`, flattened. */
export interface Paged {
  readonly isPending: boolean
  readonly isError: boolean
  readonly error: unknown
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  refetch(): unknown
  fetchNextPage(): unknown
}

interface ListProps<Row> {
  /** Names the table for a screen reader. */
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  rowKey(row: Row): string
  readonly paged: Paged
  /** Exact, or absent; never an estimate. */
  readonly total?: number | undefined
  readonly empty: ReactNode
  /** `comfortable` on wards, `dense` in offices. */
  readonly density?: 'dense' | 'comfortable'
  /** Where the choice of columns is kept; absent, there is no choice. */
  readonly choiceKey?: string
  readonly failureActions?: ReactNode
}

/**
 * The table of a list page. Rows become cards on a phone. The first column's link opens the row and covers it, so
 * that a whole row may be tapped and one Tab stop reaches it.
 */
export function List<Row>(props: ListProps<Row>) {
  const { label, rows, rowKey, paged, total, empty, density = 'dense' } = props
  const { t } = useTranslation()
  const choice = useColumnChoice(props.choiceKey, props.columns)
  if (paged.isPending) return <Loading lines={8} />
  if (paged.isError) return <Failure error={paged.error} onRetry={paged.refetch} actions={props.failureActions} />
  if (rows.length === 0) return <>{empty}</>
  return (
    <div className={`list list-${density}`}>
      <div className="list-top">
        <span className="faint">{countInWords(t, rows.length, total)}</span>
        {props.choiceKey ? <ColumnChoice choice={choice} columns={props.columns} /> : null}
      </div>
      {/* biome-ignore-start lint/a11y/noRedundantRoles: rows laid out as cards lose the roles of a table */}
      <table role="table" aria-label={label} data-testid="list">
        <thead role="rowgroup">
          <tr role="row">
            {choice.shown.map((column) => (
              <th role="columnheader" scope="col" key={column.id} className={cellClass(column)}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row" key={rowKey(row)}>
              {choice.shown.map((column) => (
                <td role="cell" key={column.id} data-label={column.label} className={cellClass(column)}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: see above */}
      {paged.hasNextPage ? (
        <div className="list-foot">
          <Button onClick={() => paged.fetchNextPage()} loading={paged.isFetchingNextPage} data-testid="more">
            {paged.isFetchingNextPage ? t('state.loadingMore') : t('state.more')}
          </Button>
        </div>
      ) : null}
    </div>
  )
}

/** The shape of a list page: head, filter bar (whose state lives in the address), table. */
export function ListPage({ head, filters, children }: { head: ReactNode; filters?: ReactNode; children: ReactNode }) {
  return (
    <div className="list-page">
      {head}
      {filters}
      {children}
    </div>
  )
}

function countInWords(t: TFunction, shown: number, total: number | undefined): string {
  if (total === undefined) return t('state.shown', { count: shown })
  return shown >= total ? t('state.total', { count: total }) : t('state.shownOf', { shown, total })
}

const cellClass = (column: Column<never>): string =>
  `column-${column.weight ?? 'main'}${column.align ? ` column-${column.align}` : ''}`

interface Choice<Row> {
  readonly shown: readonly Column<Row>[]
  readonly hidden: readonly string[]
  toggle(id: string): void
}

function useColumnChoice<Row>(key: string | undefined, columns: readonly Column<Row>[]): Choice<Row> {
  const [hidden, setHidden] = useState<readonly string[]>(() => readHidden(key))
  return {
    hidden,
    shown: columns.filter((column) => !hidden.includes(column.id)),
    toggle(id) {
      const next = hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id]
      if (key) localStorage.setItem(`chartward.columns.${key}`, next.join(' '))
      setHidden(next)
    },
  }
}

function readHidden(key: string | undefined): readonly string[] {
  const kept = key ? localStorage.getItem(`chartward.columns.${key}`) : null
  return kept ? kept.split(' ') : []
}

function ColumnChoice<Row>({ choice, columns }: { choice: Choice<Row>; columns: readonly Column<Row>[] }) {
  const { t } = useTranslation()
  return (
    <details className="column-choice no-print">
      <summary>{t('state.columns')}</summary>
      <div>
        {columns.slice(1).map((column) => (
          <label key={column.id}>
            <input
              type="checkbox"
              checked={!choice.hidden.includes(column.id)}
              onChange={() => choice.toggle(column.id)}
            />{' '}
            {column.label}
          </label>
        ))}
      </div>
    </details>
  )
}
