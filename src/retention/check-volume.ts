import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Checkpoint,
  CryptoFailure,
  digestSizeBytes,
  leafHash,
  type NoteVerifier,
  openNote,
  parseCheckpoint,
  rangeHash,
  type SuiteName,
  sha256Hex,
  sm3,
  sm3Tree,
  suites,
  tilePath,
  tileWidth,
} from '../crypto/index.ts'
import { guomiOrigin, perfectRoot, type StoredTile, subtreesOf } from '../ledger/index.ts'
import { bodiesIn } from './bundle.ts'
import { RetentionFailure } from './errors.ts'
import {
  type Manifest,
  manifestDigest,
  parseWithheld,
  tilesOfVolume,
  type Withheld,
  withheldFlags,
} from './manifest.ts'
import { readManifest } from './volume-folder.ts'
import { prefixOf } from './write-volume.ts'

export interface VolumeCheck {
  readonly folder: string
  readonly name: string
  readonly origin: string
  /** Keys of the log, the present one and those before. */
  readonly verifiers: readonly NoteVerifier[]
  /** SHA-256 of the manifest as the ledger has it, hex; absent while that is not recorded yet. */
  readonly manifestSha256?: string
  readonly onProgress?: (done: number, total: number) => void
}

export interface CheckedVolume {
  readonly manifest: Manifest
  readonly manifestSha256: string
  readonly withheld: readonly Withheld[]
}

/**
 * Reads a volume back and believes nothing of it: the manifest against the ledger, each file against the manifest,
 * each entry against the tile of its hash, each tile against the one above, and those against a signed checkpoint.
 * @throws {RetentionFailure} `volume-damaged` saying which file; `volume-missing`.
 */
export async function checkVolume(check: VolumeCheck): Promise<CheckedVolume> {
  const { folder, name, origin } = check
  const found = await readManifest(folder, name)
  if (!found) throw new RetentionFailure('volume-missing', `volume ${name} is not in ${folder}`)
  const { text, manifest } = found
  const manifestSha256 = manifestDigest(text)
  const fits =
    manifest.name === name &&
    manifest.origin === origin &&
    (check.manifestSha256 === undefined || check.manifestSha256 === manifestSha256)
  if (!fits) throw damaged(name, 'manifest.json')

  for (const { path, size, sha256, sm3: sm3Hex } of manifest.files) {
    const bytes = await readVolumeFile(folder, name, path)
    if (bytes.length !== size || sha256Hex(bytes) !== sha256 || sm3(bytes).toString('hex') !== sm3Hex) {
      throw damaged(name, path)
    }
  }
  const withheld =
    manifest.withheld === 0 ? [] : parseWithheld((await readVolumeFile(folder, name, 'withheld.json')).toString(), name)
  if (withheld.reduce((sum, { from, below }) => sum + below - from, 0) !== manifest.withheld) {
    throw damaged(name, 'withheld.json')
  }

  await checkTree(check, manifest, 'international', manifest.covered)
  if (manifest.guomiCovered !== undefined) await checkTree(check, manifest, 'guomi', manifest.guomiCovered)
  await checkEntries(check, manifest, withheld)
  return { manifest, manifestSha256, withheld }
}

async function checkTree(
  { folder, name, origin, verifiers }: VolumeCheck,
  { first, end }: Manifest,
  suite: SuiteName,
  size: number,
): Promise<void> {
  const { hashing } = suites[suite]
  const prefix = prefixOf[suite]
  const note = (await readVolumeFile(folder, name, `${prefix}checkpoint`)).toString()
  const checkpoint = signedCheckpoint(note, verifiers)
  const itsOrigin = suite === 'guomi' ? guomiOrigin(origin) : origin
  if (checkpoint?.origin !== itsOrigin || checkpoint.size !== size || size < end) {
    throw damaged(name, `${prefix}checkpoint`)
  }
  const tiles = new Map<string, StoredTile>()
  const placeOf = (level: number, index: number) => `${level}/${index}`
  for (const place of tilesOfVolume(first, end, size)) {
    const hashes = await readVolumeFile(folder, name, prefix + tilePath(place))
    if (hashes.length !== place.width * digestSizeBytes) throw damaged(name, prefix + tilePath(place))
    tiles.set(placeOf(place.level, place.index), { ...place, hashes })
  }
  for (const { level, index, width, hashes } of tiles.values()) {
    if (width < tileWidth) continue
    const above = tiles.get(placeOf(level + 1, Math.floor(index / tileWidth)))
    const at = (index % tileWidth) * digestSizeBytes
    if (!above?.hashes.subarray(at, at + digestSizeBytes).equals(perfectRoot(hashes, hashing))) {
      throw damaged(name, prefix + tilePath({ level, index, width }))
    }
  }
  if (!rangeHash(0, size, subtreesOf([...tiles.values()], hashing), hashing).equals(checkpoint.root)) {
    throw damaged(name, `${prefix}checkpoint`)
  }
}

async function checkEntries(
  { folder, name, onProgress }: VolumeCheck,
  { first, end }: Manifest,
  withheld: readonly Withheld[],
): Promise<void> {
  const flags = withheldFlags(withheld, first, end)
  for (let at = first; at < end; at += tileWidth) {
    const [index, width] = [at / tileWidth, tileWidth]
    const path = tilePath({ level: 'entries', index, width })
    const bodies = bodiesIn(await readVolumeFile(folder, name, path))
    const leaves = await readVolumeFile(folder, name, tilePath({ level: 0, index, width }))
    const sm3Leaves = await readVolumeFile(folder, name, prefixOf.guomi + tilePath({ level: 0, index, width }))
    const holds = bodies?.every((body, i) => {
      const isWithheld = flags[at + i - first] === 1
      if (body === undefined) return isWithheld
      const place = [i * digestSizeBytes, (i + 1) * digestSizeBytes] as const
      return (
        !isWithheld &&
        leafHash(body).equals(leaves.subarray(...place)) &&
        sm3Tree.leaf(body).equals(sm3Leaves.subarray(...place))
      )
    })
    if (!holds) throw damaged(name, path)
    onProgress?.(at + tileWidth - first, end - first)
  }
}

export async function readVolumeFile(folder: string, name: string, path: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, path))
  } catch (cause) {
    throw new RetentionFailure('volume-damaged', `volume ${name}: ${path} cannot be read`, { cause })
  }
}

function signedCheckpoint(note: string, verifiers: readonly NoteVerifier[]): Checkpoint | undefined {
  try {
    return parseCheckpoint(openNote(note, verifiers).text)
  } catch (error) {
    if (error instanceof CryptoFailure) return undefined
    throw error
  }
}

const damaged = (name: string, path: string) =>
  new RetentionFailure('volume-damaged', `volume ${name}: ${path} is not what was written`)
