import { z } from 'zod'
import { canonicalJson, hashesAtLevel, sha256Hex, type TileAddress, tileWidth } from '../crypto/index.ts'
import { RetentionFailure } from './errors.ts'

export const volumeFormat = 'chartward-volume/1'

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const whole = z.int().min(0)

/** Below the volume's own folder: a manifest names no file elsewhere. */
const path = z.string().regex(/^[a-z0-9]+(\/[a-z0-9]+)*(\.(p\/[0-9]+|json))?$/)

const fileSchema = z.strictObject({ path, size: whole, sha256: hex, sm3: hex })
export type VolumeFile = z.infer<typeof fileSchema>

const manifestSchema = z.strictObject({
  format: z.literal(volumeFormat),
  name: z.string(),
  origin: z.string(),
  version: z.int().min(1),
  first: whole.multipleOf(tileWidth),
  end: whole.multipleOf(tileWidth),
  recordedFrom: z.iso.datetime(),
  recordedTo: z.iso.datetime(),
  /** Entries that the checkpoint beside the tiles covers; the second tree's only where it has reached this volume. */
  covered: whole,
  guomiCovered: whole.optional(),
  withheld: whole,
  /** SHA-256 of the manifest of the version that this one takes the place of. */
  replaces: hex.optional(),
  files: z.array(fileSchema).readonly(),
})
/** What a volume holds, and the digest of every file of it. `manifest.json` is its canonical JSON (RFC 8785). */
export type Manifest = z.infer<typeof manifestSchema>

const withheldSchema = z.array(z.strictObject({ from: whole, below: whole, rule: z.string(), expired: z.iso.date() }))
/** Entries [from, below) of which only the hash is left, by which rule, since when. */
export type Withheld = z.infer<typeof withheldSchema>[number]

/** For each entry of [first, end) whether only its hash is left. */
export function withheldFlags(withheld: readonly Withheld[], first: number, end: number): Uint8Array {
  const flags = new Uint8Array(end - first)
  for (const { from, below } of withheld) flags.fill(1, Math.max(0, from - first), Math.max(0, below - first))
  return flags
}

export const manifestText = (manifest: Manifest): string => canonicalJson(manifest)
export const manifestDigest = (text: string): string => sha256Hex(text)

/** @throws {RetentionFailure} `volume-damaged` */
export function parseManifest(text: string, name: string): Manifest {
  return parse(manifestSchema, text, `the manifest of volume ${name}`)
}

/** @throws {RetentionFailure} `volume-damaged` */
export function parseWithheld(text: string, name: string): readonly Withheld[] {
  return parse(withheldSchema, text, `the list of withheld entries of volume ${name}`)
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string, what: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new RetentionFailure('volume-damaged', `${what} cannot be read`, { cause })
  }
}

/** `000000262144-000000524288.v1`: names sort in the order of the ledger. */
export function volumeName(first: number, end: number, version: number): string {
  const digits = (sequence: number) => String(sequence).padStart(12, '0')
  return `${digits(first)}-${digits(end)}.v${version}`
}

/**
 * The tiles that lead from the entries [first, end) to the root over `size` entries: those that hold their hashes at each
 * level, and the last one of each level. They are enough for every inclusion proof of these entries.
 */
export function tilesOfVolume(first: number, end: number, size: number): readonly (TileAddress & { level: number })[] {
  const tiles: (TileAddress & { level: number })[] = []
  for (let level = 0; hashesAtLevel(level, size) > 0; level++) {
    const hashes = hashesAtLevel(level, size)
    const from = Math.floor(first / tileWidth ** (level + 1))
    const to = Math.floor((end - 1) / tileWidth ** (level + 1))
    const last = Math.floor((hashes - 1) / tileWidth)
    const indices = new Set<number>()
    for (let index = from; index <= Math.min(to, last); index++) indices.add(index)
    if (hashes % tileWidth !== 0) indices.add(last)
    for (const index of indices) tiles.push({ level, index, width: Math.min(tileWidth, hashes - index * tileWidth) })
  }
  return tiles
}
