/** Entries of a log in the order of their places, as C2SP tlog-tiles bundles them: each after its length (uint16, big-endian). */
export interface Bundle {
  readonly bytes: Uint8Array
  readonly count: number
  /**
   * Where each entry begins in `bytes`, and at place `count` where the next would: entry i is
   * `bytes[starts[i] : starts[i + 1] - 2]`.
   */
  readonly starts: Uint32Array
}

/** @returns undefined when the bytes are not exactly `count` entries. */
export function openBundle(bytes: Uint8Array, count: number): Bundle | undefined {
  const starts = new Uint32Array(count + 1)
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 2 > bytes.length) return undefined
    starts[i] = at + 2
    at += 2 + (bytes[at]! << 8) + bytes[at + 1]!
  }
  if (at !== bytes.length) return undefined
  starts[count] = at + 2
  return { bytes, count, starts }
}

/** @throws {RangeError} for an entry longer than 65,535 bytes. */
export function bundleOf(entries: readonly Uint8Array[]): Bundle {
  const bytes = Buffer.alloc(entries.reduce((size, entry) => size + 2 + entry.length, 0))
  const starts = new Uint32Array(entries.length + 1)
  let at = 0
  for (const [i, entry] of entries.entries()) {
    at = bytes.writeUInt16BE(entry.length, at)
    starts[i] = at
    bytes.set(entry, at)
    at += entry.length
  }
  starts[entries.length] = at + 2
  return { bytes, count: entries.length, starts }
}

export function entryIn({ bytes, starts }: Bundle, index: number): Uint8Array {
  return bytes.subarray(starts[index], starts[index + 1]! - 2)
}
