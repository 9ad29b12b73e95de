import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ContinuityFailure } from './errors.ts'
import type { SpoolKey } from './spool-frame.ts'

/** Where the parts of one spool lie: its frames in `spool/`, its key and the head last stated in `keys/`. */
export interface SpoolFiles {
  readonly frames: string
  readonly key: string
  readonly head: string
}

export function filesOf(dataDir: string, spool: string): SpoolFiles {
  return {
    frames: join(dataDir, 'spool', `${spool}.frames`),
    key: join(dataDir, 'keys', `spool-${spool}.key`),
    head: join(dataDir, 'keys', `spool-${spool}.head`),
  }
}

export async function makeSpoolFolders(dataDir: string): Promise<void> {
  await mkdir(join(dataDir, 'spool'), { recursive: true, mode: 0o700 })
  await mkdir(join(dataDir, 'keys'), { recursive: true, mode: 0o700 })
}

/** A key made for one spool, on the disk before anything is sealed with it. */
export async function makeSpoolKey(dataDir: string): Promise<SpoolKey> {
  const key = { spool: randomBytes(8).toString('hex'), key: randomBytes(32) }
  const file = await open(filesOf(dataDir, key.spool).key, 'wx', 0o600)
  try {
    await file.writeFile(key.key.toString('base64'))
    await file.sync()
  } finally {
    await file.close()
  }
  await syncFolder(join(dataDir, 'keys'))
  return key
}

/** @returns undefined when the key is gone: what was sealed with it cannot be read by anybody. */
export async function readSpoolKey(dataDir: string, spool: string): Promise<SpoolKey | undefined> {
  const { key } = filesOf(dataDir, spool)
  if (!existsSync(key)) return undefined
  const bytes = Buffer.from(await readFile(key, 'latin1'), 'base64')
  return bytes.length === 32 ? { spool, key: bytes } : undefined
}

/** Ids of the spools of which anything is left: frames or key. */
export async function spoolsLeft(dataDir: string): Promise<readonly string[]> {
  const names = [
    ...(await namesIn(join(dataDir, 'spool'), /^([0-9a-f]{16})\.frames$/)),
    ...(await namesIn(join(dataDir, 'keys'), /^spool-([0-9a-f]{16})\.key$/)),
  ]
  return [...new Set(names)].sort()
}

/** The frames stand in the ledger: no second copy of what they say is kept, and nothing to open one with. */
export async function removeSpool(dataDir: string, spool: string): Promise<void> {
  const files = filesOf(dataDir, spool)
  for (const file of [files.frames, files.head, files.key]) await rm(file, { force: true })
}

/** What is not as it was acknowledged is evidence: it is kept under another name, key and all, and not joined again. */
export async function setSpoolAside(dataDir: string, spool: string): Promise<void> {
  const files = filesOf(dataDir, spool)
  for (const file of [files.frames, files.head, files.key]) {
    if (existsSync(file)) await rename(file, `${file}.flawed`)
  }
}

/** A file that was just made survives a power cut only once its folder is on the disk too. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/** One process at a time; the lock of a process that is gone is taken over. */
export async function lockSpools(dataDir: string): Promise<() => Promise<void>> {
  await makeSpoolFolders(dataDir)
  const file = join(dataDir, 'spool', 'lock')
  for (const attempt of [1, 2]) {
    try {
      const lock = openSync(file, 'wx', 0o600)
      writeSync(lock, String(process.pid))
      closeSync(lock)
      return () => rm(file, { force: true })
    } catch (cause) {
      if ((cause as { code?: string }).code !== 'EEXIST') throw cause
      const holder = Number(readFileSync(file, 'utf8'))
      if (attempt === 2 || (holder !== process.pid && isAlive(holder))) {
        throw new ContinuityFailure('spool-locked', `process ${holder} holds the spools`, { cause })
      }
      await rm(file, { force: true })
    }
  }
  throw new ContinuityFailure('spool-locked', 'another process holds the spools')
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

async function namesIn(folder: string, pattern: RegExp): Promise<readonly string[]> {
  if (!existsSync(folder)) return []
  return (await readdir(folder)).flatMap((name) => pattern.exec(name)?.[1] ?? [])
}
