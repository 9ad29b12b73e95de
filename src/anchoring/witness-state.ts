import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseCheckpoint, sha256Hex, splitNote } from '../crypto/index.ts'
import { AnchoringFailure } from './errors.ts'
import { lockFolder } from './folder-lock.ts'

/** The newest checkpoint a witness has cosigned of one log. */
export interface WitnessedTree {
  readonly size: number
  readonly root: Buffer
  /** The note with the witness's own cosignature, as it is shown to whoever asks. */
  readonly note: string
}

/**
 * What a witness remembers: a folder with one file for each log. Trusted for: never forgetting a size it has cosigned,
 * through any crash. Whoever owns the folder can make the witness cosign an older history again.
 */
export interface WitnessState {
  /** @throws {AnchoringFailure} `witness-folder-broken` where the file is not what was written. */
  read(origin: string): Promise<WitnessedTree | undefined>
  /** Durable when it resolves: file and folder are synced. @throws `witness-folder-locked` when the lock is lost. */
  store(origin: string, note: string): Promise<void>
  /** Runs one work at a time for each origin: comparing and storing are one step. */
  exclusively<Result>(origin: string, work: () => Promise<Result>): Promise<Result>
  /** Keeps what a log has signed against itself. */
  keepEvidence(origin: string, note: string): Promise<void>
  /** Contradictions kept of a log. */
  evidence(origin: string): Promise<readonly string[]>
  close(): Promise<void>
}

const maxEvidenceOfALog = 100

/** @throws {AnchoringFailure} `witness-folder-locked` while another process serves the folder. */
export async function openWitnessState(folder: string): Promise<WitnessState> {
  const [logs, contradictions] = [join(folder, 'logs'), join(folder, 'contradictions')]
  await mkdir(logs, { recursive: true, mode: 0o700 })
  await mkdir(contradictions, { recursive: true, mode: 0o700 })
  const lock = await lockFolder(folder)
  const turns = new Map<string, Promise<unknown>>()

  return {
    async read(origin) {
      const note = await readFile(join(logs, fileOf(origin)), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      return note === undefined ? undefined : treeOf(origin, note)
    },
    async store(origin, note) {
      if (!(await lock.isHeld())) {
        throw new AnchoringFailure('witness-folder-locked', `the lock of ${folder} is no longer ours`)
      }
      await replaceDurably(logs, fileOf(origin), note)
    },
    exclusively(origin, work) {
      const turn = (turns.get(origin) ?? Promise.resolve()).then(work)
      const settled = turn.catch(() => {})
      turns.set(origin, settled)
      void settled.then(() => turns.get(origin) === settled && turns.delete(origin))
      return turn
    },
    async keepEvidence(origin, note) {
      const name = `${fileOf(origin)}-${sha256Hex(note).slice(0, 16)}`
      const names = await readdir(contradictions)
      if (names.includes(name) || names.filter((each) => each.startsWith(fileOf(origin))).length >= maxEvidenceOfALog)
        return
      await replaceDurably(contradictions, name, note)
    },
    async evidence(origin) {
      const names = (await readdir(contradictions)).filter((name) => name.startsWith(`${fileOf(origin)}-`))
      return await Promise.all(names.sort().map((name) => readFile(join(contradictions, name), 'utf8')))
    },
    close: () => lock.release(),
  }
}

/** C2SP tlog-witness names a log by the SHA-256 of its origin, in hex. */
export const fileOf = (origin: string): string => sha256Hex(origin)

function treeOf(origin: string, note: string): WitnessedTree {
  try {
    const { origin: named, size, root } = parseCheckpoint(splitNote(note).text)
    if (named === origin) return { size, root, note }
  } catch (cause) {
    throw new AnchoringFailure('witness-folder-broken', `the file of ${origin} is not a checkpoint`, { cause })
  }
  throw new AnchoringFailure('witness-folder-broken', `the file of ${origin} is of another log`)
}

/** The new content is whole on the disk before its name points to it, and the name before anyone is told. */
async function replaceDurably(folder: string, name: string, content: string): Promise<void> {
  const draft = join(folder, `.${randomUUID()}`)
  await writeFile(draft, content, { mode: 0o600, flush: true })
  await rename(draft, join(folder, name))
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
