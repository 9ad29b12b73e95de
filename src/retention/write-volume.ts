import {
  digestSizeBytes,
  leafHash,
  parseCheckpoint,
  type SuiteName,
  sm3Tree,
  splitNote,
  tilePath,
  tileWidth,
  withCosignatures,
} from '../crypto/index.ts'
import type { Queryable } from '../kernel/index.ts'
import { type JournalPartition, loadTiles } from '../ledger/index.ts'
import { bundleOf } from './bundle.ts'
import { RetentionFailure } from './errors.ts'
import { type Manifest, manifestText, tilesOfVolume, volumeFormat, volumeName } from './manifest.ts'
import type { VolumeDraft } from './volume-folder.ts'

/** Where each suite's files lie in a volume, as they do in the log it is a part of. */
export const prefixOf: Readonly<Record<SuiteName, string>> = { international: '', guomi: 'sm3/' }

/** The newest checkpoint of each tree, with the cosignatures under it. */
export interface CoveringCheckpoints {
  readonly international: CoveringCheckpoint
  readonly guomi?: CoveringCheckpoint
}
export interface CoveringCheckpoint {
  readonly size: number
  readonly note: string
}

const tables: Readonly<Record<SuiteName, string>> = {
  international: 'ledger_checkpoint',
  guomi: 'ledger_guomi_checkpoint',
}

/** @returns undefined while no checkpoint of this suite covers `end` entries. */
export async function coveringCheckpoint(
  database: Queryable,
  suite: SuiteName,
  end: number,
): Promise<CoveringCheckpoint | undefined> {
  const [row] = await database.query<CoveringCheckpoint>(
    `select size, note from ${tables[suite]} where size >= $1 order by size desc limit 1`,
    [end],
  )
  if (!row) return undefined
  const { origin } = parseCheckpoint(splitNote(row.note).text)
  const lines = await database.query<{ line: string }>(
    'select line from ledger_cosignature where origin = $1 and size = $2 order by cosigned_at, witness',
    [origin, row.size],
  )
  return {
    size: row.size,
    note:
      lines.length === 0
        ? row.note
        : withCosignatures(
            row.note,
            lines.map((one) => one.line),
          ),
  }
}

export interface VolumeWriting {
  readonly database: Queryable
  readonly origin: string
  readonly partition: Pick<JournalPartition, 'first' | 'end'>
  readonly checkpoints: CoveringCheckpoints
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Writes a partition as a part of a C2SP tlog-tiles log: bundles of entries, the hashes that lead to the root, and the
 * checkpoint over it. Each body is held against its leaf hash in the signed tree on the way.
 * @throws {RetentionFailure} `partition-damaged`
 */
export async function writeVolume(draft: VolumeDraft, writing: VolumeWriting): Promise<Manifest> {
  const { database, origin, partition, checkpoints, onProgress } = writing
  const { first, end } = partition
  let [earliest, latest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

  for (let at = first; at < end; at += tileWidth) {
    const rows = await database.query<{ body: string; recorded: Date }>(
      {
        name: 'retention_bodies',
        text: `select body, (body::json ->> 'recorded')::timestamptz as recorded from ledger_entry
               where sequence >= $1 and sequence < $2 order by sequence`,
      },
      [at, at + tileWidth],
    )
    const [tile] = await loadTiles(database, 'international', [{ level: 0, index: at / tileWidth }])
    const leaves = Buffer.concat(rows.map(({ body }) => leafHash(body)))
    if (leaves.length !== tileWidth * digestSizeBytes || !tile?.hashes.equals(leaves)) {
      const bad = firstDifference(leaves, tile?.hashes)
      throw new RetentionFailure('partition-damaged', `entry ${at + bad} is not the one the signed tree was made of`)
    }
    await draft.write(
      tilePath({ level: 'entries', index: at / tileWidth, width: tileWidth }),
      bundleOf(rows.map((row) => row.body)),
    )
    await draft.write(
      prefixOf.guomi + tilePath({ level: 0, index: at / tileWidth, width: tileWidth }),
      Buffer.concat(rows.map(({ body }) => sm3Tree.leaf(body))),
    )
    for (const { recorded } of rows) {
      earliest = Math.min(earliest, recorded.getTime())
      latest = Math.max(latest, recorded.getTime())
    }
    onProgress?.(at + tileWidth - first, end - first)
  }

  for (const suite of ['international', 'guomi'] as const) {
    const covering = checkpoints[suite]
    if (covering) await writeTree(draft, database, suite, { first, end, ...covering })
  }
  await draft.write('checkpoints', await notesWithin(database, first, end))

  return {
    format: volumeFormat,
    name: volumeName(first, end, 1),
    origin,
    version: 1,
    first,
    end,
    recordedFrom: new Date(earliest).toISOString(),
    recordedTo: new Date(latest).toISOString(),
    covered: checkpoints.international.size,
    ...(checkpoints.guomi && { guomiCovered: checkpoints.guomi.size }),
    withheld: 0,
    files: draft.files,
  }
}

/** Ends a draft with its manifest. @returns the SHA-256 of the manifest, hex. */
export async function finishVolume(draft: VolumeDraft, manifest: Manifest): Promise<string> {
  const text = manifestText(manifest)
  await draft.finish(text)
  return text
}

async function writeTree(
  draft: VolumeDraft,
  database: Queryable,
  suite: SuiteName,
  { first, end, size, note }: { readonly first: number; readonly end: number } & CoveringCheckpoint,
): Promise<void> {
  await draft.write(`${prefixOf[suite]}checkpoint`, note)
  const written = new Set(draft.files.map((file) => file.path))
  const places = tilesOfVolume(first, end, size)
  for (let at = 0; at < places.length; at += 64) {
    const some = places.slice(at, at + 64)
    const tiles = await loadTiles(database, suite, some)
    for (const place of some) {
      const path = prefixOf[suite] + tilePath(place)
      const tile = tiles.find(({ level, index }) => level === place.level && index === place.index)
      if (!tile || tile.width < place.width) {
        throw new RetentionFailure('partition-damaged', `tile ${path} is missing or too narrow`)
      }
      if (!written.has(path)) await draft.write(path, tile.hashes.subarray(0, place.width * digestSizeBytes))
    }
  }
}

/** Every checkpoint signed while these entries came, one after the other with a line of `-` between them. */
async function notesWithin(database: Queryable, first: number, end: number): Promise<string> {
  const rows = await database.query<{ note: string }>(
    'select note from ledger_checkpoint where size > $1 and size <= $2 order by size',
    [first, end],
  )
  return rows.map((row) => row.note).join('-\n')
}

function firstDifference(leaves: Buffer, tile: Buffer | undefined): number {
  for (let i = 0; i < tileWidth; i++) {
    const at = i * digestSizeBytes
    const leaf = leaves.subarray(at, at + digestSizeBytes)
    if (leaf.length < digestSizeBytes || !tile?.subarray(at, at + digestSizeBytes).equals(leaf)) return i
  }
  return 0
}
