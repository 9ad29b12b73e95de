import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Configuration } from './configuration.ts'
import { type Database, openDatabase } from './database.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { Failure } from './failure.ts'

export class GroundFailure extends Failure<
  'already-running' | 'database-too-old' | 'embedded-refused' | 'port-unavailable'
> {}

/** The database a process stands on, and how to leave it. */
export interface Ground {
  readonly database: Database
  readonly databaseUrl: string
  readonly embedded: boolean
  release(): Promise<void>
}

const oldestServer = 150_000 // PostgreSQL 15

/**
 * Opens the configured database, or starts (or joins) the embedded one in DATA_DIR. On release an embedded server is
 * stopped, unless another Chartward process still stands on it.
 */
export async function openGround(configuration: Configuration, maxConnections = 10): Promise<Ground> {
  await mkdir(configuration.dataDir, { recursive: true, mode: 0o755 })
  const embedded = configuration.databaseUrl
    ? undefined
    : await startEmbeddedPostgres(join(configuration.dataDir, 'postgres'))
  const databaseUrl = configuration.databaseUrl ?? (embedded?.url as string)
  const database = openDatabase(databaseUrl, { maxConnections })
  const [version] = await database.query<{ server_version_num: string }>('show server_version_num')
  if (Number(version?.server_version_num) < oldestServer) {
    await database.close()
    throw new GroundFailure(
      'database-too-old',
      `PostgreSQL 15 or newer is needed; this is ${version?.server_version_num}`,
    )
  }
  return {
    database,
    databaseUrl,
    embedded: embedded !== undefined,
    async release() {
      const others = embedded ? await otherClients(database).catch(() => 0) : 0
      await database.close()
      // A server that is gone needs no stopping; one that does not stop is found and used again by the next start.
      if (embedded && others === 0) await embedded.stop().catch(() => {})
    },
  }
}

/** Connections of other Chartward processes: each process puts its number into its application name. */
async function otherClients(database: Database): Promise<number> {
  const [row] = await database.query<{ others: number }>(
    `select count(*) as others from pg_stat_activity where application_name like 'chartward:%' and application_name <> $1`,
    [`chartward:${process.pid}`],
  )
  return row?.others ?? 0
}

/**
 * One server for one DATA_DIR: its keys and its embedded database have one owner. A lock left by a crash names a
 * process that is gone, and is taken over.
 */
export async function lockDataDir(dataDir: string, address: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true, mode: 0o755 })
  const file = join(dataDir, 'server.lock')
  if (existsSync(file)) {
    const [pid, where] = readFileSync(file, 'utf8').split('\n')
    // A container gives a new process the number of the old: our own number counts only if written since we started.
    const startedAt = Date.now() - process.uptime() * 1000
    const isHeld = Number(pid) === process.pid ? statSync(file).mtimeMs >= startedAt : isChartward(Number(pid))
    if (isHeld) {
      throw new GroundFailure(
        'already-running',
        `Chartward already runs on this data directory (process ${pid}, ${where})`,
      )
    }
  }
  await writeFile(file, `${process.pid}\n${address}\n`, { mode: 0o600 })
  return () => rm(file, { force: true })
}

/** Where the server that holds this directory is reached; undefined when none does. */
export function addressOfServer(dataDir: string): string | undefined {
  const file = join(dataDir, 'server.lock')
  if (!existsSync(file)) return undefined
  const [pid, address] = readFileSync(file, 'utf8').split('\n')
  return isChartward(Number(pid)) ? address : undefined
}

function isChartward(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
  const commandLine = `/proc/${pid}/cmdline`
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('chartward')
}
