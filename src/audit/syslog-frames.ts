/** What comes out of a stream of frames: messages, and what was no message. */
export type SyslogFrame =
  | { readonly kind: 'message'; readonly bytes: Buffer }
  /** Longer than is taken: its bytes were passed over, the stream goes on. */
  | { readonly kind: 'too-long'; readonly length: number }
  /** No length where one is due: nothing after this can be read. */
  | { readonly kind: 'broken' }

export interface FrameReader {
  push(chunk: Buffer): readonly SyslogFrame[]
  /** True between messages; false when a message has begun and not ended. */
  isAtRest(): boolean
}

/** A length beyond this is no length: nobody sends it, and waiting for it would hold the connection for ever. */
const longestSkipped = 64 * 1024 * 1024

/** RFC 5425 §4.3 (and RFC 6587 §3.4.1): `MSG-LEN SP SYSLOG-MSG`, the length in octets, in decimal. */
export function openFrameReader(maxMessageBytes: number): FrameReader {
  let pending: Buffer = Buffer.alloc(0)
  let skipping = 0
  let broken = false

  function next(): SyslogFrame | undefined {
    if (skipping > 0) {
      const passed = Math.min(skipping, pending.length)
      skipping -= passed
      pending = pending.subarray(passed)
      if (skipping > 0) return undefined
    }
    const blank = pending.subarray(0, 9).indexOf(0x20)
    if (blank < 0 && pending.length < 9 && /^([1-9]\d*)?$/.test(pending.toString('latin1'))) return undefined
    const digits = pending.subarray(0, Math.max(blank, 0)).toString('latin1')
    const length = /^[1-9]\d{0,7}$/.test(digits) ? Number(digits) : Number.NaN
    if (!(length <= longestSkipped)) {
      broken = true
      return { kind: 'broken' }
    }
    const start = blank + 1
    if (length > maxMessageBytes) {
      pending = pending.subarray(start)
      skipping = length
      return { kind: 'too-long', length }
    }
    if (pending.length < start + length) return undefined
    const bytes = pending.subarray(start, start + length)
    pending = pending.subarray(start + length)
    return { kind: 'message', bytes }
  }

  return {
    push(chunk) {
      if (broken) return []
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      const frames: SyslogFrame[] = []
      for (let frame = next(); frame; frame = broken ? undefined : next()) frames.push(frame)
      return frames
    },
    isAtRest: () => pending.length === 0 && skipping === 0,
  }
}

export function writeFrame(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${message.length} `), message])
}
