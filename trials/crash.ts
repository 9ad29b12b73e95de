import { type ChildProcess, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate, openDatabase, startEmbeddedPostgres } from '../src/kernel/index.ts'
import type { Receipt } from '../src/ledger/index.ts'
import { brokenPromises, ended, lives, moreReceipts, startWriter } from './writers.ts'

export interface CrashResult {
  readonly kills: { readonly writers: number; readonly postgres: number }
  readonly receipts: number
  readonly entries: number
  readonly broken: readonly string[]
}

const settings = { shared_buffers: '64MB' }

/**
 * Kills writers, and now and then PostgreSQL itself, at random moments of a burst (SIGKILL, nothing is told). After
 * each kill everything goes on with what is left. At the end each receipt ever given must be borne out.
 */
export async function crash(folder: string, kills: number): Promise<CrashResult> {
  const cluster = join(folder, 'postgres')
  let server = await restarted()
  const receipts: Receipt[] = []
  const counts = { writers: 0, postgres: 0 }
  try {
    const database = openDatabase(server.url)
    await migrate(database)
    await database.close()
    let writers: ChildProcess[] = []
    for (let kill = 0; kill < kills; kill++) {
      writers = writers.filter(lives)
      while (writers.length < 2) writers.push(startWriter(server.url, receipts))
      await moreReceipts(receipts, 1 + Math.floor(Math.random() * 2_000), writers)
      if (kill % 5 === 4) {
        counts.postgres += 1
        await killPostgres(cluster)
        await Promise.all(writers.map((writer) => writer.kill('SIGKILL') && ended(writer)))
        server = await restarted()
      } else {
        counts.writers += 1
        writers[0]!.kill('SIGKILL')
        await ended(writers[0]!)
      }
    }
    await Promise.all(writers.map((writer) => writer.kill('SIGKILL') && ended(writer)))
    const after = openDatabase(server.url)
    const broken = await brokenPromises(after, receipts)
    const [head] = await after.query<{ size: number }>('select size from ledger_head')
    await after.close()
    return { kills: counts, receipts: receipts.length, entries: head!.size, broken }
  } finally {
    await server.stop()
  }

  /** Children of a killed server hold its memory for a moment: the start is tried until they are gone. */
  async function restarted() {
    for (let attempt = 0; ; attempt++) {
      try {
        return await startEmbeddedPostgres(cluster, settings)
      } catch (error) {
        if (attempt === 50) throw error
        await new Promise((done) => setTimeout(done, 100))
      }
    }
  }
}

async function killPostgres(cluster: string): Promise<void> {
  const pid = (await readFile(join(cluster, 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0]!
  execFileSync('kill', ['-9', pid])
  while (existsSync(`/proc/${pid}`)) await new Promise((done) => setTimeout(done, 5))
}
