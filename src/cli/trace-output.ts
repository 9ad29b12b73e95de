import { csvHead, csvLine, type ExportedUse } from '../access/index.ts'
import type { TraceRow } from '../ledger/index.ts'
import { language } from './words.ts'

export const outputFormats = ['table', 'json', 'csv'] as const
export type OutputFormat = (typeof outputFormats)[number]

/** One page of uses on standard output; JSON is one entry a line, as the ledger commits to it. */
export function printUses(uses: readonly ExportedUse[], format: OutputFormat): void {
  if (format === 'json') for (const { row } of uses) console.log(jsonLine(row))
  else if (format === 'csv') process.stdout.write(csvHead() + uses.map(csvLine).join(''))
  else for (const line of tableLines(uses)) console.log(line)
}

const jsonLine = ({ sequence, leafHash, intact, body }: TraceRow): string =>
  `{"sequence":${sequence},"leafHash":"${leafHash}","intact":${intact},"entry":${body}}`

const widths = [9, 19, 16, 22, 14, 18, 12, 16] as const
const word = language === 'zh' ? 0 : 1

function tableLines(uses: readonly ExportedUse[]): readonly string[] {
  return uses.map((use) =>
    [
      String(use.row.sequence).padStart(widths[0]),
      use.when,
      use.who,
      use.what[word],
      use.patient,
      use.record[word],
      use.purpose[word],
      use.outcome[word],
    ]
      .map((cell, at) => fitted(cell, widths[at]!))
      .join('  ')
      .trimEnd(),
  )
}

/** Chinese characters take two columns of a terminal. */
function fitted(text: string, width: number): string {
  let taken = 0
  let shown = ''
  for (const character of text) {
    const columns =
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(character)
        ? 2
        : 1
    if (taken + columns > width) break
    taken += columns
    shown += character
  }
  return shown + ' '.repeat(width - taken)
}
