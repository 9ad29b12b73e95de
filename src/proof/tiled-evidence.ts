import {
  CryptoFailure,
  digestSizeBytes,
  parseCheckpoint,
  type SuiteName,
  splitNote,
  type TileAddress,
  tilePath,
  tileWidth,
} from '../crypto/index.ts'
import { entryIn, openBundle } from './bundle.ts'
import { ProofFailure } from './errors.ts'
import type { Evidence, EvidenceEntries, EvidenceTree } from './evidence.ts'
import type { Words } from './verdict.ts'

/** Reads one file of a log by its path (C2SP tlog-tiles), or undefined where there is none. */
export type ReadPath = (path: string) => Promise<Uint8Array | undefined>

/** Where each tree's log lies below the prefix of the first. */
const prefixes: Readonly<Record<SuiteName, string>> = { international: '', guomi: 'sm3/' }

/**
 * A log in the layout of C2SP tlog-tiles as evidence: `checkpoint`, `tile/…` and, where entries are given,
 * `tile/entries/…`; beside it the SM3 tree under `sm3/`, and `successions`, statements between keys with a line of `-` between
 * them.
 * @throws {ProofFailure} `evidence-unreadable` where there is no checkpoint.
 */
export async function openTiledEvidence(read: ReadPath): Promise<Evidence> {
  const main = await openTree('international', read)
  if (!main) throw new ProofFailure('evidence-unreadable', 'there is no checkpoint of a log here')
  const second = await openTree('guomi', read)
  const entries =
    main.covered > 0 &&
    (await readWidest(read, { level: 'entries', index: 0, width: Math.min(main.covered, tileWidth) })) !== undefined
  // A log that grows shows its checkpoints one after the other: that of the second tree may speak of entries whose
  // bundles are not here. Of hashes each tree has its own.
  const isAhead = second !== undefined && entries && second.covered > main.covered
  const trees = second && !isAhead ? [main, second] : [main]
  const size = Math.max(...trees.map((tree) => tree.covered))
  return {
    origin: main.origin,
    size,
    trees,
    ...(entries && { entries: tiledEntries(read, size) }),
    successions: splitSuccessions(await text(read, 'successions')),
    ...(isAhead && { leftOut: [{ place: 'sm3', words: ahead }] }),
    close: async () => {},
  }
}

const ahead: Words = {
  zh: '国密树的检查点所称条目多于此处所附，未予核对',
  en: 'the checkpoint of the SM3 tree speaks of more entries than are here, and was not checked',
}

async function openTree(suite: SuiteName, read: ReadPath): Promise<EvidenceTree | undefined> {
  const prefix = prefixes[suite]
  const note = await text(read, `${prefix}checkpoint`)
  if (note === undefined) return undefined
  const checkpoint = checkpointOf(note)
  return {
    suite,
    origin: checkpoint.origin,
    covered: checkpoint.size,
    checkpoints: async function* () {
      yield { note }
    },
    tile: (address) => readWidest((path) => read(prefix + path), address),
  }
}

function checkpointOf(note: string) {
  try {
    return parseCheckpoint(splitNote(note).text)
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause
    throw new ProofFailure('evidence-unreadable', 'the checkpoint is not a signed note over one', { cause })
  }
}

function tiledEntries(read: ReadPath, size: number): EvidenceEntries {
  const bundle = (index: number, width: number) => readWidest(read, { level: 'entries', index, width })
  return {
    async stretch(index, count) {
      const bytes = await bundle(index, count)
      return bytes && { bundle: bytes, missing: [] }
    },
    async entryAt(sequence) {
      const index = Math.floor(sequence / tileWidth)
      const count = Math.min(tileWidth, size - index * tileWidth)
      const bytes = await bundle(index, count)
      const opened = bytes && openBundle(bytes, count)
      return opened && Buffer.from(entryIn(opened, sequence % tileWidth)).toString()
    },
  }
}

/**
 * A tile at the width asked for, out of the full tile where the partial one was put away since (C2SP tlog-tiles lets
 * partial tiles go once the full one is there).
 */
async function readWidest(read: ReadPath, address: TileAddress): Promise<Uint8Array | undefined> {
  const exact = await read(tilePath(address))
  if (exact || address.width === tileWidth) return exact
  const full = await read(tilePath({ ...address, width: tileWidth }))
  if (!full) return undefined
  if (address.level !== 'entries') return full.subarray(0, address.width * digestSizeBytes)
  const opened = openBundle(full, tileWidth)
  return opened && full.subarray(0, opened.starts[address.width]! - 2)
}

const separator = /^-\n/m

function splitSuccessions(joined: string | undefined): readonly string[] {
  return joined === undefined ? [] : joined.split(separator).filter((note) => note !== '')
}

async function text(read: ReadPath, path: string): Promise<string | undefined> {
  const bytes = await read(path)
  return bytes && Buffer.from(bytes).toString()
}
