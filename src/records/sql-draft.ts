import type { ListFilter } from '../authority/index.ts'

/** Values of a statement that is being written: each `bind` yields the placeholder it goes by. */
export interface SqlDraft {
  readonly values: unknown[]
  bind(value: unknown, type: string): string
  /** The decision about rows of `resource r`, its parameters renumbered to follow those already bound. */
  embed(filter: ListFilter): string
}

export function sqlDraft(): SqlDraft {
  const values: unknown[] = []
  return {
    values,
    bind(value, type) {
      values.push(value)
      return `$${values.length}::${type}`
    },
    embed(filter) {
      if (filter.kind === 'always') return 'true'
      if (filter.kind === 'never') return 'false'
      const before = values.length
      values.push(...filter.values)
      return `(${filter.sql.replace(/\$(\d+)/g, (_, place: string) => `$${before + Number(place)}`)})`
    },
  }
}
