import { type Block, bucketOf, encodeBlocks, pairOf, stretchLevel, stretchSize } from './trace-block.ts'
import { hashOfTerm, type TermFilter, tellTerms } from './trace-term.ts'

/** The times of a stretch's entries, as the trace keeps them. */
export interface StretchTimes {
  readonly firstMs: number
  readonly lastMs: number
  /** Milliseconds after `firstMs` for each entry, uint32 little-endian. */
  readonly recorded: Buffer
}

/** What the trace keeps of one stretch, gathered from its entries. The same bodies give the same bytes. */
export interface StretchGathering {
  /** The next entries: their bodies as one JSON array. */
  take(bodies: string): void
  /** One block after the other, so that whoever gathers may do something else in between. */
  blocks(): Generator<Block>
  times(): StretchTimes
}

/** Later entries of so long a stretch count as of this moment; whatever is found by it is held against the entry. */
export const latestOffset = 2 ** 32 - 1

export function gatherStretch(): StretchGathering {
  const buckets = Array.from({ length: 1 << stretchLevel.bucketBits }, growingPairs)
  const times: number[] = []
  let place = 0
  const tell = (filter: TermFilter, value: string) => {
    const hash = hashOfTerm(filter, value)
    buckets[bucketOf(hash, stretchLevel)]!.add(pairOf(hash, place))
  }
  return {
    take(bodies) {
      for (const entry of JSON.parse(bodies)) {
        tellTerms(entry, tell)
        times.push(Date.parse(entry.recorded))
        place += 1
      }
    },
    *blocks() {
      for (const bucket of buckets) yield* encodeBlocks(bucket.all(), stretchLevel)
    },
    times() {
      const firstMs = times.reduce((one, other) => Math.min(one, other))
      const lastMs = times.reduce((one, other) => Math.max(one, other))
      const recorded = Buffer.alloc(4 * stretchSize)
      for (const [at, ms] of times.entries()) recorded.writeUInt32LE(Math.min(ms - firstMs, latestOffset), 4 * at)
      return { firstMs, lastMs, recorded }
    },
  }
}

function growingPairs() {
  let pairs = new Float64Array(1024)
  let count = 0
  return {
    add(pair: number) {
      if (count === pairs.length) {
        const more = new Float64Array(2 * count)
        more.set(pairs)
        pairs = more
      }
      pairs[count++] = pair
    },
    all: () => pairs.subarray(0, count),
  }
}
