/**
 * Chance that can be repeated: the same keys give the same numbers on every machine, so that any part of the world
 * can be made again alone. sfc32 (public domain, PractRand) seeded from an FNV-1a hash of the keys.
 */
export interface Chance {
  /** In [0, 1). */
  next(): number
  /** An integer in [0, below). */
  int(below: number): number
  between(low: number, high: number): number
  happens(share: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** Around `mean`, never further than three deviations. */
  normal(mean: number, deviation: number): number
}

export function chance(...keys: readonly (string | number)[]): Chance {
  const next = sfc32(keys.join('/'))
  return {
    next,
    int: (below) => Math.floor(next() * below),
    between: (low, high) => low + next() * (high - low),
    happens: (share) => next() < share,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    // The sum of six uniforms has the variance 1/2.
    normal: (mean, deviation) =>
      mean + deviation * Math.SQRT2 * (next() + next() + next() + next() + next() + next() - 3),
  }
}

/** Picks by weight in O(log n): made once, asked often. */
export function weighted<Item>(items: readonly (readonly [Item, number])[]): (at: number) => Item {
  const sums: number[] = []
  let sum = 0
  for (const [, weight] of items) {
    sum += weight
    sums.push(sum)
  }
  return (at) => {
    const target = at * sum
    let low = 0
    let high = sums.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! > target) high = middle
      else low = middle + 1
    }
    return items[low]![0]
  }
}

function sfc32(text: string): () => number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  let a = hash | 0
  let b = Math.imul(hash ^ 0x9e3779b9, 0x85ebca6b)
  let c = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35)
  let counter = 1
  const step = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let round = 0; round < 12; round++) step()
  return () => step() / 0x1_0000_0000
}
