import { createReadStream, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { filesOf, readSpoolKey } from './spool-folder.ts'
import {
  checksumHolds,
  type FrameContent,
  firstChain,
  frameHeaderBytes,
  indexOf,
  keyFingerprint,
  leastFrameLength,
  nextChain,
  openFrame,
  type SpoolKey,
  spoolHeader,
} from './spool-frame.ts'

export interface SpooledFrame extends FrameContent {
  readonly index: number
  /** Head of the chain after this frame. */
  readonly chain: string
}

/** What is wrong with a spool, and where: the first frame that is not as it was acknowledged, or is not there. */
export interface SpoolFlaw {
  readonly kind: 'key-missing' | 'file-missing' | 'head-missing' | 'altered' | 'truncated'
  /** The first frame concerned. */
  readonly index: number
}

export interface ReadSpool {
  readonly spool: string
  readonly fingerprint: string
  /** Every frame that is authentic, in order; after a flaw some may be missing between them. */
  readonly frames: readonly SpooledFrame[]
  readonly chain: string
  /** True when the end was torn by a crash and cut: what was never acknowledged. */
  readonly wasTorn: boolean
  readonly flaw?: SpoolFlaw
}

/** Reads a spool of a process that is gone, or one that is closed; every frame is checked, alone and in its chain. */
export async function readSpool(dataDir: string, spool: string): Promise<ReadSpool> {
  const key = await readSpoolKey(dataDir, spool)
  const files = filesOf(dataDir, spool)
  const nothing = { spool, fingerprint: key ? keyFingerprint(key) : '', frames: [], chain: '', wasTorn: false }
  if (!key) return { ...nothing, flaw: { kind: 'key-missing', index: 0 } }
  const stated = await readStated(files.head)
  if (!existsSync(files.frames)) {
    return { ...nothing, chain: firstChain(key), flaw: { kind: 'file-missing', index: 0 } }
  }
  return judge(key, await bytesOf(files.frames), stated)
}

function judge(key: SpoolKey, bytes: Buffer, stated: number | undefined): ReadSpool {
  const frames: SpooledFrame[] = []
  let chain = firstChain(key)
  let next = 0
  let flaw: SpoolFlaw | undefined
  const header = spoolHeader(key.spool)
  let at = header.length
  if (!bytes.subarray(0, at).equals(header)) {
    // A header cut short holds no frame; one that says something else was altered, and the frames may still be read.
    if (bytes.length < at && header.subarray(0, bytes.length).equals(bytes)) at = bytes.length
    else flaw = { kind: 'altered', index: 0 }
  }
  let wasTorn = false
  while (at < bytes.length) {
    const frame = frameAt(bytes, at)
    if (!frame || (at + frame.length === bytes.length && !checksumHolds(frame))) {
      wasTorn = true
      break
    }
    at += frame.length
    const index = indexOf(frame)
    const content = index >= next ? openFrame(key, index, frame) : undefined
    if (!content) {
      flaw ??= { kind: 'altered', index: next }
      next += index === next ? 1 : 0
      continue
    }
    if (index !== next || content.before !== chain) flaw ??= { kind: 'altered', index: Math.min(next, index) }
    chain = nextChain(content.before, frame)
    next = index + 1
    frames.push({ ...content, index, chain })
  }
  // The head is stated only after a frame is on the disk: fewer frames than it says were cut off afterwards.
  if (stated === undefined) flaw ??= { kind: 'head-missing', index: next }
  else if (next < stated) flaw ??= { kind: 'truncated', index: next }
  return {
    spool: key.spool,
    fingerprint: keyFingerprint(key),
    frames,
    chain,
    wasTorn: wasTorn && flaw === undefined,
    ...(flaw && { flaw }),
  }
}

/** @returns undefined when the file ends before the frame does. */
function frameAt(bytes: Buffer, at: number): Buffer | undefined {
  if (bytes.length - at < frameHeaderBytes) return undefined
  const length = bytes.readUInt32BE(at)
  if (length < leastFrameLength || at + 4 + length > bytes.length) return undefined
  return bytes.subarray(at, at + 4 + length)
}

/** How many frames the process said stand on the disk; undefined when what it said is gone. */
async function readStated(path: string): Promise<number | undefined> {
  if (!existsSync(path)) return undefined
  const count = Number((await readFile(path, 'latin1')).slice(0, 16))
  return Number.isSafeInteger(count) ? count : 0
}

async function bytesOf(path: string): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of createReadStream(path)) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
