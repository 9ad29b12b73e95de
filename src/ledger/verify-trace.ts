import type { Queryable } from '../kernel/index.ts'
import type { Entry } from './entry.ts'
import { type Level, pairOf, segmentLevel, segmentSize, stretchLevel, stretchSize } from './trace-block.ts'
import { latestOffset } from './trace-stretch.ts'
import { hashOfTerm, tellTerms } from './trace-term.ts'

/**
 * Holds the trace against the journal, entry by entry: each term of each entry stands there, and no other; each time is
 * the entry's. Whoever filters a question by a doctored index would otherwise not see what was taken out of it.
 * Entries that are not in the database (archived) are left out.
 * @returns the sequence of the first entry that the trace speaks of wrongly.
 */
export async function firstTraceDifference(database: Queryable): Promise<number | undefined> {
  const [head] = await database.query<{ projected: number }>('select projected_upto as projected from trace_head')
  const { projected } = head!
  const merged = Math.floor(projected / segmentSize)
  for (let segment = 0; segment < merged; segment++) {
    const wrong = await differenceIn(database, segmentLevel, segment)
    if (wrong !== undefined) return wrong
  }
  for (let stretch = (merged * segmentSize) / stretchSize; stretch < projected / stretchSize; stretch++) {
    const wrong = await differenceIn(database, stretchLevel, stretch)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

async function differenceIn(database: Queryable, level: Level, unit: number): Promise<number | undefined> {
  const first = unit * level.unitSize
  const stored = await storedPairs(database, level, unit)
  const { pairs, wrongTime, present } = await journalPairs(database, first, level.unitSize)
  const wrongTerm = firstPlaceThatDiffers(stored, pairs, present)
  const wrong = Math.min(wrongTerm ?? Number.POSITIVE_INFINITY, wrongTime ?? Number.POSITIVE_INFINITY)
  return Number.isFinite(wrong) ? first + wrong : undefined
}

/**
 * Term and place of everything the trace says of a unit, in order. Read by a reader of its own, which gives up where a
 * block is not one: whoever can write the table must not be able to hold up whoever verifies it.
 */
async function storedPairs(database: Queryable, level: Level, unit: number): Promise<Float64Array> {
  const rows = await database.query<{ terms: Buffer }>(
    'select terms from trace_block where level = $1 and unit = $2 order by bucket',
    [level.level, unit],
  )
  const pairs: number[] = []
  for (const { terms } of rows) {
    for (let at = 0; at + 4 < terms.length; ) {
      const hash = terms.readUInt32BE(at)
      const size = varint(terms, at + 4)
      if (!size || size.next + size.value > terms.length) break
      at = size.next + size.value
      for (const place of placesIn(terms.subarray(size.next, at), level)) pairs.push(pairOf(hash, place))
    }
  }
  return Float64Array.from(pairs).sort()
}

function placesIn(bytes: Buffer, { unitSize }: Level): readonly number[] {
  const places: number[] = []
  if (bytes.length === unitSize / 8) {
    for (let place = 0; place < unitSize; place++)
      if ((bytes[place >> 3]! & (1 << (place & 7))) !== 0) places.push(place)
    return places
  }
  let place = 0
  for (let at = 0; at < bytes.length; ) {
    const distance = varint(bytes, at)
    if (!distance) break
    place += distance.value
    if (place < unitSize) places.push(place)
    at = distance.next
  }
  return places
}

/** Unsigned LEB128 of at most three bytes. */
function varint(bytes: Buffer, at: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0
  for (let i = 0; i < 3; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 128 ** i
    if (byte < 0x80) return { value, next: at + i + 1 }
  }
  return undefined
}

/** The same from the entries themselves, and the first of them whose time the trace has wrong. */
async function journalPairs(database: Queryable, first: number, count: number) {
  const pairs: number[] = []
  const present = new Uint8Array(count)
  let wrongTime: number | undefined
  for (let from = first; from < first + count; from += stretchSize) {
    const times = await storedTimes(database, from / stretchSize)
    const rows = await database.query<{ sequence: number; body: string }>(
      'select sequence, body from ledger_entry where sequence >= $1 and sequence < $2 order by sequence',
      [from, from + stretchSize],
    )
    for (const { sequence, body } of rows) {
      const entry = entryOf(body)
      if (!entry) continue
      const place = sequence - first
      present[place] = 1
      const terms = new Set<number>()
      tellTerms(entry, (filter, value) => terms.add(pairOf(hashOfTerm(filter, value), place)))
      for (const pair of terms) pairs.push(pair)
      if (times?.(sequence - from) !== Date.parse(entry.recorded)) wrongTime ??= place
    }
  }
  return { pairs: Float64Array.from(pairs).sort(), present, wrongTime }
}

/** @returns undefined for what is no JSON object: that is found by whoever reads the entries. */
function entryOf(body: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Entry) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

async function storedTimes(
  database: Queryable,
  stretch: number,
): Promise<((place: number) => number | undefined) | undefined> {
  const [row] = await database.query<{ first: Date; last: Date; recorded: Buffer }>(
    'select first_recorded as first, last_recorded as last, recorded from trace_stretch where stretch = $1',
    [stretch],
  )
  if (!row) return undefined
  const firstMs = row.first.getTime()
  const offsets = Array.from({ length: stretchSize }, (_, place) => row.recorded.readUInt32LE(4 * place))
  const lastMs = firstMs + offsets.reduce((one, other) => Math.max(one, other))
  const agrees = offsets.includes(latestOffset) || lastMs === row.last.getTime()
  return (place) => (agrees ? firstMs + offsets[place]! : undefined)
}

/** @param present places whose entry is here: of the others nothing can be said. */
function firstPlaceThatDiffers(stored: Float64Array, expected: Float64Array, present: Uint8Array): number | undefined {
  let first: number | undefined
  const differs = (pair: number) => {
    const place = pair % segmentSize
    if (present[place] === 1 && place < (first ?? Number.POSITIVE_INFINITY)) first = place
  }
  for (let i = 0, j = 0; i < stored.length || j < expected.length; ) {
    const [one, other] = [stored[i] ?? Number.POSITIVE_INFINITY, expected[j] ?? Number.POSITIVE_INFINITY]
    if (one === other) {
      i += 1
      j += 1
    } else if (one < other) {
      differs(one)
      i += 1
    } else {
      differs(other)
      j += 1
    }
  }
  return first
}
