/** A few names, each with its place among them, found in bytes without making a text. */
export interface Names {
  /** @returns its place, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number
}

/** Finds which of a few names a stretch of bytes is: by a number made of its length and two bytes, then by all of it. */
export function namesOf<Name extends string>(names: readonly Name[]): Names & Readonly<Record<Name, number>> {
  const letters = names.map((name) => Uint8Array.from(Buffer.from(name)))
  const factor = factorThatSeparates(letters)
  const table = new Int8Array(slots).fill(-1)
  for (const [i, name] of letters.entries()) table[slotOf(name, 0, name.length, factor)] = i
  return {
    ...(Object.fromEntries(names.map((name, i) => [name, i])) as Record<Name, number>),
    find(bytes, start, end) {
      const i = end > start ? table[slotOf(bytes, start, end, factor)]! : -1
      return i >= 0 && isText(bytes, start, end, letters[i]!) ? i : -1
    },
  }
}

const slots = 1024

/** The first factor by which no two names share a slot. */
function factorThatSeparates(names: readonly Uint8Array[]): number {
  for (let factor = 1; ; factor += 2) {
    if (new Set(names.map((name) => slotOf(name, 0, name.length, factor))).size === names.length) return factor
  }
}

function slotOf(bytes: Uint8Array, start: number, end: number, factor: number): number {
  const mixed = (end - start) * 257 + bytes[end - 1]! * 31 + bytes[(start + end) >> 1]! * 7 + bytes[start]!
  return (Math.imul(mixed, factor) >>> 3) & (slots - 1)
}

/** Whether a stretch of bytes is exactly these letters. */
export function isText(bytes: Uint8Array, start: number, end: number, letters: Uint8Array): boolean {
  if (end - start !== letters.length) return false
  for (let i = 0; i < letters.length; i++) if (bytes[start + i] !== letters[i]) return false
  return true
}
