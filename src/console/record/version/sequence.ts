/**
 * Shortest edit script of two sequences: E. W. Myers, *An O(ND) Difference Algorithm and Its Variations* (1986).
 * Time and memory grow with the number of differences D, not with the product of the lengths; common ends are cut
 * first, because two versions of one document are mostly the same.
 */
export type Edit<Item> = { readonly kind: 'same' | 'removed' | 'added'; readonly item: Item }

/** Beyond this many differences the middle is told as replaced whole: nobody reads such a difference word by word. */
const maxDifferences = 4000

export function editScript<Item>(
  before: readonly Item[],
  after: readonly Item[],
  equal: (a: Item, b: Item) => boolean = Object.is,
): readonly Edit<Item>[] {
  let head = 0
  while (head < before.length && head < after.length && equal(before[head]!, after[head]!)) head += 1
  let tail = 0
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    equal(before[before.length - 1 - tail]!, after[after.length - 1 - tail]!)
  ) {
    tail += 1
  }
  const edits: Edit<Item>[] = after.slice(0, head).map((item) => ({ kind: 'same', item }))
  edits.push(...middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail), equal))
  for (const item of after.slice(after.length - tail)) edits.push({ kind: 'same', item })
  return edits
}

function middle<Item>(before: readonly Item[], after: readonly Item[], equal: (a: Item, b: Item) => boolean) {
  if (before.length === 0 || after.length === 0) return replaced(before, after)
  const trace = searchForward(before, after, equal)
  return trace ? walkBack(trace, before, after) : replaced(before, after)
}

function replaced<Item>(before: readonly Item[], after: readonly Item[]): readonly Edit<Item>[] {
  return [
    ...before.map((item): Edit<Item> => ({ kind: 'removed', item })),
    ...after.map((item): Edit<Item> => ({ kind: 'added', item })),
  ]
}

/** Furthest reaching x on each diagonal k, kept for every d: `trace[d]` holds diagonals −d … d at index k + d. */
function searchForward<Item>(
  before: readonly Item[],
  after: readonly Item[],
  equal: (a: Item, b: Item) => boolean,
): readonly Int32Array[] | undefined {
  const limit = Math.min(before.length + after.length, maxDifferences)
  const offset = limit + 1
  const reach = new Int32Array(2 * limit + 3)
  const trace: Int32Array[] = []
  for (let d = 0; d <= limit; d += 1) {
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && reach[offset + k - 1]! < reach[offset + k + 1]!)
      let x = down ? reach[offset + k + 1]! : reach[offset + k - 1]! + 1
      let y = x - k
      while (x < before.length && y < after.length && equal(before[x]!, after[y]!)) {
        x += 1
        y += 1
      }
      reach[offset + k] = x
      if (x >= before.length && y >= after.length) {
        trace.push(reach.slice(offset - d, offset + d + 1))
        return trace
      }
    }
    trace.push(reach.slice(offset - d, offset + d + 1))
  }
  return undefined
}

function walkBack<Item>(
  trace: readonly Int32Array[],
  before: readonly Item[],
  after: readonly Item[],
): readonly Edit<Item>[] {
  const edits: Edit<Item>[] = []
  let x = before.length
  let y = after.length
  for (let d = trace.length - 1; d > 0; d -= 1) {
    const k = x - y
    const reach = (diagonal: number) => trace[d - 1]![diagonal + d - 1] ?? -1
    const down = k === -d || (k !== d && reach(k - 1) < reach(k + 1))
    const fromK = down ? k + 1 : k - 1
    const fromX = reach(fromK)
    const fromY = fromX - fromK
    // After the one step of this d comes its snake; it is walked back first.
    const [startX, startY] = down ? [fromX, fromY + 1] : [fromX + 1, fromY]
    for (; x > startX && y > startY; x -= 1, y -= 1) edits.push({ kind: 'same', item: after[y - 1]! })
    if (down) edits.push({ kind: 'added', item: after[fromY]! })
    else edits.push({ kind: 'removed', item: before[fromX]! })
    x = fromX
    y = fromY
  }
  for (; x > 0 && y > 0; x -= 1, y -= 1) edits.push({ kind: 'same', item: after[y - 1]! })
  return edits.reverse()
}
