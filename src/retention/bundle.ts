import { tileWidth } from '../crypto/index.ts'

/** Entries as C2SP tlog-tiles bundles them, each after its length (uint16, big-endian); one whose body expired is empty. */
export function bundleOf(bodies: readonly (string | undefined)[]): Buffer {
  return Buffer.concat(
    bodies.flatMap((body) => {
      const bytes = Buffer.from(body ?? '')
      const length = Buffer.alloc(2)
      length.writeUInt16BE(bytes.length)
      return [length, bytes]
    }),
  )
}

/** @returns the bodies of a full bundle; undefined when the bytes are not exactly 256 entries. */
export function bodiesIn(bundle: Buffer): readonly (string | undefined)[] | undefined {
  const bodies: (string | undefined)[] = []
  let at = 0
  while (at + 2 <= bundle.length) {
    const end = at + 2 + bundle.readUInt16BE(at)
    if (end > bundle.length) return undefined
    bodies.push(end === at + 2 ? undefined : bundle.toString('utf8', at + 2, end))
    at = end
  }
  return at === bundle.length && bodies.length === tileWidth ? bodies : undefined
}
