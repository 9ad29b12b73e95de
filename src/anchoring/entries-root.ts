import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { type ImprintAlgorithm, tileWidth } from '../crypto/index.ts'
import type { Tree } from '../ledger/index.ts'
import { AnchoringFailure } from './errors.ts'

/**
 * The tree of RFC 6962 §2.1 over the bytes of all entries below `size`, by another digest: H(0x00‖entry), H(0x01‖l‖r).
 * @param tile gives bundles of entries, wherever these are kept now.
 * @throws {AnchoringFailure} `ledger-incomplete` where the bytes of an entry are nowhere any more.
 */
export async function entriesRoot(tile: Tree['tile'], size: number, algorithm: ImprintAlgorithm): Promise<Buffer> {
  const tree = growingTree(algorithm)
  for (let index = 0; index * tileWidth < size; index++) {
    const width = Math.min(tileWidth, size - index * tileWidth)
    const bundle = await tile({ level: 'entries', index, width })
    if (!bundle) {
      throw new AnchoringFailure('ledger-incomplete', `the bytes of entries from ${index * tileWidth} on are not there`)
    }
    for (const entry of entriesOf(bundle)) tree.append(entry)
    await setImmediate()
  }
  return tree.root()
}

/** C2SP tlog-tiles: each entry after its length as uint16, big-endian. */
function* entriesOf(bundle: Buffer): Generator<Buffer> {
  for (let at = 0; at < bundle.length; ) {
    const end = at + 2 + bundle.readUInt16BE(at)
    yield bundle.subarray(at + 2, end)
    at = end
  }
}

/** Keeps the roots of the perfect subtrees, largest first. */
function growingTree(algorithm: ImprintAlgorithm) {
  const leaf = (entry: Buffer) => hash(algorithm, Buffer.concat([leafPrefix, entry]), 'buffer')
  const node = (left: Buffer, right: Buffer) => hash(algorithm, Buffer.concat([nodePrefix, left, right]), 'buffer')
  const perfect: Buffer[] = []
  let size = 0
  return {
    append(entry: Buffer): void {
      let root = leaf(entry)
      for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) root = node(perfect.pop()!, root)
      perfect.push(root)
      size += 1
    },
    root(): Buffer {
      const [last, ...others] = perfect.toReversed()
      return others.reduce((right, left) => node(left, right), last ?? hash(algorithm, '', 'buffer'))
    },
  }
}

const leafPrefix = Buffer.from([0])
const nodePrefix = Buffer.from([1])
