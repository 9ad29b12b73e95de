import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import yazl from 'yazl'
import { parseCheckpoint, splitNote } from '../../crypto/index.ts'
import type { RecordedPermit } from '../../ledger/index.ts'
import { buildPackage } from '../../proof/index.ts'
import { nameBook } from './account.ts'
import { csvHead, csvLine } from './csv.ts'
import type { ExportAccount, ExportDesk, ExportPart } from './export-order.ts'
import { type ExportedUse, exportedUse } from './exported-use.ts'
import { fhirBundle } from './fhir-bundle.ts'
import { courtPaper } from './pdf.ts'
import { readMe } from './read-me.ts'

interface Writing {
  readonly desk: ExportDesk
  readonly permit: RecordedPermit
  readonly folder: string
  readonly signal: AbortSignal
}

export interface WrittenFile {
  readonly path: string
  readonly fileName: string
  readonly sizeBytes: number
}

/** Makes the file beside its place and moves it there once it is whole; of one that is stopped nothing stays. */
export async function writeExportFile(
  account: ExportAccount,
  writing: Writing,
  onWritten: (uses: number) => void,
): Promise<WrittenFile> {
  const making = join(writing.folder, `${account.receipt.sequence}.making`)
  await mkdir(making, { recursive: true, mode: 0o700 })
  try {
    const made = await makeFile(account, { ...writing, making }, onWritten)
    writing.signal.throwIfAborted()
    const path = join(writing.folder, made.fileName)
    await rename(made.path, path)
    return { path, fileName: made.fileName, sizeBytes: (await stat(path)).size }
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}

interface Making extends Writing {
  readonly making: string
}

async function makeFile(
  account: ExportAccount,
  making: Making,
  onWritten: (uses: number) => void,
): Promise<Pick<WrittenFile, 'path' | 'fileName'>> {
  const name = `chartward-${account.receipt.sequence}`
  const packages = await writePackages(account, making)
  const { format } = account.use
  if (format === 'json' && packages.length === 1) {
    onWritten(account.parts[0]!.sequences.length)
    return { path: packages[0]!, fileName: `${name}.json` }
  }
  const uses = exportedUses(account, making, onWritten)
  if (format === 'pdf') {
    const path = join(making.making, 'paper.pdf')
    await courtPaper(account, { path, uses, packages })
    return { path, fileName: `${name}.pdf` }
  }
  const files: (readonly [path: string, name: string])[] = []
  if (format === 'csv') files.push([await writeLines(join(making.making, 'uses.csv'), csvLines(uses)), 'uses.csv'])
  if (format === 'fhir') {
    const bundle = fhirBundle(account, uses, making.desk)
    files.push([await writeLines(join(making.making, 'bundle.json'), bundle), 'audit-events.fhir.json'])
  }
  files.push(...packages.map((path, at) => [path, packageName(at, packages.length)] as const))
  return { path: await zip(account, join(making.making, 'export.zip'), files), fileName: `${name}.zip` }
}

export const packageName = (at: number, of: number): string =>
  of === 1 ? 'proof.json' : `proof-${String(at + 1).padStart(String(of).length, '0')}.json`

/** One package for each part: each can be verified by itself, and none grows beyond its part. */
async function writePackages(account: ExportAccount, { desk, making, signal }: Making): Promise<readonly string[]> {
  const paths: string[] = []
  const below = parseCheckpoint(splitNote(account.trees[0]!.note).text).size
  for (const part of account.parts) {
    signal.throwIfAborted()
    const rows = await desk.trace.entriesAt([part.asking, ...part.sequences])
    const [asking, ...entries] = rows
    const covering = part.sequences.reduce((most, sequence) => Math.max(most, sequence + 1), 1)
    const evidence = await desk.evidence?.({ covering, below })
    const made = await buildPackage({
      trees: account.trees,
      ...(desk.keys && { keys: desk.keys }),
      asking: asking!,
      entries,
      ...evidence,
    })
    const path = join(making, packageName(paths.length, account.parts.length))
    await writeLines(path, [JSON.stringify(made)])
    paths.push(path)
  }
  return paths
}

const pageSize = 500

async function* exportedUses(
  account: ExportAccount,
  { desk, permit, signal }: Making,
  onWritten: (uses: number) => void,
): AsyncGenerator<ExportedUse> {
  const names = nameBook(desk, permit)
  let written = 0
  for (const sequences of account.parts.flatMap(pagesOf)) {
    signal.throwIfAborted()
    const rows = await desk.trace.entriesAt(sequences)
    const named = await names.namesFor(rows)
    for (const row of rows) yield exportedUse(row, named, account.timeZone)
    written += rows.length
    onWritten(written)
  }
}

const pagesOf = ({ sequences }: ExportPart) =>
  Array.from({ length: Math.ceil(sequences.length / pageSize) }, (_, at) =>
    sequences.slice(at * pageSize, (at + 1) * pageSize),
  )

async function* csvLines(uses: AsyncIterable<ExportedUse>): AsyncGenerator<string> {
  yield csvHead()
  for await (const use of uses) yield csvLine(use)
}

async function writeLines(path: string, lines: Iterable<string> | AsyncIterable<string>): Promise<string> {
  const file = createWriteStream(path, { mode: 0o600 })
  for await (const line of lines) {
    if (!file.write(line)) await once(file, 'drain')
  }
  file.end()
  await finished(file)
  return path
}

async function zip(
  account: ExportAccount,
  path: string,
  files: readonly (readonly [path: string, name: string])[],
): Promise<string> {
  const archive = new yazl.ZipFile()
  const mtime = new Date(account.receipt.recorded)
  archive.addBuffer(
    Buffer.from(
      `\ufeff${readMe(
        account,
        files.map(([, name]) => name),
      )}`,
    ),
    'README-读我.txt',
    { mtime },
  )
  for (const { suite, note } of account.trees) {
    const name = suite === 'international' ? 'checkpoint.txt' : 'checkpoint-sm3.txt'
    archive.addBuffer(Buffer.from(note), name, { mtime })
  }
  for (const [from, name] of files) archive.addFile(from, name, { mtime })
  archive.end()
  const file = createWriteStream(path, { mode: 0o600 })
  archive.outputStream.pipe(file)
  await finished(file)
  return path
}
