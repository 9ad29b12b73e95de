import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDemoPeople } from './demonstration/index.ts'
import { readConfiguration } from './kernel/index.ts'
import { openTestDatabase } from './kernel/test-database.ts'
import { openChartward } from './main.ts'

/** For tests only: a whole Chartward with a small generated hospital, on the run's PostgreSQL and a free port. */
export async function startDemonstration(patients = 60) {
  const at = await openTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'chartward-demonstration-'))
  const configuration = readConfiguration({
    DATABASE_URL: at.url,
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'error',
    DEMO_PATIENTS: String(patients),
  })
  const chartward = await openChartward(configuration, { demonstration: true })
  const people = await readDemoPeople(dataDir)
  const idOf = (username: string) => people.find((person) => person.username === username)!.id as never
  return {
    ...chartward,
    configuration,
    databaseUrl: at.url,
    dataDir,
    people,
    tokenOf: (username: string) => chartward.rooms.identity.issueToken(idOf(username), { minutes: 30 }),
    async close() {
      await chartward.close()
      await at.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
