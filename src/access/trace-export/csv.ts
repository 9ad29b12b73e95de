import type { ExportedUse } from './exported-use.ts'
import type { Words } from './words.ts'

/** One cell of each use, under its heading. */
const columns: readonly (readonly [heading: Words, cell: (use: ExportedUse) => string])[] = [
  [['回执号', 'receipt'], ({ row }) => String(row.sequence)],
  [['时间', 'time'], ({ when }) => when],
  [['时间（UTC）', 'time (UTC)'], ({ row }) => row.entry.recorded],
  [['人员', 'person'], ({ who }) => who],
  [['人员标识', 'person id'], ({ row }) => row.entry.actor?.person ?? ''],
  [['科室与岗位', 'department and post'], ({ standing }) => standing],
  [['代表', 'on behalf of'], ({ onBehalfOf }) => onBehalfOf],
  [['应用', 'application'], ({ row }) => row.entry.actor?.application ?? ''],
  [['会话', 'session'], ({ row }) => row.entry.actor?.session ?? ''],
  [['行为', 'what'], ({ what }) => both(what)],
  [['患者', 'patient'], ({ patient }) => patient],
  [['患者标识', 'patient id'], ({ row }) => row.entry.patient ?? ''],
  [['病历内容', 'record'], ({ record }) => both(record)],
  [['病历标识', 'record id'], ({ row: { entry } }) => recordId(entry.record)],
  [['目的', 'purpose'], ({ purpose }) => both(purpose)],
  [
    ['理由', 'reason'],
    ({ row: { entry } }) => [entry.reason?.code, entry.reason?.text].filter((text) => text !== undefined).join(' · '),
  ],
  [['结果', 'result'], ({ outcome }) => both(outcome)],
  [['依据策略', 'policies'], ({ row }) => (row.entry.decision?.policies ?? []).join(' ')],
  [['地址', 'address'], ({ row }) => row.entry.terminal?.address ?? ''],
  [['设备', 'device'], ({ row }) => row.entry.terminal?.device ?? ''],
  [['入口', 'channel'], ({ row }) => row.entry.channel ?? ''],
  [['所循回执', 'follows'], ({ row }) => (row.entry.follows === undefined ? '' : String(row.entry.follows))],
  [['请求号', 'request id'], ({ row }) => row.entry.requestId ?? ''],
  [['叶哈希', 'leaf hash'], ({ row }) => row.leafHash],
  [['内容完好', 'intact'], ({ row }) => (row.intact ? '是 / yes' : '否 / no')],
]

/** UTF-8 with a byte order mark: without it Excel takes Chinese for another encoding. */
export const csvHead = (): string => `\ufeff${line(columns.map(([heading]) => heading.join(' / ')))}`

export const csvLine = (use: ExportedUse): string => line(columns.map(([, cell]) => cell(use)))

/** RFC 4180: lines end with CRLF, quotes are doubled. */
function line(cells: readonly string[]): string {
  return `${cells.map(cellText).join(',')}\r\n`
}

/**
 * A cell that a spreadsheet would take for a formula begins with an apostrophe, so that words from outside (a user
 * agent, a reason) are shown and never run (OWASP, CSV injection).
 */
function cellText(text: string): string {
  const safe = looksLikeFormula.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** After whatever a spreadsheet skips; also as full-width characters, which some take for the plain ones. */
const looksLikeFormula = /^[\s\p{Cc}]*[=+\-@|%\uff0b\uff0d\uff1d\uff20]|^\p{Cc}/u

const recordId = (record: ExportedUse['row']['entry']['record']): string =>
  record ? `${record.type}/${record.id}${record.version === undefined ? '' : `/_history/${record.version}`}` : ''

const both = (words: Words): string => words.filter((word) => word !== '').join(' / ')
