import { execFileSync } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, migrate, openDatabase, startEmbeddedPostgres } from '../src/kernel/index.ts'
import type { Receipt } from '../src/ledger/index.ts'
import { brokenPromises, ended, moreReceipts, startWriter } from './writers.ts'

export interface PowerCutResult {
  readonly cuts: number
  /** Receipts given before each cut, together. */
  readonly receipts: number
  readonly broken: readonly string[]
}

const imageMiB = 768

/** Why this machine cannot cut the power of a disk; undefined where it can. */
export function noPowerCut(): string | undefined {
  if (process.getuid?.() !== 0) return 'mounting a disk image needs root'
  try {
    execFileSync('losetup', ['--find'], { stdio: 'ignore' })
    execFileSync('mkfs.ext4', ['-V'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'no loop devices or no mkfs.ext4 here'
  }
}

/**
 * Cuts the power of the disk that PostgreSQL writes to, and looks what is there when it comes back. The disk is a
 * file, mounted: what was flushed is in the file, what was only in memory is not. At the moment of the cut the server is
 * held still (SIGSTOP) while the file is copied; then the copy is mounted, which is the disk as it was, and
 * PostgreSQL recovers on it.
 */
export async function powerCut(folder: string, cuts: number): Promise<PowerCutResult> {
  const disk = join(folder, 'disk.img')
  execFileSync('truncate', ['-s', `${imageMiB}M`, disk])
  execFileSync('mkfs.ext4', ['-q', '-F', disk])
  const mounted = await mount(disk, join(folder, 'disk'))
  const settings = { shared_buffers: '32MB', max_wal_size: '128MB', min_wal_size: '32MB' }
  const server = await startEmbeddedPostgres(join(mounted.at, 'postgres'), settings)
  const receipts: Receipt[] = []
  const broken: string[] = []
  try {
    const database = openDatabase(server.url)
    await migrate(database)
    const writers = [startWriter(server.url, receipts), startWriter(server.url, receipts)]
    for (let cut = 0; cut < cuts; cut++) {
      await moreReceipts(receipts, 200 + Math.floor(Math.random() * 2_000), writers)
      const given = await holdStill(database, () => {
        execFileSync('cp', ['--sparse=always', disk, `${disk}.cut`])
        return receipts.slice()
      })
      broken.push(...(await afterCut(`${disk}.cut`, given)).map((words) => `cut ${cut}: ${words}`))
    }
    for (const writer of writers) writer.kill('SIGKILL')
    await Promise.all(writers.map(ended))
    await database.close()
  } finally {
    await server.stop()
    await mounted.unmount()
  }
  return { cuts, receipts: receipts.length, broken }

  async function afterCut(image: string, given: readonly Receipt[]): Promise<readonly string[]> {
    const copy = await mount(image, join(folder, 'after'))
    try {
      await rm(join(copy.at, 'postgres', 'cluster', 'postmaster.pid'), { force: true })
      const revived = await startEmbeddedPostgres(join(copy.at, 'postgres'), settings)
      const database = openDatabase(revived.url)
      try {
        return await brokenPromises(database, given)
      } finally {
        await database.close()
        await revived.stop()
      }
    } finally {
      await copy.unmount()
      await rm(image)
    }
  }
}

/** Stops every process of the server, so that nothing is flushed while the disk is looked at. */
async function holdStill<Result>(database: Database, work: () => Result): Promise<Result> {
  const [row] = await database.query<{ pid: string }>(
    `select split_part(pg_read_file('postmaster.pid'), e'\\n', 1) as pid`,
  )
  const children = execFileSync('pgrep', ['-P', row!.pid], { encoding: 'utf8' }).trim().split('\n')
  const server = [row!.pid, ...children]
  signal('-STOP', server)
  try {
    // What was acknowledged before the stop has been told to this process by then.
    await new Promise((done) => setTimeout(done, 50))
    return work()
  } finally {
    signal('-CONT', server)
  }
}

/** Processes that ended meanwhile are not missed. */
function signal(name: string, pids: readonly string[]): void {
  for (const pid of pids) {
    try {
      execFileSync('kill', [name, pid], { stdio: 'ignore' })
    } catch {}
  }
}

async function mount(image: string, at: string): Promise<{ at: string; unmount(): Promise<void> }> {
  await mkdir(at, { recursive: true })
  execFileSync('mount', ['-o', 'loop', image, at])
  return {
    at,
    async unmount() {
      execFileSync('umount', [at])
      await rm(at, { recursive: true, force: true })
    },
  }
}
