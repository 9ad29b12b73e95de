import { randomUUID } from 'node:crypto'
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AnchoringFailure } from './errors.ts'

/** One process at a time for one folder. A lock left by a process that is gone is taken over. */
export interface FolderLock {
  /** Whether it is still ours: asked before anything is stored, for somebody may have removed the file by hand. */
  isHeld(): Promise<boolean>
  release(): Promise<void>
}

/** @throws {AnchoringFailure} `witness-folder-locked` while another process lives that holds it. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = join(folder, 'lock')
  const mine = `${process.pid}\n${await startOf(process.pid)}\n${randomUUID()}\n`
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, mine, { mode: 0o600 })
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        await link(draft, file)
        break
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 3) throw error
        await removeIfLeft(file)
      }
    }
  } finally {
    await unlink(draft)
  }
  const isHeld = async () => (await readFile(file, 'utf8').catch(() => '')) === mine
  return {
    isHeld,
    async release() {
      if (await isHeld()) await unlink(file)
    },
  }
}

async function removeIfLeft(file: string): Promise<void> {
  const found = await readFile(file, 'utf8').catch(() => '')
  const [pid, start] = found.split('\n')
  if (found !== '' && (await startOf(Number(pid))) === start) {
    throw new AnchoringFailure('witness-folder-locked', `process ${pid} serves this folder (${file})`)
  }
  // Two may take over at once: whoever moved the other's fresh lock puts it back and finds it held.
  const aside = `${file}.${randomUUID()}`
  await rename(file, aside).catch(() => {})
  const moved = await readFile(aside, 'utf8').catch(() => found)
  if (moved !== found) await link(aside, file).catch(() => {})
  await unlink(aside).catch(() => {})
}

/** When a process began, in ticks since the machine did (proc(5), field 22): a process number alone may be a new one's. */
async function startOf(pid: number): Promise<string> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'gone'
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'alive'
}
