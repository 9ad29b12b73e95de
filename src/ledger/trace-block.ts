import { type Places, setBit } from './trace-places.ts'

/** Entries are indexed by whole stretches of so many. */
export const stretchSize = 1_024
/** A full segment takes the place of its stretches. */
export const stretchesPerSegment = 256
export const segmentSize = stretchSize * stretchesPerSegment

/** Blocks of one level: how many entries a unit has, and how many first bits of a hash choose the block. */
export interface Level {
  readonly level: 0 | 1
  readonly unitSize: number
  readonly bucketBits: number
}
export const stretchLevel: Level = { level: 0, unitSize: stretchSize, bucketBits: 5 }
export const segmentLevel: Level = { level: 1, unitSize: segmentSize, bucketBits: 12 }

export const bucketOf = (hash: number, { bucketBits }: Level): number => hash >>> (32 - bucketBits)

/** A hash and a place in one number, so that sorting numbers sorts by both. */
export const pairOf = (hash: number, place: number): number => hash * segmentSize + place

export interface Block {
  readonly bucket: number
  readonly terms: Buffer
}

export interface BlockWriter {
  /** The next term, in order of hashes, with its places in order. */
  term(hash: number, places: Uint32Array): void
  done(): readonly Block[]
}

/**
 * Writes the blocks of one unit. Each term is its hash (uint32, big-endian), the size of its places in bytes (varint),
 * and the places: each as its distance to the one before (varint); or, where that would take no fewer bytes, a bit for
 * each entry, least bit of the first byte first.
 */
export function blockWriter(level: Level): BlockWriter {
  const out = growingBytes()
  const blocks: Block[] = []
  let bucket = -1
  const close = () => {
    if (bucket >= 0) blocks.push({ bucket, terms: out.cut() })
  }
  return {
    term(hash, places) {
      if (bucketOf(hash, level) !== bucket) {
        close()
        bucket = bucketOf(hash, level)
      }
      for (const shift of [24, 16, 8, 0]) out.byte(hash >>> shift)
      writePlaces(out, places, level.unitSize)
    },
    done() {
      close()
      bucket = -1
      return blocks
    },
  }
}

/** Blocks from pairs in any order. The pairs are sorted where they stand; one may stand there twice. */
export function encodeBlocks(pairs: Float64Array, level: Level): readonly Block[] {
  pairs.sort()
  const writer = blockWriter(level)
  const places = new Uint32Array(level.unitSize)
  for (let at = 0; at < pairs.length; ) {
    const base = Math.floor(pairs[at]! / segmentSize) * segmentSize
    let count = 0
    for (; at < pairs.length && pairs[at]! < base + segmentSize; at++) {
      const place = pairs[at]! - base
      if (count === 0 || places[count - 1] !== place) places[count++] = place
    }
    writer.term(base / segmentSize, places.subarray(0, count))
  }
  return writer.done()
}

function writePlaces(out: GrowingBytes, places: Uint32Array, unitSize: number): void {
  let size = 0
  let before = 0
  for (const place of places) {
    size += varintSize(place - before)
    before = place
  }
  if (size < unitSize / 8) {
    out.varint(size)
    before = 0
    for (const place of places) {
      out.varint(place - before)
      before = place
    }
    return
  }
  const bitmap = new Uint8Array(unitSize / 8)
  for (const place of places) setBit(bitmap, place)
  out.varint(bitmap.length)
  out.bytes(bitmap)
}

/** Calls `tell` for each term of a block with its encoded places. */
export function readTerms(terms: Uint8Array, tell: (hash: number, places: Uint8Array) => void): void {
  for (let at = 0; at < terms.length; ) {
    const hash = ((terms[at]! << 24) | (terms[at + 1]! << 16) | (terms[at + 2]! << 8) | terms[at + 3]!) >>> 0
    const [size, start] = readVarint(terms, at + 4)
    tell(hash, terms.subarray(start, start + size))
    at = start + size
  }
}

export function decodePlaces(places: Uint8Array, level: Level): Places {
  if (places.length === level.unitSize / 8) return { form: 'bitmap', bitmap: places }
  const list = new Uint32Array(places.length)
  return { form: 'list', list: list.subarray(0, unpackPlaces(places, level, { into: list, at: 0, base: 0 })) }
}

/** Writes the places, each plus `base`, into `into` from `at` on. @returns where it ended. */
export function unpackPlaces(
  places: Uint8Array,
  { unitSize }: Level,
  { into, at, base }: { readonly into: Uint32Array; readonly at: number; readonly base: number },
): number {
  let end = at
  if (places.length === unitSize / 8) {
    for (let place = 0; place < unitSize; place++) {
      if ((places[place >> 3]! & (1 << (place & 7))) !== 0) into[end++] = base + place
    }
    return end
  }
  let place = base
  for (let next = 0; next < places.length; ) {
    let distance = 0
    for (let shift = 0; ; shift += 7) {
      // A block cut short in the database ends its last number, and not never.
      const byte = places[next++] ?? 0
      distance |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    place += distance
    into[end++] = place
  }
  return end
}

/** Unsigned LEB128. */
function readVarint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return [value, at]
  }
}

const varintSize = (value: number): number => (value < 0x80 ? 1 : value < 0x4000 ? 2 : 3)

interface GrowingBytes {
  byte(value: number): void
  varint(value: number): void
  bytes(values: Uint8Array): void
  /** What was written since the last cut. */
  cut(): Buffer
}

function growingBytes(): GrowingBytes {
  let buffer = Buffer.allocUnsafe(64 * 1024)
  let size = 0
  const makeRoom = (more: number) => {
    if (size + more <= buffer.length) return
    const larger = Buffer.allocUnsafe(2 * (size + more))
    buffer.copy(larger, 0, 0, size)
    buffer = larger
  }
  const byte = (value: number) => {
    makeRoom(1)
    buffer[size++] = value & 0xff
  }
  return {
    byte,
    varint(value) {
      let rest = value
      for (; rest >= 0x80; rest >>>= 7) byte((rest & 0x7f) | 0x80)
      byte(rest)
    },
    bytes(values) {
      makeRoom(values.length)
      buffer.set(values, size)
      size += values.length
    },
    cut() {
      const written = Buffer.from(buffer.subarray(0, size))
      size = 0
      return written
    },
  }
}
