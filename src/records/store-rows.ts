import type { Queryable } from '../kernel/index.ts'
import { timestampText } from './fhir-date.ts'
import type { RecordRow } from './record-row.ts'

/** Columns of the tables that a version goes into, and how a row fills them: one list for single writes and loads. */
export interface TableRows {
  readonly table: string
  readonly columns: readonly (readonly [name: string, type: string])[]
  readonly rows: readonly (readonly unknown[])[]
}

const facts = [
  ['type', 'text'],
  ['id', 'text'],
  ['version', 'int'],
  ['last_updated', 'timestamptz'],
  ['patient_id', 'text'],
  ['department_id', 'text'],
  ['author_id', 'text'],
  ['category', 'text'],
  ['sensitivity', 'smallint'],
  ['kinds', 'text[]'],
  ['has_parts', 'boolean'],
  ['deleted', 'boolean'],
  ['content', 'text'],
] as const
const key = [
  ['type', 'text'],
  ['id', 'text'],
  ['name', 'text'],
] as const

export function tablesOf(rows: readonly RecordRow[]): readonly TableRows[] {
  return [
    {
      table: 'resource',
      columns: [
        ...facts,
        ['encounter_id', 'text'],
        ['sort_date', 'timestamptz'],
        ['present', 'text[]'],
        ['tokens', 'text[]'],
      ],
      rows: rows.map((row) => [...factValues(row), row.encounter, row.sortDate, row.index.present, row.index.tokens]),
    },
    { table: 'resource_version', columns: facts, rows: rows.map(factValues) },
    {
      table: 'resource_string',
      columns: [...key, ['value', 'text'], ['exact', 'text']],
      rows: rows.flatMap((row) =>
        row.index.strings.map((each) => [row.type, row.id, each.name, each.value, each.exact]),
      ),
    },
    {
      table: 'resource_date',
      columns: [...key, ['low', 'timestamptz'], ['high', 'timestamptz']],
      rows: rows.flatMap((row) =>
        row.index.dates
          .filter((each) => each.low <= each.high)
          .map((each) => [row.type, row.id, each.name, timestampText(each.low), timestampText(each.high)]),
      ),
    },
    {
      table: 'resource_quantity',
      columns: [
        ...key,
        ['low', 'numeric'],
        ['high', 'numeric'],
        ['system', 'text'],
        ['code', 'text'],
        ['unit', 'text'],
      ],
      rows: rows.flatMap((row) =>
        row.index.quantities.map((each) => [
          row.type,
          row.id,
          each.name,
          each.low,
          each.high,
          each.system,
          each.code,
          each.unit,
        ]),
      ),
    },
  ]
}

function factValues(row: RecordRow): readonly unknown[] {
  return [
    row.type,
    row.id,
    row.version,
    row.lastUpdated,
    row.patient,
    row.department,
    row.author,
    row.category,
    row.sensitivity,
    row.kinds,
    row.hasParts,
    row.deleted,
    row.content,
  ]
}

/** Removes what the current version is found by, before a newer one takes its place. */
export async function clearRows(
  tx: Queryable,
  rows: readonly { readonly type: string; readonly id: string }[],
): Promise<void> {
  if (rows.length === 0) return
  const values = [rows.map((row) => row.type), rows.map((row) => row.id)]
  for (const table of ['resource', 'resource_string', 'resource_date', 'resource_quantity'] as const) {
    await tx.query(
      {
        name: `records-clear-${table}`,
        text: `delete from ${table} where (type, id) in (select * from unnest($1::text[], $2::text[]))`,
      },
      values,
    )
  }
}

/** Writes one version: one prepared statement a table. */
export async function insertRow(tx: Queryable, row: RecordRow): Promise<void> {
  for (const { table, columns, rows } of tablesOf([row])) {
    const places = columns.map(([, type], at) => `$${at + 1}::${type}`).join(', ')
    const names = columns.map(([name]) => name).join(', ')
    const statement = {
      name: `records-insert-${table}`,
      text: `insert into ${table} (${names}) values (${places})`,
    }
    for (const values of rows) await tx.query(statement, values)
  }
}
