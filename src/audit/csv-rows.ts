/** One record of a CSV text, with the line it begins on (from 1). */
export interface CsvRow {
  readonly line: number
  readonly fields: readonly string[]
  /** As it stands in the file, without its line end. */
  readonly text: string
}

/** What is no CSV: a quote that is not closed, or something after the closing one. */
export class CsvFault extends Error {
  readonly line: number
  constructor(line: number) {
    super(`the quotes of line ${line} do not close`)
    this.line = line
  }
}

const longestRow = 65_536

/**
 * RFC 4180: fields divided by `delimiter`, quotes doubled inside quotes, line ends CRLF or LF, also inside quotes. An
 * empty line is no record.
 * @throws {CsvFault} and reads nothing after it: where a record ends is not known any more.
 */
export async function* readCsv(chunks: AsyncIterable<string>, delimiter: string): AsyncGenerator<CsvRow> {
  let rest = ''
  let line = 1
  for await (const chunk of chunks) {
    rest += chunk
    for (let end = endOfRow(rest); end >= 0; end = endOfRow(rest)) {
      const text = rest.slice(0, end).replace(/\r$/, '')
      if (text !== '') yield { line, fields: fieldsOf(text, delimiter, line), text }
      line += rest.slice(0, end + 1).split('\n').length - 1
      rest = rest.slice(end + 1)
    }
    if (rest.length > longestRow) throw new CsvFault(line)
  }
  const last = rest.replace(/\r$/, '')
  if (last !== '') yield { line, fields: fieldsOf(last, delimiter, line), text: last }
}

/** The line end that is not inside quotes: an even number of quotes stands before it. */
function endOfRow(text: string): number {
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted
    else if (text[at] === '\n' && !quoted) return at
  }
  return -1
}

function fieldsOf(text: string, delimiter: string, line: number): readonly string[] {
  const fields: string[] = []
  for (let at = 0; at <= text.length; ) {
    const quoted = text[at] === '"' ? /"((?:[^"]|"")*)"/y : undefined
    if (!quoted) {
      const end = text.indexOf(delimiter, at)
      fields.push(text.slice(at, end < 0 ? text.length : end))
      at = end < 0 ? text.length + 1 : end + 1
      continue
    }
    quoted.lastIndex = at
    const found = quoted.exec(text)
    const after = found ? at + found[0].length : -1
    if (!found || (after < text.length && text[after] !== delimiter)) throw new CsvFault(line)
    fields.push(found[1]!.replaceAll('""', '"'))
    at = after + 1
  }
  return fields
}
