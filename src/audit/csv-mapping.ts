import { z } from 'zod'
import { actions, type InputIssue, InvalidInput, purposes } from '../kernel/index.ts'
import type { Outcome } from '../ledger/index.ts'
import { readConfigurationFile } from './audit-source.ts'
import { checkEvent } from './check-event.ts'
import { dcm, entryKindSystem, eventTypeSystem, restfulSystem } from './coding.ts'
import type { CsvRow } from './csv-rows.ts'
import type { ForeignEvent, ReadEvent } from './foreign-event.ts'

const column = z.string().min(1).optional()
/** What a row can say was done: our actions, and coming and going. */
const doings = [...actions, 'sign-in', 'sign-out'] as const
type Doing = (typeof doings)[number]

const mappingSchema = z.strictObject({
  encoding: z.enum(['utf-8', 'gb18030']),
  delimiter: z.string().length(1).default(','),
  /** Offset of times that state none: `+08:00`. */
  timeZone: z.string().regex(/^(Z|[+-](0\d|1[0-4]):[0-5]\d)$/),
  /** Names of columns as the first line has them. */
  columns: z.strictObject({
    id: column,
    occurred: z.string().min(1),
    action: z.string().min(1),
    person: column,
    personName: column,
    role: column,
    application: column,
    patient: column,
    recordType: column,
    recordId: column,
    address: column,
    outcome: column,
    purpose: column,
    site: column,
  }),
  /** Words of the file and what they mean here; a word that is not listed stands for itself where it can. */
  values: z
    .strictObject({
      action: z.record(z.string(), z.enum(doings)).default({}),
      outcome: z.record(z.string(), z.literal([0, 4, 8, 12])).default({}),
      purpose: z.record(z.string(), z.enum(purposes)).default({}),
      recordType: z.record(z.string(), z.string()).default({}),
    })
    .default({ action: {}, outcome: {}, purpose: {}, recordType: {} }),
})
export type CsvMapping = z.infer<typeof mappingSchema>

/** @throws {AuditFailure} `audit-configuration-unreadable`. @throws {InvalidInput} naming what breaks a rule. */
export const readCsvMapping = (path: string): Promise<CsvMapping> => readConfigurationFile(path, mappingSchema)

export type CsvReader = (row: CsvRow) => ReadEvent

/**
 * Binds a mapping to the first line of a file.
 * @throws {InvalidInput} naming every column that the mapping names and the file lacks, or has twice.
 */
export function csvReader(mapping: CsvMapping, header: readonly string[]): CsvReader {
  const names = header.map((name) => name.replace(/^\ufeff/, '').trim())
  const issues = Object.values(mapping.columns).flatMap((name): InputIssue[] => {
    if (name === undefined || names.filter((one) => one === name).length === 1) return []
    const rule = names.includes(name) ? 'unique' : 'column'
    return [
      { field: name, rule, zh: '文件首行没有（或重复）此列', en: 'the first line has no such column, or has it twice' },
    ]
  })
  if (issues.length > 0) throw new InvalidInput(issues)
  return (row) => readRow(row, mapping, names)
}

function readRow(row: CsvRow, { columns, values, timeZone }: CsvMapping, names: readonly string[]): ReadEvent {
  const issues: InputIssue[] = []
  const say = (field: string, rule: string, zh: string, en: string) => void issues.push({ field, rule, zh, en })
  if (row.fields.length !== names.length) {
    say('row', 'columns', '列数与首行不同', 'it has another number of fields than the first line')
    return { outcome: 'refused', issues }
  }
  const at = (name: string | undefined): string | undefined => {
    const value = name === undefined ? undefined : row.fields[names.indexOf(name)]?.trim()
    return value === '' ? undefined : value
  }
  const meant = <Meaning>(
    name: string | undefined,
    meanings: Readonly<Record<string, Meaning>>,
    own: readonly Meaning[],
  ) => {
    const word = at(name)
    if (name === undefined || word === undefined) return undefined
    const found = Object.hasOwn(meanings, word) ? meanings[word] : own.find((one) => String(one) === word)
    if (found === undefined) say(name, 'unmapped', '取值没有对应关系', 'the mapping has no meaning for this value')
    return found
  }

  const doing = meant<Doing>(columns.action, values.action, doings)
  const outcome = meant<Outcome>(columns.outcome, values.outcome, [0, 4, 8, 12])
  const purpose = meant(columns.purpose, values.purpose, purposes)
  const occurred = timeOf(at(columns.occurred), timeZone)
  if (occurred === undefined) say(columns.occurred, 'date-time', '不是日期和时间', 'it is no date and time')
  if (doing === undefined && at(columns.action) === undefined) {
    say(columns.action, 'required', '没有写明操作', 'what was done is not said')
  }
  if (issues.length > 0 || doing === undefined || occurred === undefined) return { outcome: 'refused', issues }

  const [eventId, id, name, application] = [columns.id, columns.person, columns.personName, columns.application].map(at)
  const [role, patient, recordId, address, site] = [
    ...[columns.role, columns.patient, columns.recordId, columns.address, columns.site].map(at),
  ]
  const type = at(columns.recordType)
  return checkEvent({
    ...whatWasDone(doing),
    ...(eventId !== undefined && { eventId }),
    occurred,
    outcome: outcome ?? 0,
    ...((id !== undefined || name !== undefined) && {
      person: { ...(id !== undefined && { id }), ...(name !== undefined && { name }) },
    }),
    roles: role === undefined ? [] : [role],
    ...(application !== undefined && { application }),
    ...(purpose && { purpose }),
    ...(address !== undefined && { address }),
    patients: patient === undefined ? [] : [patient],
    records:
      recordId === undefined
        ? []
        : [{ type: type === undefined ? 'Object' : (values.recordType[type] ?? type), id: recordId }],
    ...(site !== undefined && { site }),
  })
}

type Done = Pick<ForeignEvent, 'type' | 'subtypes' | 'action' | 'isQuery' | 'doing'>

function whatWasDone(doing: Doing): Done {
  const rest = (interaction: string, action: 'C' | 'R' | 'U' | 'D' | 'E'): Omit<Done, 'doing'> => ({
    type: { system: eventTypeSystem, code: 'rest' },
    subtypes: [{ system: restfulSystem, code: interaction }],
    action,
    isQuery: interaction === 'search',
  })
  const plain = (code: Parameters<typeof dcm>[0], action: 'R' | 'U' | 'E', kind?: string): Omit<Done, 'doing'> => ({
    type: { system: dcm(code).system, code },
    subtypes: kind === undefined ? [] : [{ system: entryKindSystem, code: kind }],
    action,
    isQuery: false,
  })
  switch (doing) {
    case 'view':
      return { ...rest('read', 'R'), doing }
    case 'list':
      return { ...rest('search', 'E'), doing }
    case 'create':
      return { ...rest('create', 'C'), doing }
    case 'update':
      return { ...rest('update', 'U'), doing }
    case 'delete':
      return { ...rest('delete', 'D'), doing }
    case 'print':
    case 'copy':
    case 'export':
      return { ...plain('110106', 'R'), doing }
    case 'read-trace':
      return { ...plain('110101', 'R'), doing }
    case 'administer':
      return { ...plain('110113', 'U'), doing }
    case 'sign-in':
    case 'sign-out':
      return plain('110114', 'E', doing)
  }
}

const timePattern =
  /^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})[T ]?(\d{1,2}):?(\d{2})(?::?(\d{2})(\.\d{1,6})?)?\s*(Z|[+-]\d{2}:\d{2})?$/

/** `2026-03-01 08:00:00`, `2026/3/1 8:00`, `20260301080000`, with a zone of its own or in the one the mapping states. */
function timeOf(text: string | undefined, timeZone: string): string | undefined {
  const parts = timePattern.exec(text ?? '')
  if (!parts) return undefined
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = timeZone] = parts
  const two = (number: string | undefined) => (number ?? '').padStart(2, '0')
  const stated = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${fraction}${zone}`
  return Number.isNaN(Date.parse(stated)) ? undefined : stated
}
