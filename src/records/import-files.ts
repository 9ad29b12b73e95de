import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type FileOptions, type FileReport, type ImportDesk, importFile, typeRank } from './import-file.ts'
import { settleStatistics } from './load-records.ts'

export interface ImportOptions extends FileOptions {
  readonly onFile?: (report: FileReport, done: number, files: number) => void
}

export interface ImportReport {
  readonly files: readonly FileReport[]
  readonly imported: number
  readonly refused: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
}

/**
 * Imports FHIR R4 files: resources and Bundles (`.json`), lines (`.ndjson`), folders of them. Each file stands or falls
 * as a whole; one that is refused does not stop the others. Importing again changes nothing.
 */
export async function importFiles(
  paths: readonly string[],
  desk: ImportDesk,
  options: ImportOptions,
): Promise<ImportReport> {
  const files = (await Promise.all(paths.map(filesOf))).flat().sort(byTypeThenName)
  const reports: FileReport[] = []
  for (const file of files) {
    const report = await importFile(file, desk, options)
    reports.push(report)
    options.onFile?.(report, reports.length, files.length)
  }
  await settleStatistics(desk.database)
  const sum = (count: (report: FileReport) => number) => reports.reduce((total, report) => total + count(report), 0)
  return {
    files: reports,
    imported: sum((report) => (report.outcome === 'imported' ? 1 : 0)),
    refused: sum((report) => (report.outcome === 'refused' ? 1 : 0)),
    created: sum((report) => report.created),
    updated: sum((report) => report.updated),
    unchanged: sum((report) => report.unchanged),
  }
}

async function filesOf(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const names = await readdir(path, { recursive: true })
  return names
    .filter((name) => /\.(json|ndjson|jsonl)$/i.test(name) && !basename(name).startsWith('_'))
    .map((name) => join(path, name))
}

/** Bulk exports name their files by type: `Encounter.000.ndjson` comes before what happened in encounters. */
function byTypeThenName(a: string, b: string): number {
  const rank = typeRank(typeNamed(a)) - typeRank(typeNamed(b))
  return rank !== 0 ? rank : a < b ? -1 : 1
}

const typeNamed = (path: string): string => /^([A-Z][A-Za-z]+)/.exec(basename(path))?.[1] ?? ''
