import type { Bundle } from './bundle.ts'

/** What the rules of order and completeness need of each entry, side by side, in one buffer that workers can hand over. */
export interface EntryFacts {
  readonly buffer: ArrayBuffer
  readonly count: number
  /** Place in `entryKinds`. */
  readonly kind: Uint8Array
  readonly flags: Uint8Array
  /** Milliseconds since 1970. */
  readonly recorded: Float64Array
  /** Sequence of the permit that the entry follows, or -1. */
  readonly follows: Float64Array
  /** `decision.epoch`, or -1. */
  readonly epoch: Float64Array
  /** The last 52 bits of the id: equal for equal ids, and hardly ever for others. */
  readonly idEnd: Float64Array
}

export const flag = {
  raisesEpoch: 1,
  permits: 2,
  denies: 4,
  /** `detail` says more about order or completeness: the body has to be read. */
  speaks: 8,
  /** Not an entry of version 1 as this program knows it; nothing else is known of it. */
  unknown: 16,
  /** Not even canonical JSON. */
  unreadable: 32,
  /** No entry stands here. */
  missing: 64,
  /** An entry stands here, but its text is in an archive, or expired. */
  absent: 128,
} as const

const bytesPerEntry = 4 * 8 + 2

export function factsIn(buffer: ArrayBuffer): EntryFacts {
  const count = buffer.byteLength / bytesPerEntry
  const numbers = (place: number) => new Float64Array(buffer, place * 8 * count, count)
  return {
    buffer,
    count,
    recorded: numbers(0),
    follows: numbers(1),
    epoch: numbers(2),
    idEnd: numbers(3),
    kind: new Uint8Array(buffer, 32 * count, count),
    flags: new Uint8Array(buffer, 33 * count, count),
  }
}

export const emptyFacts = (count: number): EntryFacts => factsIn(new ArrayBuffer(count * bytesPerEntry))

/** Reads the facts of every entry of a bundle. */
export function readFacts({ bytes, starts, count }: Bundle, read: ReadEntry): EntryFacts {
  const facts = emptyFacts(count)
  for (let i = 0; i < count; i++) read(bytes, starts[i]!, starts[i + 1]! - 2, facts, i)
  return facts
}

export type ReadEntry = (bytes: Uint8Array, start: number, end: number, facts: EntryFacts, index: number) => void
