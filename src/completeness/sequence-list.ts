/**
 * Sequences as bytes: the difference of each to the one before it, as a zigzag variable-length integer. Receipts come
 * nearly in order, so that most take one or two bytes.
 */
export function packSequences(sequences: readonly number[]): Buffer {
  const bytes: number[] = []
  let before = 0
  for (const sequence of sequences) {
    const difference = sequence - before
    before = sequence
    let rest = difference >= 0 ? 2 * difference : -2 * difference - 1
    while (rest >= 128) {
      bytes.push((rest % 128) + 128)
      rest = Math.floor(rest / 128)
    }
    bytes.push(rest)
  }
  return Buffer.from(bytes)
}

/** @throws {RangeError} when the bytes end within a number. */
export function unpackSequences(bytes: Uint8Array): readonly number[] {
  const sequences: number[] = []
  let before = 0
  let value = 0
  let factor = 1
  for (const byte of bytes) {
    value += (byte & 127) * factor
    if (byte >= 128) {
      factor *= 128
      continue
    }
    before += value % 2 === 0 ? value / 2 : -(value + 1) / 2
    sequences.push(before)
    value = 0
    factor = 1
  }
  if (factor !== 1) throw new RangeError('a list of sequences ends within a number')
  return sequences
}
