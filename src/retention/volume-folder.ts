import { randomUUID } from 'node:crypto'
import { chmod, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sha256Hex, sm3 } from '../crypto/index.ts'
import { parseManifest, type VolumeFile } from './manifest.ts'

/** A volume while it is written: under a name that nobody takes for one, until everything in it is on the disk. */
export interface VolumeDraft {
  write(path: string, content: string | Uint8Array): Promise<void>
  readonly files: readonly VolumeFile[]
  /** The folder as it is now, to be read back. */
  readonly folder: string
  /**
   * Writes the manifest last, makes everything read-only, and gives the volume its name. When it resolves, all of it is
   * durable: files, folders, and the name.
   */
  finish(manifest: string): Promise<void>
  discard(): Promise<void>
}

const draftMark = '.draft-'

export async function draftVolume(archive: string, name: string): Promise<VolumeDraft> {
  await mkdir(archive, { recursive: true, mode: 0o700 })
  const folder = join(archive, `${draftMark}${name}-${randomUUID()}`)
  const folders = new Set([folder])
  const files: VolumeFile[] = []
  await mkdir(folder, { mode: 0o700 })

  const store = async (path: string, content: string | Uint8Array) => {
    const file = join(folder, path)
    if (!folders.has(dirname(file))) await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    for (let above = dirname(file); above.length > folder.length; above = dirname(above)) folders.add(above)
    // Bodies are personal data: only the owner reads them, and from now on nobody writes.
    await writeFile(file, content, { mode: 0o400, flag: 'wx', flush: true })
  }

  return {
    folder,
    files,
    async write(path, content) {
      await store(path, content)
      const bytes = Buffer.from(content)
      files.push({ path, size: bytes.length, sha256: sha256Hex(bytes), sm3: sm3(bytes).toString('hex') })
    },
    async finish(manifest) {
      await store('manifest.json', manifest)
      for (const each of [...folders].reverse()) await syncFolder(each)
      await rename(folder, join(archive, name))
      await makeReadOnly(join(archive, name))
      await syncFolder(archive)
    },
    discard: () => removeVolume(folder),
  }
}

/** Drafts that a process left when it was ended. Only for whoever holds the turn: see `retentionTurn`. */
export async function removeDrafts(archive: string): Promise<void> {
  for (const name of await readdir(archive).catch(() => [])) {
    if (name.startsWith(draftMark)) await removeVolume(join(archive, name))
  }
}

/** The manifest's bytes go first: what is left of a half-removed volume is not taken for one. */
export async function removeVolume(folder: string): Promise<void> {
  await makeWritable(folder)
  await rm(join(folder, 'manifest.json'), { force: true })
  await rm(folder, { recursive: true, force: true })
  await syncFolder(dirname(folder))
}

/** Its folders: the files were never anything else. */
export async function makeReadOnly(folder: string): Promise<void> {
  for (const each of await readdir(folder, { withFileTypes: true })) {
    if (each.isDirectory()) await makeReadOnly(join(folder, each.name))
  }
  await chmod(folder, 0o500)
}

async function makeWritable(folder: string): Promise<void> {
  const found = await readdir(folder, { withFileTypes: true }).catch(() => undefined)
  if (!found) return
  await chmod(folder, 0o700)
  for (const each of found) if (each.isDirectory()) await makeWritable(join(folder, each.name))
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** @returns the manifest and its text, or undefined where there is no volume. */
export async function readManifest(folder: string, name: string) {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  return text === undefined ? undefined : { text, manifest: parseManifest(text, name) }
}
