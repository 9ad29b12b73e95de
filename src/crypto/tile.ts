/**
 * Tiles of a transparency log (https://c2sp.org/tlog-tiles): a tile holds up to 256 hashes; a hash at level l is the
 * Merkle tree hash of 256^l entries. Entry bundles lie beside level 0, 256 entries each.
 */
export const tileWidth = 256
const tileHeight = 8

export interface TileAddress {
  /** 0 to 63, or the entries themselves. */
  readonly level: number | 'entries'
  readonly index: number
  /** 1 to 256; below 256 the tile is partial. */
  readonly width: number
}

/** The path below the log's prefix, e.g. `tile/0/x001/x234/067.p/112`. */
export function tilePath({ level, index, width }: TileAddress): string {
  const partial = width === tileWidth ? '' : `.p/${width}`
  return `tile/${level}/${indexPath(index)}${partial}`
}

/** @returns undefined for every path that {@link tilePath} would not have made: paths come from anyone. */
export function parseTilePath(path: string): TileAddress | undefined {
  const match = /^tile\/([0-9]{1,2}|entries)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path)
  if (!match) return undefined
  const level = match[1] === 'entries' ? 'entries' : Number(match[1])
  const address = {
    level,
    index: Number(match[2]!.replaceAll(/[x/]/g, '')),
    width: match[3] === undefined ? tileWidth : Number(match[3]),
  } as const
  if (address.level !== 'entries' && address.level > 63) return undefined
  if (address.width < 1 || !Number.isSafeInteger(address.index)) return undefined
  return tilePath(address) === path ? address : undefined
}

/** Groups of three digits, all but the last with an `x` before them: 1234067 is `x001/x234/067`. */
function indexPath(index: number): string {
  let path = String(index % 1000).padStart(3, '0')
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`
  }
  return path
}

/** How many hashes level `level` has in a tree of `size` entries. */
export function hashesAtLevel(level: number, size: number): number {
  return Math.floor(size / tileWidth ** level)
}

/** Where the perfect subtree over [index * 2^height, (index + 1) * 2^height) lies: hashes [from, to) of one tile. */
export function subtreeInTile(
  height: number,
  index: number,
): { readonly level: number; readonly index: number; readonly from: number; readonly to: number } {
  const level = Math.floor(height / tileHeight)
  const count = 2 ** (height % tileHeight)
  const from = index * count
  const tile = Math.floor(from / tileWidth)
  return { level, index: tile, from: from - tile * tileWidth, to: from - tile * tileWidth + count }
}
