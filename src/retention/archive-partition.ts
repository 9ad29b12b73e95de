import { join } from 'node:path'
import type { NoteVerifier } from '../crypto/index.ts'
import type { Database } from '../kernel/index.ts'
import { type JournalPartition, journalPartitions, type Ledger, monthOf, projectionState } from '../ledger/index.ts'
import { checkVolume } from './check-volume.ts'
import { RetentionFailure } from './errors.ts'
import { volumeName } from './manifest.ts'
import type { Operator } from './operator.ts'
import { inRetentionTurn } from './retention-turn.ts'
import { draftVolume, makeReadOnly, readManifest, removeDrafts } from './volume-folder.ts'
import { type CoveringCheckpoints, coveringCheckpoint, finishVolume, writeVolume } from './write-volume.ts'

export interface ArchivingOptions {
  readonly database: Database
  readonly ledger: Ledger
  readonly origin: string
  readonly verifiers: readonly NoteVerifier[]
  /** The folder that volumes are written into. */
  readonly archive: string
  readonly operator: Operator
  readonly onProgress?: (volume: string, done: number, total: number) => void
}

/** Why a partition stays in the database for now. */
export type StaysBecause =
  | 'not-closed'
  /** Entries of it were recorded in the month named or later. */
  | 'too-new'
  | 'not-covered'
  /** The tree over SM3 is being made, and has not come this far. */
  | 'second-tree-behind'
  | 'not-traced'
  /** The uses in it have not been reconciled with what was counted (completeness). */
  | 'not-judged'

export interface Candidate {
  readonly partition: JournalPartition
  readonly recordedTo?: Date
  readonly stays?: StaysBecause
}

export interface Archived {
  readonly volume: string
  readonly first: number
  readonly end: number
  readonly manifestSha256: string
  /** Sequence of the entry that tells of it. */
  readonly recorded: number
}

/**
 * Every partition in the database, and which may leave it: all of whose entries are older than `beforeMonth` (2026-01).
 * Times are those of the last entry; entries of several processes may stand a little out of order.
 */
export async function archivable(database: Database, beforeMonth: string): Promise<readonly Candidate[]> {
  const { projected } = await projectionState(database)
  const [covered] = await database.query<{ international: number; guomi: number; judged: number }>(
    `select coalesce((select max(size) from ledger_checkpoint), 0) as international,
       coalesce((select max(size) from ledger_guomi_checkpoint), 0) as guomi,
       (select judged_upto from completeness_head) as judged`,
  )
  const candidates: Candidate[] = []
  for (const partition of await journalPartitions(database)) {
    if (!partition.closed) {
      candidates.push({ partition, stays: 'not-closed' })
      continue
    }
    const [last] = await database.query<{ recorded: Date }>(
      `select (body::json ->> 'recorded')::timestamptz as recorded from ledger_entry where sequence = $1`,
      [partition.end - 1],
    )
    const stays =
      last === undefined || monthOf(last.recorded.getTime()) >= beforeMonth
        ? 'too-new'
        : covered!.international < partition.end
          ? 'not-covered'
          : covered!.guomi > 0 && covered!.guomi < partition.end
            ? 'second-tree-behind'
            : projected < partition.end
              ? 'not-traced'
              : covered!.judged < partition.end
                ? 'not-judged'
                : undefined
    candidates.push({ partition, ...(last && { recordedTo: last.recorded }), ...(stays && { stays }) })
  }
  return candidates
}

/**
 * Moves partitions to the archive, oldest first. Each is written, made durable, read back and verified against the signed
 * tree; only then, in one transaction, the ledger tells of it and the partition leaves the database. A process that
 * ends at any moment leaves the partition, or the volume, whole.
 * @throws {RetentionFailure} `partition-damaged`, `volume-damaged`, `retention-busy`, `journal-in-use`.
 */
export async function archivePartitions(beforeMonth: string, options: ArchivingOptions): Promise<readonly Archived[]> {
  return await inRetentionTurn(options.database, async () => {
    await removeDrafts(options.archive)
    const archived: Archived[] = []
    for (const { partition, stays } of await archivable(options.database, beforeMonth)) {
      if (stays === undefined) archived.push(await archiveOne(partition, options))
    }
    return archived
  })
}

async function archiveOne(partition: JournalPartition, options: ArchivingOptions): Promise<Archived> {
  const { archive, origin, verifiers } = options
  const { first, end } = partition
  const name = volumeName(first, end, 1)
  // A volume of that name was finished by a process that ended before it could release the partition.
  if (await readManifest(join(archive, name), name)) await makeReadOnly(join(archive, name))
  else await write(name, partition, options)
  const { manifest, manifestSha256 } = await checkVolume({
    folder: join(archive, name),
    name,
    origin,
    verifiers,
    ...reporting(options, name),
  })
  const recorded = await release(
    { name, first, end, manifestSha256, from: manifest.recordedFrom, to: manifest.recordedTo },
    options,
  )
  return { volume: name, first, end, manifestSha256, recorded }
}

async function write(name: string, partition: JournalPartition, options: ArchivingOptions): Promise<void> {
  const { database, archive, origin } = options
  const draft = await draftVolume(archive, name)
  try {
    const checkpoints = await checkpointsOver(partition.end, options)
    const manifest = await writeVolume(draft, { database, origin, partition, checkpoints, ...reporting(options, name) })
    await finishVolume(draft, manifest)
  } catch (error) {
    await draft.discard().catch(() => {})
    throw error
  }
}

async function checkpointsOver(end: number, { database }: ArchivingOptions): Promise<CoveringCheckpoints> {
  const [international, guomi] = await Promise.all([
    coveringCheckpoint(database, 'international', end),
    coveringCheckpoint(database, 'guomi', end),
  ])
  if (!international) throw new RetentionFailure('partition-damaged', `no checkpoint covers ${end} entries`)
  return { international, ...(guomi && { guomi }) }
}

interface Leaving {
  readonly name: string
  readonly first: number
  readonly end: number
  readonly manifestSha256: string
  readonly from: string
  readonly to: string
}

/** PostgreSQL looks for a deadlock after a second; we give way before, and come again. */
const waitMs = 900
const attempts = 20

async function release(leaving: Leaving, options: ArchivingOptions): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await releaseOnce(leaving, options)
    } catch (error) {
      if ((error as { code?: unknown }).code !== lockNotAvailable) throw error
      if (attempt === attempts) {
        throw new RetentionFailure('journal-in-use', `readers hold the journal; ${leaving.name} waits`, {
          cause: error,
        })
      }
    }
    await new Promise((next) => setTimeout(next, 100 * attempt))
  }
}

const lockNotAvailable = '55P03'

/** The entry comes first: it takes the head, as every append does, so that only readers can be in the way of the rest. */
async function releaseOnce(
  { name, first, end, manifestSha256, from, to }: Leaving,
  { database, ledger, archive, operator }: ArchivingOptions,
): Promise<number> {
  return await database.transaction(async (tx) => {
    await tx.query(`set local lock_timeout = ${waitMs}`)
    const [receipt] = await ledger.recordWithin(tx, [
      {
        kind: 'system',
        outcome: 0,
        detail: { event: 'archived', volume: name, first, end, manifest: manifestSha256, operator },
      },
    ])
    await tx.query(`select ledger_release_partition($1, $2, $3, decode($4, 'hex'), $5, $6, $7)`, [
      first,
      name,
      archive,
      manifestSha256,
      receipt!.sequence,
      from,
      to,
    ])
    return receipt!.sequence
  })
}

function reporting({ onProgress }: ArchivingOptions, name: string) {
  return onProgress ? { onProgress: (done: number, total: number) => onProgress(name, done, total) } : {}
}
