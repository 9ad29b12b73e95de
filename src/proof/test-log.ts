import {
  checkpointText,
  emptyFrontier,
  hashesAtLevel,
  international,
  leafHash,
  noteSigner,
  rangeHash,
  signNote,
  type TileAddress,
  tileWidth,
} from '../crypto/index.ts'

/** For tests only: a log in memory, made by the plainest means there are, so that it can stand against ours. */
export async function growLog(bodies: readonly string[], origin = 'chartward.local/test-hospital') {
  const signer = noteSigner(origin, international.generatePrivateKey())
  const leaves = bodies.map((body) => leafHash(body))
  const range = (start: number, end: number): Buffer =>
    rangeHash(start, end, (height, index) => {
      if (height === 0) return leaves[index]!
      const from = index * 2 ** height
      const tree = emptyFrontier()
      for (const leaf of leaves.slice(from, from + 2 ** height)) tree.append(leaf)
      return tree.root()
    })
  return {
    origin,
    signer,
    bodies,
    leaves,
    note: async (size: number) => signNote(checkpointText({ origin, size, root: range(0, size) }), [signer]),
    async tile({ level, index, width }: TileAddress): Promise<Buffer | undefined> {
      if (level === 'entries') {
        return Buffer.concat(bodies.slice(index * tileWidth, index * tileWidth + width).map(lengthPrefixed))
      }
      if (index * tileWidth + width > hashesAtLevel(level, bodies.length)) return undefined
      const span = tileWidth ** level
      return Buffer.concat(
        Array.from({ length: width }, (_, i) => {
          const at = (index * tileWidth + i) * span
          return range(at, at + span)
        }),
      )
    },
  }
}

export function lengthPrefixed(body: string): Buffer {
  const bytes = Buffer.from(body)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}
