import { dirname, join } from 'node:path'
import { canonicalJson, type NoteVerifier, sha256Hex, tilePath, tileWidth } from '../crypto/index.ts'
import type { Clock, Database } from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { bodiesIn, bundleOf } from './bundle.ts'
import { type CheckedVolume, checkVolume, readVolumeFile } from './check-volume.ts'
import { requireTrustedClock } from './clock-agreement.ts'
import { type ExpirySources, planExpiry, type VolumePlan } from './expiry-plan.ts'
import { type Manifest, manifestDigest, manifestText, volumeName, type Withheld, withheldFlags } from './manifest.ts'
import type { Operator } from './operator.ts'
import { inRetentionTurn } from './retention-turn.ts'
import { draftVolume, readManifest, removeDrafts, removeVolume } from './volume-folder.ts'
import { locateVolume, type RegisteredVolume, supersededVolumes } from './volume-registry.ts'

export interface ExpiringOptions extends ExpirySources {
  readonly database: Database
  readonly ledger: Ledger
  readonly origin: string
  readonly verifiers: readonly NoteVerifier[]
  /** Folders in which volumes are looked for, beside the one each was written into. */
  readonly archives: readonly string[]
  readonly operator: Operator
  readonly clock: Clock
  readonly onProgress?: (volume: string, done: number, total: number) => void
}

export interface Expired {
  readonly volume: string
  readonly count: number
  readonly rules: Readonly<Record<string, number>>
  /** Sequence of the entry that tells of it. */
  readonly recorded: number
}

/**
 * Expires every body whose time has come: for each volume a new version is written in which those bodies are withheld and
 * their hashes stay, made durable and verified; the ledger tells of it in the transaction that makes it count; and only
 * then the version before is removed. A process that ends at any moment leaves one whole version that counts.
 * @throws {RetentionFailure} `clock-not-trusted`, `volume-damaged`, `volume-missing`, `retention-busy`: nothing more expires.
 */
export async function expireBodies(options: ExpiringOptions): Promise<readonly Expired[]> {
  return await inRetentionTurn(options.database, async () => {
    await requireTrustedClock(options.database, options.clock)
    await removeSuperseded(options)
    const expired: Expired[] = []
    for (const plan of await planExpiry(options, options.clock.now())) {
      if (plan.due.length > 0) expired.push(await expireVolume(plan, options))
    }
    await removeSuperseded(options)
    return expired
  })
}

async function expireVolume({ volume, due }: VolumePlan, options: ExpiringOptions): Promise<Expired> {
  const { origin, verifiers, archives, clock, onProgress } = options
  const place = await locateVolume(volume, archives)
  const archive = dirname(place)
  await removeDrafts(archive)
  const before = await checkVolume({
    folder: place,
    name: volume.name,
    origin,
    verifiers,
    manifestSha256: volume.manifestSha256,
  })
  const name = volumeName(volume.first, volume.end, volume.version + 1)
  // A version that was finished and never came to count may withhold other bodies than those due now.
  if (await readManifest(join(archive, name), name)) await removeVolume(join(archive, name))
  const expired = new Date(clock.now()).toISOString().slice(0, 10)
  const withheld = ranges([...before.withheld, ...due.map((one) => rangeOf(one, expired))])
  const listText = canonicalJson(withheld)
  const manifest = await writeVersion({ place, archive, name, volume, before, withheld, listText })
  const checked = await checkVolume({
    folder: join(archive, name),
    name,
    origin,
    verifiers,
    manifestSha256: manifestDigest(manifestText(manifest)),
    ...(onProgress && { onProgress: (done: number, total: number) => onProgress(name, done, total) }),
  })
  const rules = Object.fromEntries([...countBy(due.map((one) => one.rule))])
  const recorded = await supersede({ volume, name, archive, checked, due, rules, listText }, options)
  await removeVolume(place)
  return { volume: name, count: due.length, rules, recorded }
}

interface NewVersion {
  readonly place: string
  readonly archive: string
  readonly name: string
  readonly volume: RegisteredVolume
  readonly before: CheckedVolume
  readonly withheld: readonly Withheld[]
  readonly listText: string
}

async function writeVersion({
  place,
  archive,
  name,
  volume,
  before,
  withheld,
  listText,
}: NewVersion): Promise<Manifest> {
  const draft = await draftVolume(archive, name)
  try {
    const flags = withheldFlags(withheld, volume.first, volume.end)
    const bundles = new Map<string, Uint8Array>()
    for (let at = volume.first; at < volume.end; at += tileWidth) {
      const path = tilePath({ level: 'entries', index: at / tileWidth, width: tileWidth })
      bundles.set(path, flags.subarray(at - volume.first, at - volume.first + tileWidth))
    }
    for (const { path } of before.manifest.files) {
      if (path === 'withheld.json') continue
      const bytes = await readVolumeFile(place, volume.name, path)
      const inBundle = bundles.get(path)
      await draft.write(path, inBundle === undefined ? bytes : withoutExpired(bytes, inBundle))
    }
    await draft.write('withheld.json', listText)
    const manifest: Manifest = {
      ...before.manifest,
      name,
      version: volume.version + 1,
      withheld: withheld.reduce((sum, { from, below }) => sum + below - from, 0),
      replaces: before.manifestSha256,
      files: draft.files,
    }
    await draft.finish(manifestText(manifest))
    return manifest
  } catch (error) {
    await draft.discard().catch(() => {})
    throw error
  }
}

/** @param flags of the 256 entries of the bundle. */
function withoutExpired(bundle: Buffer, flags: Uint8Array): Buffer {
  if (!flags.includes(1)) return bundle
  // checkVolume has read the bundle: it is one.
  return bundleOf(bodiesIn(bundle)!.map((body, i) => (flags[i] === 1 ? undefined : body)))
}

const rangeOf = ({ sequence, rule }: VolumePlan['due'][number], expired: string): Withheld => ({
  from: sequence,
  below: sequence + 1,
  rule,
  expired,
})

/** In order, neighbours of one rule and day joined. */
function ranges(all: readonly Withheld[]): readonly Withheld[] {
  const joined: Withheld[] = []
  for (const next of [...all].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last?.below === next.from && last.rule === next.rule && last.expired === next.expired) {
      joined[joined.length - 1] = { ...last, below: next.below }
    } else joined.push(next)
  }
  return joined
}

function countBy(rules: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  return counts
}

interface Superseding {
  readonly volume: RegisteredVolume
  readonly name: string
  readonly archive: string
  readonly checked: CheckedVolume
  readonly due: VolumePlan['due']
  readonly rules: Readonly<Record<string, number>>
  readonly listText: string
}

/** Range, count, rules and digests: whoever holds the ledger can tell a body that expired from one that was taken. */
async function supersede(
  { volume, name, archive, checked, due, rules, listText }: Superseding,
  { database, ledger, operator }: ExpiringOptions,
): Promise<number> {
  const detail = {
    event: 'expired',
    volume: name,
    first: volume.first,
    end: volume.end,
    from: due[0]!.sequence,
    to: due.at(-1)!.sequence,
    count: due.length,
    rules,
    withheld: sha256Hex(listText),
    manifest: checked.manifestSha256,
    replaces: volume.manifestSha256,
    operator,
  }
  return await database.transaction(async (tx) => {
    const [receipt] = await ledger.recordWithin(tx, [{ kind: 'system', outcome: 0, detail }])
    await tx.query(`select ledger_supersede_volume($1, $2, $3, $4, decode($5, 'hex'), $6)`, [
      volume.first,
      volume.version + 1,
      name,
      archive,
      checked.manifestSha256,
      receipt!.sequence,
    ])
    return receipt!.sequence
  })
}

/** Versions that no longer count, left where a process ended before it could remove them. */
async function removeSuperseded({ database, archives }: ExpiringOptions): Promise<void> {
  for (const { name, folder } of await supersededVolumes(database)) {
    for (const archive of new Set([...archives, folder])) {
      if (await readManifest(join(archive, name), name)) await removeVolume(join(archive, name))
    }
  }
}
