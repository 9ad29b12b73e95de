import { digestSizeBytes, tilePath, tileWidth } from '../crypto/index.ts'
import type { Queryable } from '../kernel/index.ts'
import type { ArchivedEntries, ArchivedEntry } from '../ledger/index.ts'
import { bodiesIn } from './bundle.ts'
import { readVolumeFile } from './check-volume.ts'
import { RetentionFailure } from './errors.ts'
import { locateVolume, type RegisteredVolume, registeredVolumes } from './volume-registry.ts'
import { prefixOf } from './write-volume.ts'

export interface ArchiveOptions {
  readonly database: Queryable
  /** Folders in which volumes are looked for, beside the one each was written into. */
  readonly archives: readonly string[]
}

/** Entries out of their volumes. A bundle of 256 is read for each of them; bundles of one call are read once. */
export function openArchive({ database, archives }: ArchiveOptions): ArchivedEntries {
  /** By name: a volume's manifest is held against the ledger once, not at each reading. */
  const located = new Map<string, string>()

  const placeOf = async (volume: RegisteredVolume): Promise<string> => {
    const known = located.get(volume.name)
    if (known !== undefined) return known
    const place = await locateVolume(volume, archives)
    located.set(volume.name, place)
    return place
  }

  const bundleAt = async (volume: RegisteredVolume, index: number): Promise<readonly ArchivedEntry[]> => {
    const place = await placeOf(volume)
    const file = (level: number | 'entries', prefix = '') =>
      readVolumeFile(place, volume.name, prefix + tilePath({ level, index, width: tileWidth }))
    const [bundle, leaves] = await Promise.all([file('entries'), file(0)])
    const bodies = bodiesIn(bundle)
    if (!bodies || leaves.length !== tileWidth * digestSizeBytes) {
      throw new RetentionFailure('volume-damaged', `volume ${volume.name}: bundle ${index} is not what was written`)
    }
    const sm3Leaves = bodies.includes(undefined) ? await file(0, prefixOf.guomi) : undefined
    return bodies.map((body, i) => {
      const hash = (of: Buffer) => of.subarray(i * digestSizeBytes, (i + 1) * digestSizeBytes)
      return {
        sequence: index * tileWidth + i,
        leafHash: hash(leaves),
        ...(body !== undefined && { body }),
        ...(body === undefined && sm3Leaves && { sm3LeafHash: hash(sm3Leaves) }),
      }
    })
  }

  const read = async (sequences: readonly number[], through: Queryable): Promise<readonly ArchivedEntry[]> => {
    const volumes = await registeredVolumes(through)
    const bundles = new Map<number, readonly ArchivedEntry[]>()
    const found: ArchivedEntry[] = []
    for (const sequence of sequences) {
      const volume = volumes.find(({ first, end }) => sequence >= first && sequence < end)
      if (!volume) continue
      const index = Math.floor(sequence / tileWidth)
      const entries = bundles.get(index) ?? (await bundleAt(volume, index))
      bundles.set(index, entries)
      found.push(entries[sequence % tileWidth]!)
    }
    return found
  }

  return {
    async at(sequences, through = database) {
      try {
        return await read(sequences, through)
      } catch (error) {
        if (!(error instanceof RetentionFailure)) throw error
        // A newer version may have taken its place meanwhile, or its storage was mounted elsewhere: look once more.
        located.clear()
        return await read(sequences, database)
      }
    },
  }
}
