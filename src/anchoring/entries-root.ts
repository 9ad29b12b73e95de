import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { ImprintAlgorithm } from '../crypto/index.ts'
import type { Database } from '../kernel/index.ts'
import { AnchoringFailure } from './errors.ts'

const stepSize = 2_000

/** The tree of RFC 6962 §2.1 over the bytes of all entries below `size`, by another digest: H(0x00‖entry), H(0x01‖l‖r). */
export async function entriesRoot(database: Database, size: number, algorithm: ImprintAlgorithm): Promise<Buffer> {
  const tree = growingTree(algorithm)
  for (let from = 0; from < size; from += stepSize) {
    const to = Math.min(size, from + stepSize)
    const rows = await database.query<{ body: string }>(
      {
        name: 'anchoring_bodies',
        text: 'select body from ledger_entry where sequence >= $1 and sequence < $2 order by sequence',
      },
      [from, to],
    )
    if (rows.length !== to - from) {
      throw new AnchoringFailure('ledger-incomplete', `entries are missing between ${from} and ${to}`)
    }
    for (const { body } of rows) tree.append(body)
    await setImmediate()
  }
  return tree.root()
}

/** Keeps the roots of the perfect subtrees, largest first. */
function growingTree(algorithm: ImprintAlgorithm) {
  const leaf = (entry: string) => hash(algorithm, `\0${entry}`, 'buffer')
  const node = (left: Buffer, right: Buffer) => hash(algorithm, Buffer.concat([nodePrefix, left, right]), 'buffer')
  const perfect: Buffer[] = []
  let size = 0
  return {
    append(entry: string): void {
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

const nodePrefix = Buffer.from([1])
