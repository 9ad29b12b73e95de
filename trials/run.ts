// `npm run trial -- race [uses]`, `-- crash [kills]`, `-- power [cuts]`: proofs too long for the tests, which run small ones.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, openDatabase, startEmbeddedPostgres } from '../src/kernel/index.ts'
import { crash } from './crash.ts'
import { noPowerCut, powerCut } from './power-cut.ts'
import { race } from './race.ts'

const trials: Readonly<Record<string, (amount: number | undefined) => Promise<unknown>>> = {
  race: (uses = 1_000_000) =>
    onPostgres((databaseUrl) => race({ databaseUrl, uses, readers: 4, changers: 2, entriesBetweenChanges: 400 })),
  crash: (kills = 200) => inFolder((folder) => crash(folder, kills)),
  power: async (cuts = 20) => noPowerCut() ?? inFolder((folder) => powerCut(folder, cuts)),
}

const [name = '', amount] = process.argv.slice(2)
const trial = trials[name]
if (!trial) {
  console.error(`no trial named ${name}; there are: ${Object.keys(trials).join(', ')}`)
  process.exit(1)
}
const start = performance.now()
const result = await trial(amount === undefined ? undefined : Number(amount))
console.log(name, result, `${((performance.now() - start) / 1000).toFixed(0)} s`)

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'chartward-trial-'))
  await chmod(folder, 0o755)
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A PostgreSQL of the trial's own, with fsync on. */
function onPostgres<Result>(work: (databaseUrl: string) => Promise<Result>): Promise<Result> {
  return inFolder(async (folder) => {
    const server = await startEmbeddedPostgres(join(folder, 'postgres'), { max_connections: '200' })
    try {
      const database = openDatabase(server.url)
      await migrate(database)
      await database.close()
      return await work(server.url)
    } finally {
      await server.stop()
    }
  })
}
