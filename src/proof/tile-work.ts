import { type SuiteName, tileWidth } from '../crypto/index.ts'
import { entryIn, openBundle } from './bundle.ts'
import { type EntryFacts, flag, readFacts } from './entry-facts.ts'
import { entryReader } from './entry-reader.ts'

import { openTileHasher, type TileHasher } from './tile-hasher.ts'

/** One tile's worth of entries, to be hashed and read. Plain data: it crosses to another thread. */
export interface TileJob {
  readonly bundle: Uint8Array
  readonly count: number
  readonly suites: readonly SuiteName[]
}

export interface TileDigest {
  /** Leaf hashes side by side; undefined for a suite that was not asked for. */
  readonly leaves: Readonly<Partial<Record<SuiteName, Uint8Array>>>
  /** Over all leaves, where the tile is full. */
  readonly roots: Readonly<Partial<Record<SuiteName, Uint8Array>>>
  /** {@link EntryFacts} in their buffer. */
  readonly facts: ArrayBuffer
  /** Entries whose body a rule has to read: place in the tile, and text. */
  readonly speaking: readonly (readonly [index: number, body: string])[]
}

/** @returns a function that answers undefined for bytes that are not `count` entries. */
export function tileWork(): (job: TileJob) => TileDigest | undefined {
  const hashers = new Map<SuiteName, TileHasher>()
  const read = entryReader()
  const hasherOf = (suite: SuiteName) => {
    const hasher = hashers.get(suite) ?? openTileHasher(suite)
    hashers.set(suite, hasher)
    return hasher
  }
  return ({ bundle: bytes, count, suites }) => {
    const bundle = openBundle(bytes, count)
    if (!bundle) return undefined
    const facts = readFacts(bundle, read)
    const speaking = speakingIn(facts).map((i) => [i, Buffer.from(entryIn(bundle, i)).toString()] as const)
    const leaves: Partial<Record<SuiteName, Uint8Array>> = {}
    const roots: Partial<Record<SuiteName, Uint8Array>> = {}
    for (const suite of suites) {
      const hasher = hasherOf(suite)
      const hashes = hasher.leaves(bundle)
      leaves[suite] = hashes
      if (count === tileWidth) roots[suite] = hasher.root(hashes)
    }
    return { leaves, roots, facts: facts.buffer, speaking }
  }
}

function speakingIn({ count, flags }: EntryFacts): number[] {
  const found: number[] = []
  for (let i = 0; i < count; i++) if ((flags[i]! & flag.speaks) !== 0) found.push(i)
  return found
}
