import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { EntryDraft } from '../ledger/index.ts'
import { ContinuityFailure } from './errors.ts'
import { filesOf, makeSpoolFolders, makeSpoolKey, syncFolder } from './spool-folder.ts'
import { firstChain, keyFingerprint, nextChain, type SpoolKey, sealFrame, spoolHeader } from './spool-frame.ts'

/** Where a frame stands: its index, and the head of the chain once it is on the disk. */
export interface SpoolPlace {
  readonly spool: string
  readonly index: number
  readonly chain: string
}

/**
 * A local, encrypted trace for the time the ledger's database is away. Trusted for: what was acknowledged is on the
 * disk in the order it was acknowledged. Not for: keeping what whoever owns this machine takes away before it has
 * joined the ledger; that something is missing shows by the registered opening, the stated head and the receipts given.
 */
export interface Spool {
  readonly id: string
  readonly fingerprint: string
  head(): { readonly count: number; readonly chain: string }
  /**
   * Resolves when the entries are on the disk; calls that come together share one sync.
   * @throws {ContinuityFailure} `spool-full`, `spool-unavailable`: they are not, and nothing may be released.
   */
  append(drafts: readonly EntryDraft[], recordedMs: number): Promise<SpoolPlace>
  /** No more appends; resolves when those under way are decided. */
  close(): Promise<void>
}

/** The part of a file that a spool writes to. */
export type SpoolDisk = Pick<FileHandle, 'write' | 'datasync' | 'truncate' | 'close'>

export interface SpoolOptions {
  readonly dataDir: string
  readonly maxBytes: number
  /** Opens the file of frames anew. */
  readonly openDisk?: (path: string) => Promise<SpoolDisk>
}

interface Waiting {
  readonly drafts: readonly EntryDraft[]
  readonly recorded: string
  readonly resolve: (place: SpoolPlace) => void
  readonly reject: (error: unknown) => void
}

export async function openSpool(options: SpoolOptions): Promise<Spool> {
  await makeSpoolFolders(options.dataDir)
  const key = await makeSpoolKey(options.dataDir)
  const files = filesOf(options.dataDir, key.spool)
  const disk = await (options.openDisk ?? ((path) => open(path, 'wx', 0o600)))(files.frames)
  const stated = await open(files.head, 'w', 0o600)
  const header = spoolHeader(key.spool)
  await disk.write(header, 0, header.length, 0)
  await disk.datasync()
  await syncFolder(dirname(files.frames))
  return spoolOn({ disk, stated, key, offset: header.length, maxBytes: options.maxBytes })
}

function spoolOn(parts: {
  readonly disk: SpoolDisk
  readonly stated: FileHandle
  readonly key: SpoolKey
  readonly offset: number
  readonly maxBytes: number
}): Spool {
  const { disk, stated, key, maxBytes } = parts
  let { offset } = parts
  let count = 0
  let chain = firstChain(key)
  let waiting: Waiting[] = []
  let writing: Promise<void> | undefined
  /** Once what stands on the disk is not certain, nothing is written after it. */
  let broken: ContinuityFailure | undefined

  return {
    id: key.spool,
    fingerprint: keyFingerprint(key),
    head: () => ({ count, chain }),
    append(drafts, recordedMs) {
      if (broken) return Promise.reject(broken)
      return new Promise((resolve, reject) => {
        waiting.push({ drafts, recorded: new Date(recordedMs).toISOString(), resolve, reject })
        writing ??= writeAll().finally(() => {
          writing = undefined
        })
      })
    },
    async close() {
      broken ??= new ContinuityFailure('spool-unavailable', 'the spool was closed')
      await writing
      await disk.close().catch(() => {})
      await stated.close().catch(() => {})
    },
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      await writeGroup(group)
    }
  }

  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    const places: SpoolPlace[] = []
    const frames: Buffer[] = []
    let head = chain
    for (const { drafts, recorded } of group) {
      const index = count + places.length
      const frame = sealFrame(key, index, { recorded, drafts, before: head })
      head = nextChain(head, frame)
      frames.push(frame)
      places.push({ spool: key.spool, index, chain: head })
    }
    const bytes = Buffer.concat(frames)
    try {
      if (offset + bytes.length > maxBytes) throw new ContinuityFailure('spool-full', 'the spool has its largest size')
      await writeDurably(bytes)
    } catch (cause) {
      const failure = cause instanceof ContinuityFailure ? cause : await takenBack(cause)
      for (const one of group) one.reject(failure)
      return
    }
    offset += bytes.length
    count += group.length
    chain = head
    // Not synced: it only has to survive this process, to tell a tail that was cut off from one that was torn.
    const words = Buffer.from(`${String(count).padStart(16, '0')} ${chain}\n`, 'latin1')
    await stated.write(words, 0, words.length, 0).catch(() => {})
    group.forEach((one, i) => {
      one.resolve(places[i]!)
    })
  }

  async function writeDurably(bytes: Buffer): Promise<void> {
    let written = 0
    while (written < bytes.length) {
      written += (await disk.write(bytes, written, bytes.length - written, offset + written)).bytesWritten
    }
    try {
      await disk.datasync()
    } catch (cause) {
      // After a failed sync the kernel may have dropped the pages and say nothing the next time.
      broken = new ContinuityFailure('spool-unavailable', 'the spool could not be synced', { cause })
      throw broken
    }
  }

  /** What of a failed group reached the file is cut off again, so that the next frame follows the last good one. */
  async function takenBack(cause: unknown): Promise<ContinuityFailure> {
    const failure = isFull(cause)
      ? new ContinuityFailure('spool-full', 'the disk of the spool is full', { cause })
      : new ContinuityFailure('spool-unavailable', 'the spool cannot be written', { cause })
    try {
      await disk.truncate(offset)
    } catch {
      broken = failure
    }
    return failure
  }
}

const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as { code?: string }).code ?? '')
