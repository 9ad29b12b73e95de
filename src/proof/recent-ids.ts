/**
 * Which ids stood there lately. Entries of one id were made in one millisecond, so they are near each other in time, or
 * the clock was set back, which is told by itself. Two generations in tables of fixed size: memory does not grow.
 */
export interface RecentIds {
  /** @returns the sequence of an entry that has this id, if it was lately. */
  seen(idEnd: number, sequence: number, recordedMs: number): number | undefined
}

/** Each generation remembers half as many entries as it has slots, or all of its time, whichever is less. */
const slots = 1 << 20

export function recentIds(toleranceMs: number): RecentIds {
  let older = idTable()
  let newer = idTable()
  let since = Number.NEGATIVE_INFINITY
  return {
    seen(idEnd, sequence, recordedMs) {
      if (recordedMs - since > 2 * toleranceMs || newer.count() > slots / 2) {
        const emptied = older
        older = newer
        newer = emptied
        newer.clear()
        since = recordedMs
      }
      return newer.put(idEnd, sequence) ?? older.get(idEnd)
    },
  }
}

/** Open addressing over numbers: a Map of numbers beyond 2^31 costs microseconds for each entry. */
function idTable() {
  let ids: Float64Array | undefined
  let sequences = new Float64Array()
  let count = 0
  /** Ids end in random bits, so their lowest ones choose the slot; -1 marks a slot that is free. */
  const find = (table: Float64Array, id: number): number => {
    let slot = id % slots
    while (table[slot] !== id && table[slot] !== -1) slot = (slot + 1) % slots
    return slot
  }
  return {
    count: () => count,
    clear() {
      if (count > 0) ids?.fill(-1)
      count = 0
    },
    get(id: number): number | undefined {
      if (!ids || count === 0) return undefined
      const slot = find(ids, id)
      return ids[slot] === id ? sequences[slot] : undefined
    },
    /** @returns the sequence that stood there before. */
    put(id: number, sequence: number): number | undefined {
      if (!ids) {
        ids = new Float64Array(slots).fill(-1)
        sequences = new Float64Array(slots)
      }
      const slot = find(ids, id)
      const before = ids[slot] === id ? sequences[slot] : undefined
      if (before === undefined) count += 1
      ids[slot] = id
      sequences[slot] = sequence
      return before
    },
  }
}
