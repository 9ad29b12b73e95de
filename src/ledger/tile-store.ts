import { digestSizeBytes, type SubtreeHash, type SuiteName, subtreeInTile, type TreeHashing } from '../crypto/index.ts'
import type { Queryable } from '../kernel/index.ts'
import { LedgerFailure } from './errors.ts'

/** A tile as stored: as wide as it has grown. A narrower partial tile is its beginning. */
export interface StoredTile {
  readonly level: number
  readonly index: number
  readonly width: number
  readonly hashes: Buffer
}

export interface TilePlace {
  readonly level: number
  readonly index: number
}

const placeKey = ({ level, index }: TilePlace) => `${level}/${index}`

export async function loadTiles(
  from: Queryable,
  suite: SuiteName,
  places: readonly TilePlace[],
): Promise<readonly StoredTile[]> {
  if (places.length === 0) return []
  return await from.query<StoredTile>(
    `select t.level, t.index, t.width, t.hashes
     from json_to_recordset($1::json) as place (level smallint, index bigint)
     join ledger_tile t on t.suite = $2 and t.level = place.level and t.index = place.index`,
    [JSON.stringify(places), suite],
  )
}

/** Makes tiles, or makes them wider; the database refuses to change what they hold already. */
export async function storeTiles(into: Queryable, suite: SuiteName, tiles: readonly StoredTile[]): Promise<void> {
  await into.query(
    `insert into ledger_tile (suite, level, index, width, hashes)
     select $2, level, index, width, decode(hashes, 'hex')
     from json_to_recordset($1::json) as tile (level smallint, index bigint, width smallint, hashes text)
     on conflict (suite, level, index) do update set width = excluded.width, hashes = excluded.hashes`,
    [JSON.stringify(tiles.map((tile) => ({ ...tile, hashes: tile.hashes.toString('hex') }))), suite],
  )
}

/** Hashes of perfect subtrees, out of tiles at hand. @throws {LedgerFailure} `tree-inconsistent` where one is missing. */
export function subtreesOf(tiles: readonly StoredTile[], hashing: TreeHashing): SubtreeHash {
  const byPlace = new Map(tiles.map((tile) => [placeKey(tile), tile]))
  return (height, index) => {
    const place = subtreeInTile(height, index)
    const tile = byPlace.get(placeKey(place))
    if (!tile || tile.width < place.to) {
      throw new LedgerFailure('tree-inconsistent', `tile ${placeKey(place)} is missing or too narrow`)
    }
    return perfectRoot(tile.hashes.subarray(place.from * digestSizeBytes, place.to * digestSizeBytes), hashing)
  }
}

/** Which tiles a computation over subtrees will ask for. */
export function tilesFor(compute: (subtree: SubtreeHash) => unknown): readonly TilePlace[] {
  const places = new Map<string, TilePlace>()
  const anything = Buffer.alloc(digestSizeBytes)
  compute((height, index) => {
    const { level, index: tile } = subtreeInTile(height, index)
    places.set(placeKey({ level, index: tile }), { level, index: tile })
    return anything
  })
  return [...places.values()]
}

/** The root over 2^n hashes laid side by side. */
export function perfectRoot(hashes: Buffer, hashing: TreeHashing): Buffer {
  let row = splitHashes(hashes)
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, i) => hashing.node(row[2 * i]!, row[2 * i + 1]!))
  }
  return row[0]!
}

function splitHashes(hashes: Buffer): Buffer[] {
  return Array.from({ length: hashes.length / digestSizeBytes }, (_, i) =>
    hashes.subarray(i * digestSizeBytes, (i + 1) * digestSizeBytes),
  )
}
