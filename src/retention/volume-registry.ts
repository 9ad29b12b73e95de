import { join } from 'node:path'
import type { Queryable } from '../kernel/index.ts'
import { RetentionFailure } from './errors.ts'
import { manifestDigest } from './manifest.ts'
import { readManifest } from './volume-folder.ts'

/** A volume as the database knows it. */
export interface RegisteredVolume {
  readonly first: number
  readonly end: number
  readonly version: number
  readonly name: string
  /** The folder it was written into. */
  readonly folder: string
  /** SHA-256, hex. */
  readonly manifestSha256: string
  /** The entry that holds the same digest. */
  readonly recorded: number
  readonly recordedFrom: Date
  readonly recordedTo: Date
}

const columns = `first_sequence as first, end_sequence as "end", version, name, folder,
  encode(manifest_sha256, 'hex') as "manifestSha256", recorded_sequence as recorded,
  recorded_from as "recordedFrom", recorded_to as "recordedTo"`

/** The version that counts of each volume, in the order of the ledger. */
export async function registeredVolumes(database: Queryable): Promise<readonly RegisteredVolume[]> {
  return await database.query<RegisteredVolume>({
    name: 'retention_volumes',
    text: `select distinct on (first_sequence) ${columns} from ledger_volume order by first_sequence, version desc`,
  })
}

/** Versions that another has taken the place of: their files are to be removed. */
export async function supersededVolumes(database: Queryable): Promise<readonly RegisteredVolume[]> {
  return await database.query<RegisteredVolume>(
    `select ${columns} from ledger_volume v
     where exists (select from ledger_volume o where o.first_sequence = v.first_sequence and o.version > v.version)
     order by 1, 3`,
  )
}

/**
 * Where a volume lies now: in one of this machine's archive folders, or where it was written. A folder counts only if the
 * manifest in it is the one that the ledger names.
 * @throws {RetentionFailure} `volume-missing` naming it and where it was looked for.
 */
export async function locateVolume(volume: RegisteredVolume, archives: readonly string[]): Promise<string> {
  const places = [...new Set([...archives, volume.folder])].map((archive) => join(archive, volume.name))
  for (const place of places) {
    const found = await readManifest(place, volume.name)
    if (found && manifestDigest(found.text) === volume.manifestSha256) return place
  }
  throw new RetentionFailure(
    'volume-missing',
    `entries ${volume.first} to ${volume.end - 1} are in volume ${volume.name}, which is in none of: ${places.join(', ')}`,
  )
}
