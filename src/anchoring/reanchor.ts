import { hash } from 'node:crypto'
import {
  type ArchiveLink,
  type ArchiveManifest,
  digestHex,
  type ImprintAlgorithm,
  linkDigest,
  manifestText,
  readManifest,
  type Timestamp,
} from '../crypto/index.ts'
import type { Queryable } from '../kernel/index.ts'
import type { PublishedCheckpoint, Tree } from '../ledger/index.ts'
import type { AnchorParts } from './anchor-round.ts'
import { askTimestamp } from './ask-timestamp.ts'
import { entriesRoot } from './entries-root.ts'
import { AnchoringFailure } from './errors.ts'
import type { OwnLog } from './own-log.ts'
import { allTimestamps } from './timestamp-store.ts'

export interface ReanchorOptions {
  /** The digest of this link: at least as strong as the one before. */
  readonly algorithm: ImprintAlgorithm
  /** Digest the bytes of every entry anew too: the hash-tree renewal. Takes minutes for tens of millions of entries. */
  readonly withEntries: boolean
  /** The checkpoint with its cosignatures, as {@link WitnessClient.cosigned} gives it. */
  readonly cosigned: (checkpoint: PublishedCheckpoint, ownLog: OwnLog) => Promise<PublishedCheckpoint>
}

export interface Reanchored {
  readonly number: number
  readonly manifest: ArchiveManifest
  readonly timestamp: Timestamp
}

const archiveLock = 0x43_57_41_52

/**
 * Makes the next link of the archive: the newest checkpoints of both logs with their cosignatures, every token there
 * is, and the link before, digested anew and stamped. An `anchor` entry tells of it, in the same transaction.
 * @throws {AnchoringFailure} `anchor-unreachable`, `timestamp-refused`, `anchoring-misconfigured` without an authority.
 */
export async function reanchor(parts: AnchorParts, options: ReanchorOptions): Promise<Reanchored> {
  const { database, ledger, clock, authority, timeoutMs = 15_000 } = parts
  if (!authority) throw new AnchoringFailure('anchoring-misconfigured', 'no time-stamp authority is configured')
  const entries = options.withEntries ? await entriesUnder(parts, options) : undefined
  return await database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [archiveLock])
    const last = (await readArchive(tx)).at(-1)
    const { algorithm } = options
    const manifest: ArchiveManifest = {
      v: 1,
      algorithm,
      ...(last && { previous: linkDigest(algorithm, last) }),
      checkpoints: await checkpointsOf(parts, options),
      timestamps: (await allTimestamps(tx)).map(({ token }) => digestHex(algorithm, token)),
      ...(entries && { entries }),
    }
    const text = manifestText(manifest)
    const imprint = { algorithm, digest: hash(algorithm, text, 'buffer') }
    const { token, timestamp } = await askTimestamp(authority, imprint, { clock, timeoutMs })
    const number = last ? last.number + 1 : 0
    await tx.query(
      `insert into ledger_archive (number, manifest, token, algorithm, stamped_at, certificates_until)
       values ($1, $2, $3, $4, $5, $6)`,
      [number, text, token, algorithm, new Date(timestamp.timeMs), new Date(timestamp.certificatesUntilMs)],
    )
    const detail = {
      archive: number,
      manifest: digestHex(algorithm, text),
      algorithm,
      time: new Date(timestamp.timeMs).toISOString(),
      authority: timestamp.authority,
    }
    await ledger.recordWithin(tx, [{ kind: 'anchor', outcome: 0, detail }])
    return { number, manifest, timestamp }
  })
}

export type StoredLink = ArchiveLink & { readonly number: number; readonly certificatesUntilMs: number }

export async function readArchive(from: Queryable): Promise<readonly StoredLink[]> {
  const rows = await from.query<{ number: number; manifest: string; token: Buffer; certificates_until: Date }>(
    'select number, manifest, token, certificates_until from ledger_archive order by number',
  )
  return rows.map(({ number, manifest, token, certificates_until }) => ({
    number,
    manifest,
    token,
    certificatesUntilMs: certificates_until.getTime(),
  }))
}

/** Whether the journal still has the very bytes that the links digested; the number of the first link that says other. */
export async function entriesDiffer(tile: Tree['tile'], links: readonly StoredLink[]): Promise<number | undefined> {
  for (const { number, manifest } of links) {
    const { algorithm, entries } = readManifest(manifest) ?? {}
    if (algorithm === undefined || entries === undefined) continue
    const root = await entriesRoot(tile, entries.size, algorithm)
    if (root.toString('hex') !== entries.root) return number
  }
  return undefined
}

async function checkpointsOf({ ownLogs }: AnchorParts, { cosigned }: ReanchorOptions) {
  const newest = await Promise.all(
    ownLogs.map(async (ownLog) => {
      const checkpoint = await ownLog.newest()
      return checkpoint && { origin: ownLog.origin, note: (await cosigned(checkpoint, ownLog)).note }
    }),
  )
  return newest.filter((each) => each !== undefined)
}

async function entriesUnder({ ownLogs }: AnchorParts, { algorithm }: ReanchorOptions) {
  const newest = await ownLogs[0]!.newest()
  if (!newest) return undefined
  return { size: newest.size, root: (await entriesRoot(ownLogs[0]!.tile, newest.size, algorithm)).toString('hex') }
}
