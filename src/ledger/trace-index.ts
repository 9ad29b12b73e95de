import type { Transaction } from '../kernel/index.ts'
import {
  bucketOf,
  decodePlaces,
  type Level,
  readTerms,
  segmentLevel,
  segmentSize,
  stretchLevel,
  stretchSize,
} from './trace-block.ts'
import { intersection, type Places, piecesOf, union } from './trace-places.ts'
import { latestOffset } from './trace-stretch.ts'
import { type AskedTerm, hashOfTerm } from './trace-term.ts'

export type TraceOrder = 'newest-first' | 'oldest-first'

/** Sequences from `from` to below `below`. */
export interface SequenceRange {
  readonly from: number
  readonly below: number
}

interface Search {
  readonly asked: readonly AskedTerm[]
  readonly range: SequenceRange
  /** How far the trace has come, as of the same moment. */
  readonly projected: number
  readonly order: TraceOrder
}

/** How many segments are looked at at once: few where the answer is near, many where it is far or nowhere. */
const windows = [1, 8, 64]
const pieceSize = 1_024

/**
 * Sequences of entries that hold every asked term, in order, piece by piece: all of them, and now and then one too
 * many (terms are hashes), so each is held against its entry.
 */
export async function* candidates(tx: Transaction, search: Search): AsyncGenerator<readonly number[]> {
  if (search.asked.length === 0) {
    yield* pieces(search.range, search.order)
    return
  }
  const merged = Math.floor(search.projected / segmentSize) * segmentSize
  const { from, below } = search.range
  const near = () => unitsHolding(tx, search, stretchLevel, { from: Math.max(from, merged), below })
  const far = () => unitsHolding(tx, search, segmentLevel, { from, below: Math.min(below, merged) })
  for (const part of search.order === 'newest-first' ? [near, far] : [far, near]) yield* part()
}

async function* unitsHolding(
  tx: Transaction,
  search: Search,
  level: Level,
  range: SequenceRange,
): AsyncGenerator<readonly number[]> {
  if (range.from >= range.below) return
  const newestFirst = search.order === 'newest-first'
  const first = Math.floor(range.from / level.unitSize)
  const last = Math.floor((range.below - 1) / level.unitSize)
  let done = 0
  for (let turn = 0; done <= last - first; turn++) {
    const width = level === stretchLevel ? last - first + 1 : windows[Math.min(turn, windows.length - 1)]!
    const window = newestFirst
      ? { first: Math.max(first, last - done - width + 1), last: last - done }
      : { first: first + done, last: Math.min(last, first + done + width - 1) }
    done += width
    const found = await placesIn(tx, search.asked, level, window)
    for (const [unit, places] of newestFirst ? found.reverse() : found) {
      const base = unit * level.unitSize
      const within = { from: Math.max(0, range.from - base), below: Math.min(level.unitSize, range.below - base) }
      for (const piece of piecesOf(places, within, newestFirst ? 'down' : 'up')) {
        yield piece.map((place) => base + place)
      }
    }
  }
}

/** For each unit of the window, in order, the places that hold every term. */
async function placesIn(
  tx: Transaction,
  asked: readonly AskedTerm[],
  level: Level,
  window: { readonly first: number; readonly last: number },
): Promise<(readonly [unit: number, places: Places])[]> {
  const wanted = asked.map(({ filter, values }) => values.map((value) => hashOfTerm(filter, value)))
  const buckets = [...new Set(wanted.flat().map((hash) => bucketOf(hash, level)))]
  const rows = await tx.query<{ unit: number; terms: Buffer }>(
    {
      name: 'trace_blocks',
      text: `select unit, terms from trace_block
             where level = $1 and bucket = any($2::smallint[]) and unit between $3 and $4 order by unit`,
    },
    [level.level, buckets, window.first, window.last],
  )
  const hashes = new Set(wanted.flat())
  const units = new Map<number, Map<number, Uint8Array>>()
  for (const { unit, terms } of rows) {
    const found = units.get(unit) ?? new Map<number, Uint8Array>()
    units.set(unit, found)
    readTerms(terms, (hash, places) => {
      if (hashes.has(hash)) found.set(hash, places)
    })
  }
  return [...units].flatMap(([unit, found]) => {
    const groups = wanted.map((alternatives) => alternatives.flatMap((hash) => found.get(hash) ?? []))
    if (groups.some((group) => group.length === 0)) return []
    const all = groups.map((group) =>
      union(
        group.map((places) => decodePlaces(places, level)),
        level.unitSize,
      ),
    )
    return [[unit, all.reduce(intersection)] as const]
  })
}

function* pieces({ from, below }: SequenceRange, order: TraceOrder): Generator<readonly number[]> {
  for (let done = 0; done < below - from; done += pieceSize) {
    const length = Math.min(pieceSize, below - from - done)
    yield Array.from({ length }, (_, at) => (order === 'newest-first' ? below - 1 - done - at : from + done + at))
  }
}

/** Edges of time, both inclusive, in milliseconds since 1970. */
export interface TimeEdges {
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
}

/**
 * The projected sequences within which every entry of that time stands. At both ends it is exact to the entry; between
 * them a clock that stepped back may have left entries of another time.
 */
export async function sequencesOfTime(tx: Transaction, { fromMs, toMs }: TimeEdges): Promise<SequenceRange> {
  const [row] = await tx.query<{ first: number | null; last: number | null }>(
    {
      name: 'trace_stretches_of_time',
      text: `select min(stretch) as first, max(stretch) as last from trace_stretch
             where ($1::timestamptz is null or last_recorded >= $1) and ($2::timestamptz is null or first_recorded <= $2)`,
    },
    [dateOf(fromMs), dateOf(toMs)],
  )
  const { first, last } = row!
  if (first === null || last === null) return { from: 0, below: 0 }
  const edges = await tx.query<{ stretch: number; first_recorded: Date; recorded: Buffer }>(
    {
      name: 'trace_stretch_times',
      text: 'select stretch, first_recorded, recorded from trace_stretch where stretch = any($1::integer[])',
    },
    [[first, last]],
  )
  const within = (stretch: number) => {
    const { first_recorded: firstRecorded, recorded } = edges.find((edge) => edge.stretch === stretch)!
    const offsetOf = (ms: number) => Math.min(ms - firstRecorded.getTime(), latestOffset)
    const least = fromMs === undefined ? 0 : offsetOf(fromMs)
    const most = toMs === undefined ? latestOffset : offsetOf(toMs)
    return Array.from({ length: stretchSize }, (_, at) => at).filter((at) => {
      const offset = recorded.readUInt32LE(4 * at)
      return offset >= least && offset <= most
    })
  }
  const from = first * stretchSize + (within(first)[0] ?? 0)
  const below = last * stretchSize + (within(last).at(-1) ?? stretchSize - 1) + 1
  return { from, below }
}

const dateOf = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(ms))
