import {
  checkpointText,
  emptyFrontier,
  hashesAtLevel,
  type NoteSigner,
  noteSigner,
  rangeHash,
  type SuiteName,
  signNote,
  suites,
  type TileAddress,
  tilePath,
  tileWidth,
} from '../crypto/index.ts'
import { bundleOf } from './bundle.ts'

export const testOrigin = 'chartward.local/test-hospital'

/** For tests only: a log in memory, made by the plainest means there are, so that it can stand against ours. */
export async function growLog(
  bodies: readonly string[],
  options: { readonly suite?: SuiteName; readonly origin?: string; readonly signer?: NoteSigner } = {},
) {
  const { suite = 'international', origin = testOrigin } = options
  const { hashing, generatePrivateKey } = suites[suite]
  const signer = options.signer ?? noteSigner(origin, generatePrivateKey(), suites[suite])
  const leaves = bodies.map((body) => hashing.leaf(body))
  const range = (start: number, end: number): Buffer =>
    rangeHash(
      start,
      end,
      (height, index) => {
        if (height === 0) return leaves[index]!
        const from = index * 2 ** height
        const tree = emptyFrontier(hashing)
        for (const leaf of leaves.slice(from, from + 2 ** height)) tree.append(leaf)
        return tree.root()
      },
      hashing,
    )
  const root = (size: number) => (size === 0 ? hashing.emptyRoot : range(0, size))
  const tile = async ({ level, index, width }: TileAddress): Promise<Buffer | undefined> => {
    if (level === 'entries') {
      const some = bodies.slice(index * tileWidth, index * tileWidth + width)
      return Buffer.from(bundleOf(some.map((body) => Buffer.from(body))).bytes)
    }
    if (index * tileWidth + width > hashesAtLevel(level, bodies.length)) return undefined
    const span = tileWidth ** level
    return Buffer.concat(
      Array.from({ length: width }, (_, i) =>
        range((index * tileWidth + i) * span, (index * tileWidth + i + 1) * span),
      ),
    )
  }
  const note = async (size: number, by: readonly NoteSigner[] = [signer]) =>
    signNote(checkpointText({ origin, size, root: root(size) }), by)
  return {
    origin,
    suite,
    signer,
    bodies,
    leaves,
    root,
    rangeOf: range,
    note,
    tile,
    /** The log as the files that C2SP tlog-tiles lays out. */
    async files(): Promise<Map<string, Buffer>> {
      const files = new Map<string, Buffer>([['checkpoint', Buffer.from(await note(bodies.length))]])
      const add = async (level: number | 'entries', count: number) => {
        for (let from = 0; from < count; from += tileWidth) {
          const address = { level, index: from / tileWidth, width: Math.min(tileWidth, count - from) }
          files.set(tilePath(address), (await tile(address))!)
        }
      }
      await add('entries', bodies.length)
      for (let level = 0; hashesAtLevel(level, bodies.length) > 0; level++)
        await add(level, hashesAtLevel(level, bodies.length))
      return files
    },
  }
}

export type TestLog = Awaited<ReturnType<typeof growLog>>

export const pathsOf = (files: ReadonlyMap<string, Buffer>) => async (path: string) => files.get(path)
