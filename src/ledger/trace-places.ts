/** Places in a unit of the journal: in order, or, where they are many, as a bitmap, least bit of the first byte first. */
export type Places =
  | { readonly form: 'list'; readonly list: Uint32Array }
  | { readonly form: 'bitmap'; readonly bitmap: Uint8Array }

export const noPlaces: Places = { form: 'list', list: new Uint32Array(0) }

export function union(all: readonly Places[], unitSize: number): Places {
  const [first = noPlaces, ...others] = all
  if (others.length === 0) return first
  const bitmap = new Uint8Array(unitSize / 8)
  for (const places of all) {
    if (places.form === 'list') for (const place of places.list) setBit(bitmap, place)
    else for (let at = 0; at < bitmap.length; at++) bitmap[at] = bitmap[at]! | places.bitmap[at]!
  }
  return { form: 'bitmap', bitmap }
}

export function intersection(one: Places, other: Places): Places {
  if (one.form === 'list') {
    if (other.form === 'list') return { form: 'list', list: inBoth(one.list, other.list) }
    return { form: 'list', list: one.list.filter((place) => hasBit(other.bitmap, place)) }
  }
  if (other.form === 'list') return intersection(other, one)
  const bitmap = new Uint8Array(one.bitmap.length)
  for (let at = 0; at < bitmap.length; at++) bitmap[at] = one.bitmap[at]! & other.bitmap[at]!
  return { form: 'bitmap', bitmap }
}

const pieceSize = 512

/** The places from `from` to below `below`, upward or downward, piece by piece: no more is unpacked than is asked for. */
export function* piecesOf(
  places: Places,
  { from, below }: { readonly from: number; readonly below: number },
  direction: 'up' | 'down',
): Generator<readonly number[]> {
  let piece: number[] = []
  for (const place of direction === 'up' ? upward(places, from, below) : downward(places, from, below)) {
    piece.push(place)
    if (piece.length < pieceSize) continue
    yield piece
    piece = []
  }
  if (piece.length > 0) yield piece
}

function* upward(places: Places, from: number, below: number): Generator<number> {
  if (places.form === 'list') {
    for (const place of places.list) if (place >= from && place < below) yield place
    return
  }
  for (let byte = from >> 3; byte < places.bitmap.length && byte * 8 < below; byte++) {
    if (places.bitmap[byte] === 0) continue
    for (let place = byte * 8; place < byte * 8 + 8; place++) {
      if (place >= from && place < below && hasBit(places.bitmap, place)) yield place
    }
  }
}

function* downward(places: Places, from: number, below: number): Generator<number> {
  if (places.form === 'list') {
    for (let at = places.list.length - 1; at >= 0; at--) {
      const place = places.list[at]!
      if (place >= from && place < below) yield place
    }
    return
  }
  for (let byte = Math.min(places.bitmap.length - 1, (below - 1) >> 3); byte >= 0 && byte * 8 + 7 >= from; byte--) {
    if (places.bitmap[byte] === 0) continue
    for (let place = byte * 8 + 7; place >= byte * 8; place--) {
      if (place >= from && place < below && hasBit(places.bitmap, place)) yield place
    }
  }
}

function inBoth(one: Uint32Array, other: Uint32Array): Uint32Array {
  const [few, many] = one.length <= other.length ? [one, other] : [other, one]
  let at = 0
  return few.filter((place) => {
    while (at < many.length && many[at]! < place) at++
    return many[at] === place
  })
}

export const setBit = (bitmap: Uint8Array, place: number): void => {
  bitmap[place >> 3] = bitmap[place >> 3]! | (1 << (place & 7))
}
const hasBit = (bitmap: Uint8Array, place: number): boolean => (bitmap[place >> 3]! & (1 << (place & 7))) !== 0
