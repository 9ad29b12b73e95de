import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfiguration } from '../../kernel/index.ts'
import { openTestDatabase } from '../../kernel/test-database.ts'
import { openChartward } from '../../main.ts'

/** Why no console can be served here, or nothing. */
export const notBuilt: string | undefined = existsSync(
  fileURLToPath(new URL('../../../dist/console/index.html', import.meta.url)),
)
  ? undefined
  : 'the console is not built (npm run build)'

export interface ServedDemonstration {
  readonly base: string
  /** Path of `demo-people.json`. */
  readonly people: string
  stop(): Promise<void>
}

/** A whole Chartward with a small demonstration hospital, on a database and a folder of its own. */
export async function serveDemonstration(patients: number): Promise<ServedDemonstration> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chartward-console-'))
  const { url, drop } = await openTestDatabase()
  const configuration = readConfiguration({
    PORT: '0',
    DATA_DIR: dataDir,
    DATABASE_URL: url,
    DEMO_PATIENTS: String(patients),
    LOG_LEVEL: 'error',
  })
  const chartward = await openChartward(configuration, { demonstration: true })
  return {
    base: chartward.address,
    people: join(dataDir, 'demo-people.json'),
    async stop() {
      await chartward.close()
      await drop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
