import { createHash, hash } from 'node:crypto'
import { digestSizeBytes, type SuiteName, tileWidth } from '../crypto/index.ts'
import type { Bundle } from './bundle.ts'
import { freeFrom, type LaneCompression, lanesAreSupported, openLanes, stateAt } from './hash-lanes.ts'

/** Hashes a tile's worth at a time, by RFC 6962 §2.1 over the digest of one suite. */
export interface TileHasher {
  /** Leaf hashes of the entries of a bundle, side by side. */
  leaves(bundle: Bundle): Uint8Array
  /** The root over 2^n hashes laid side by side. */
  root(hashes: Uint8Array): Uint8Array
}

const algorithms = { international: 'sha256', guomi: 'sm3' } as const

/** @param means by default whatever this machine does fastest. */
export function openTileHasher(suite: SuiteName, means = lanesAreSupported() ? 'lanes' : 'node'): TileHasher {
  const algorithm = algorithms[suite]
  return means === 'lanes' ? laneHasher(openLanes(algorithm)) : nodeHasher(algorithm)
}

function nodeHasher(algorithm: 'sha256' | 'sm3'): TileHasher {
  const leafPrefix = Buffer.from([0])
  return {
    leaves({ bytes, starts, count }) {
      const leaves = Buffer.alloc(count * digestSizeBytes)
      for (let i = 0; i < count; i++) {
        const entry = bytes.subarray(starts[i], starts[i + 1]! - lengthSizeBytes)
        createHash(algorithm)
          .update(leafPrefix)
          .update(entry)
          .digest()
          .copy(leaves, i * digestSizeBytes)
      }
      return leaves
    },
    root(hashes) {
      let row = Buffer.from(hashes)
      const message = Buffer.alloc(1 + 2 * digestSizeBytes, 1)
      while (row.length > digestSizeBytes) {
        const above = Buffer.alloc(row.length / 2)
        for (let at = 0; at < row.length; at += 2 * digestSizeBytes) {
          row.copy(message, 1, at, at + 2 * digestSizeBytes)
          hash(algorithm, message, 'buffer').copy(above, at / 2)
        }
        row = above
      }
      return row
    },
  }
}

const lengthSizeBytes = 2
const blockSizeBytes = 64
/** Each lane's padded end of a message: at most two blocks. */
const endsAt = freeFrom
const messagesAt = endsAt + 4 * 2 * blockSizeBytes
const pageSizeBytes = 65_536

/** A lane is free, hashes whole blocks out of the bundle, or hashes the padded end of its message. */
interface Lane {
  message: number
  at: number
  blocks: number
  end: number
  endBlocks: number
}

function laneHasher(lanes: LaneCompression): TileHasher {
  const { memory, initial } = lanes
  let bytes = Buffer.from(memory.buffer)
  let state = new Uint32Array(memory.buffer, stateAt, 32)
  const splatInitial = Uint32Array.from({ length: 32 }, (_, i) => initial[i >> 2]!)

  const reserve = (size: number) => {
    // A free lane reads along wherever it stands: leave it room for the longest entry.
    const missing = messagesAt + size + pageSizeBytes + blockSizeBytes - bytes.length
    if (missing <= 0) return
    memory.grow(Math.ceil(missing / pageSizeBytes))
    bytes = Buffer.from(memory.buffer)
    state = new Uint32Array(memory.buffer, stateAt, 32)
  }
  const takeDigest = (lane: number, into: Uint8Array, at: number) => {
    for (let word = 0; word < 8; word++) {
      const value = state[4 * word + lane]!
      const place = at + 4 * word
      into[place] = value >>> 24
      into[place + 1] = value >>> 16
      into[place + 2] = value >>> 8
      into[place + 3] = value
    }
  }

  return {
    leaves({ bytes: source, starts, count }) {
      const leaves = Buffer.alloc(count * digestSizeBytes)
      reserve(source.length)
      bytes.set(source, messagesAt)
      // The byte before each entry belongs to its length: there the prefix 0x00 of a leaf stands, so nothing is copied.
      const all: Lane[] = Array.from({ length: 4 }, () => ({
        message: -1,
        at: messagesAt,
        blocks: 0,
        end: 0,
        endBlocks: 0,
      }))
      let next = 0
      let open = 0
      const begin = (index: number) => {
        const lane = all[index]!
        lane.message = -1
        lane.at = messagesAt
        lane.blocks = 0
        lane.endBlocks = 0
        if (next === count) return
        const start = messagesAt + starts[next]! - 1
        const length = starts[next + 1]! - lengthSizeBytes - starts[next]! + 1
        bytes[start] = 0
        lane.message = next
        lane.at = start
        lane.blocks = length >>> 6
        const rest = length & 63
        lane.end = endsAt + index * 2 * blockSizeBytes
        lane.endBlocks = rest < 56 ? 1 : 2
        bytes.copyWithin(lane.end, start + length - rest, start + length)
        bytes[lane.end + rest] = 0x80
        bytes.fill(0, lane.end + rest + 1, lane.end + blockSizeBytes * lane.endBlocks)
        bytes.writeUInt32BE(length * 8, lane.end + blockSizeBytes * lane.endBlocks - 4)
        for (let word = 0; word < 8; word++) state[4 * word + index] = initial[word]!
        if (lane.blocks === 0) toEnd(lane)
        next += 1
        open += 1
      }
      const toEnd = (lane: Lane) => {
        lane.at = lane.end
        lane.blocks = lane.endBlocks
        lane.endBlocks = 0
      }
      for (let i = 0; i < 4; i++) begin(i)
      const [a, b, c, d] = all as [Lane, Lane, Lane, Lane]
      while (open > 0) {
        let blocks = 1 << 20
        for (const lane of all) if (lane.message >= 0 && lane.blocks < blocks) blocks = lane.blocks
        lanes.run(a.at, b.at, c.at, d.at, blocks)
        for (let i = 0; i < 4; i++) {
          const lane = all[i]!
          if (lane.message < 0) continue
          lane.at += blocks * blockSizeBytes
          lane.blocks -= blocks
          if (lane.blocks > 0) continue
          if (lane.endBlocks > 0) {
            toEnd(lane)
            continue
          }
          takeDigest(i, leaves, lane.message * digestSizeBytes)
          open -= 1
          begin(i)
        }
      }
      return leaves
    },
    root(hashes) {
      let count = hashes.length / digestSizeBytes
      reserve(hashes.length + tileWidth * digestSizeBytes)
      const row = messagesAt
      bytes.set(hashes, row)
      const ends = [0, 1, 2, 3].map((lane) => endsAt + lane * 2 * blockSizeBytes) as [number, number, number, number]
      for (const end of ends) {
        bytes.fill(0, end, end + 2 * blockSizeBytes)
        bytes[end] = 1
        bytes[end + 65] = 0x80
        bytes.writeUInt16BE(65 * 8, end + 126)
      }
      for (; count > 1; count /= 2) {
        for (let pair = 0; pair < count / 2; pair += 4) {
          const filled = Math.min(4, count / 2 - pair)
          for (let lane = 0; lane < filled; lane++) {
            const from = row + (pair + lane) * 2 * digestSizeBytes
            bytes.copyWithin(ends[lane]! + 1, from, from + 2 * digestSizeBytes)
          }
          state.set(splatInitial)
          lanes.run(ends[0], ends[1], ends[2], ends[3], 2)
          for (let lane = 0; lane < filled; lane++) takeDigest(lane, bytes, row + (pair + lane) * digestSizeBytes)
        }
      }
      // Not out of Buffer's pool: a message to another thread would take the whole pool with it.
      return new Uint8Array(bytes.subarray(row, row + digestSizeBytes))
    },
  }
}
