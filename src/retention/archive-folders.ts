import { delimiter, join, resolve } from 'node:path'

/** Meaning of the variable, for `chartward environment`. */
export const archiveVariable = {
  name: 'LEDGER_ARCHIVE',
  default: 'DATA_DIR/archive',
  meaning: `folders of archived volumes, the first of them to write to, with ${delimiter} between them`,
} as const

/** Folders in which volumes are looked for; the first is written to. */
export function archiveFolders(environment: NodeJS.ProcessEnv, dataDir: string): readonly [string, ...string[]] {
  const named = (environment[archiveVariable.name] ?? '').split(delimiter).filter((folder) => folder !== '')
  const [first = join(dataDir, 'archive'), ...more] = named
  return [resolve(first), ...more.map((folder) => resolve(folder))]
}
