import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { InputIssue, PersonId } from '../kernel/index.ts'
import type { Ledger, Receipt } from '../ledger/index.ts'
import type { AuditSource } from './audit-source.ts'
import { type CsvMapping, csvReader } from './csv-mapping.ts'
import { CsvFault, type CsvRow, readCsv } from './csv-rows.ts'
import type { AuditIntake, ReceivedMessage } from './receive.ts'

export interface IngestDesk {
  readonly intake: AuditIntake
  readonly ledger: Ledger
}

export interface IngestOrder {
  readonly path: string
  readonly source: AuditSource
  readonly mapping: CsvMapping
  /** Who brings the file. */
  readonly by: PersonId
  readonly onProgress?: (rows: number) => void
}

export interface IngestReport {
  readonly rows: number
  readonly recorded: number
  /** Sent before, or twice in this file. */
  readonly duplicates: number
  readonly refused: number
  /** The first of them. */
  readonly refusals: readonly { readonly line: number; readonly issues: readonly InputIssue[] }[]
  readonly receipt: Receipt
}

const rowsTogether = 200
const refusalsTold = 100

/**
 * Takes a table of events into the ledger, row by row: good rows stand, others are refused by line, and the whole can
 * be brought again without a row standing twice. The digest of an event is that of its row as UTF-8.
 * @throws {InvalidInput} when the first line lacks a column of the mapping: then nothing was taken.
 */
export async function ingestFile(order: IngestOrder, desk: IngestDesk): Promise<IngestReport> {
  const { source, mapping } = order
  const hash = createHash('sha256')
  const counts = { rows: 0, recorded: 0, duplicates: 0, refused: 0 }
  const refusals: { line: number; issues: readonly InputIssue[] }[] = []
  const refuse = (line: number, issues: readonly InputIssue[]) => {
    counts.refused += 1
    if (refusals.length < refusalsTold) refusals.push({ line, issues })
  }
  let read: ReturnType<typeof csvReader> | undefined
  let waiting: CsvRow[] = []
  const take = async () => {
    const rows = waiting
    waiting = []
    const messages = rows.map(
      (row): ReceivedMessage => ({
        source,
        format: 'csv',
        transport: 'file',
        address: 'file',
        original: row.text,
        read: read!(row),
      }),
    )
    for (const [at, one] of (await desk.intake.receive(messages)).entries()) {
      if (one.outcome === 'recorded') counts.recorded += 1
      else if (one.outcome === 'duplicate') counts.duplicates += 1
      else refuse(rows[at]!.line, one.issues)
    }
    order.onProgress?.(counts.rows)
  }

  try {
    for await (const row of readCsv(decoded(order.path, mapping.encoding, hash), mapping.delimiter)) {
      if (!read) {
        read = csvReader(mapping, row.fields)
        continue
      }
      counts.rows += 1
      waiting.push(row)
      if (waiting.length === rowsTogether) await take()
    }
  } catch (error) {
    const fault = faultOf(error)
    if (!fault) throw error
    await take()
    refuse(fault.line, [fault.issue])
  }
  await take()
  await desk.intake.tellRefused()
  const [receipt] = await desk.ledger.record([
    {
      kind: 'import',
      actor: { person: order.by },
      channel: 'cli',
      outcome: counts.refused > 0 ? 4 : 0,
      detail: {
        event: 'audit-trail',
        source: source.id,
        file: basename(order.path),
        sha256: hash.digest('hex'),
        ...counts,
      },
    },
  ])
  return { ...counts, refusals, receipt: receipt! }
}

async function* decoded(
  path: string,
  encoding: CsvMapping['encoding'],
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    yield decode(() => decoder.decode(chunk, { stream: true }))
  }
  yield decode(() => decoder.decode())
}

function decode(work: () => string): string {
  try {
    return work()
  } catch (cause) {
    throw new EncodingFault('the file is not of the encoding stated', { cause })
  }
}

class EncodingFault extends Error {}

/** What ends the reading of a file before its end; the rows before it stand. */
function faultOf(error: unknown): { readonly line: number; readonly issue: InputIssue } | undefined {
  if (error instanceof CsvFault) {
    return { line: error.line, issue: { field: 'row', rule: 'csv', zh: '引号不配对，其后不再读取', en: error.message } }
  }
  if (error instanceof EncodingFault) {
    return { line: 0, issue: { field: 'file', rule: 'encoding', zh: '文件编码与所述不符', en: error.message } }
  }
  return undefined
}
