import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { EntryDraft } from '../ledger/index.ts'

/** What one frame says: entries that stand or fall together, when, and the head of the chain before it. */
export interface FrameContent {
  /** RFC 3339 with milliseconds, by the server's clock. */
  readonly recorded: string
  /** `follows` of a draft is −1 − the index of the frame that holds its permit. */
  readonly drafts: readonly EntryDraft[]
  /** Chain before this frame, hex. */
  readonly before: string
}

export interface SpoolKey {
  /** Eight bytes in hex: the `<spool>` of `S<spool>-<index>`. */
  readonly spool: string
  /** 32 bytes, AES-256. One key for one spool, and a spool is never written again after its process. */
  readonly key: Buffer
}

/** Bytes before the ciphertext: length u32, index u64, CRC-32 u32, all big-endian. Length counts what follows it. */
export const frameHeaderBytes = 16
const tagBytes = 16
/** The smallest `length`: index, CRC, tag. */
export const leastFrameLength = 12 + tagBytes

export const spoolHeader = (spool: string): Buffer => Buffer.from(`chartward-spool/1 ${spool}\n`, 'latin1')

export const keyFingerprint = ({ key }: SpoolKey): string => createHash('sha256').update(key).digest('hex')

/** The head of the chain of an empty spool. */
export function firstChain(key: SpoolKey): string {
  return createHash('sha256').update(spoolHeader(key.spool)).update(keyFingerprint(key)).digest('hex')
}

/** chain(n) = SHA-256(chain(n−1) || frame n as it stands in the file). */
export function nextChain(before: string, frame: Uint8Array): string {
  return createHash('sha256').update(Buffer.from(before, 'hex')).update(frame).digest('hex')
}

export function sealFrame(key: SpoolKey, index: number, content: FrameContent): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key.key, nonceOf(index))
  cipher.setAAD(aboutFrame(key.spool, index))
  const body = [cipher.update(JSON.stringify(content), 'utf8'), cipher.final(), cipher.getAuthTag()]
  const bytes = body.reduce((sum, part) => sum + part.length, 0)
  const header = Buffer.alloc(frameHeaderBytes)
  header.writeUInt32BE(bytes + 12, 0)
  header.writeBigUInt64BE(BigInt(index), 4)
  header.writeUInt32BE(checksum(header.subarray(4, 12), ...body), 12)
  return Buffer.concat([header, ...body])
}

/** @returns undefined when the frame is not as it was written, or not of this spool and place. */
export function openFrame(key: SpoolKey, index: number, frame: Buffer): FrameContent | undefined {
  const sealed = frame.subarray(frameHeaderBytes)
  if (indexOf(frame) !== index || !checksumHolds(frame)) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.key, nonceOf(index), { authTagLength: tagBytes })
    decipher.setAAD(aboutFrame(key.spool, index))
    decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
    const text = Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagBytes)), decipher.final()])
    return JSON.parse(text.toString('utf8')) as FrameContent
  } catch {
    return undefined
  }
}

export const indexOf = (frame: Buffer): number => Number(frame.readBigUInt64BE(4))

export function checksumHolds(frame: Buffer): boolean {
  return frame.readUInt32BE(12) === checksum(frame.subarray(4, 12), frame.subarray(frameHeaderBytes))
}

function checksum(...parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => crc32(part, sum), 0)
}

/** Never twice under one key: an index is written once, and the key is of this spool alone. */
function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(index), 4)
  return nonce
}

const aboutFrame = (spool: string, index: number): Buffer => Buffer.from(`${spool} ${index}`, 'latin1')
