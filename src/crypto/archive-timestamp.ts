import { hash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import type { Certificate } from './certificate-path.ts'
import { type ImprintAlgorithm, type Timestamp, type TimestampProblem, verifyTimestamp } from './timestamp.ts'

/**
 * Archive time-stamps, in the manner of RFC 4998, for evidence that must hold for 30 years: before a digest grows weak
 * or an authority's certificate ends, everything that proves the ledger is digested again and stamped again, together
 * with the stamp before. Each stamp need only hold until the next was made over it.
 *
 * What was digested is named in a manifest; the stamp is over the manifest's canonical JSON. Two renewals (§5.2, §5.3)
 * are one here: each link digests all tokens and checkpoints anew by its own algorithm, and with `entries` the very
 * bytes of the ledger too (the hash-tree renewal, for the day on which SHA-256 or SM3 falls).
 */
export interface ArchiveManifest {
  readonly v: 1
  /** Digest of everything below, and of the manifest itself. */
  readonly algorithm: ImprintAlgorithm
  /** Digest of the link before, its manifest and its token; absent in the first. */
  readonly previous?: string
  /** Signed checkpoints with their cosignatures, whole: so that they are dated, and their signatures with them. */
  readonly checkpoints: readonly { readonly origin: string; readonly note: string }[]
  /** Digests of all time-stamp tokens there were, in the order they were stored. */
  readonly timestamps: readonly string[]
  /** The bytes of all entries below `size`: the root of a tree as in RFC 6962 §2.1, over `algorithm`. */
  readonly entries?: { readonly size: number; readonly root: string }
}

export interface ArchiveLink {
  /** Canonical JSON of an {@link ArchiveManifest}. */
  readonly manifest: string
  /** RFC 3161 token over the digest of `manifest`. */
  readonly token: Buffer
}

export type ArchiveProblem =
  | TimestampProblem
  /** The manifest is not one, or not in its canonical spelling. */
  | 'manifest-malformed'
  /** It does not name the link before it. */
  | 'chain-broken'
  /** A token is not among those it names, or stands in another order, or was taken out. */
  | 'tokens-differ'

export type ArchiveVerdict =
  | { readonly outcome: 'valid'; readonly links: readonly Timestamp[] }
  /** The first link that does not hold, and why. */
  | { readonly outcome: 'refused'; readonly link: number; readonly problem: ArchiveProblem }

export const digestHex = (algorithm: ImprintAlgorithm, data: string | Uint8Array): string =>
  hash(algorithm, data, 'hex')

export function manifestText(manifest: ArchiveManifest): string {
  return canonicalJson(manifest)
}

/** What the next link names as `previous`. */
export function linkDigest(algorithm: ImprintAlgorithm, { manifest, token }: ArchiveLink): string {
  return digestHex(algorithm, Buffer.concat([Buffer.from(`${manifest}\n`), token]))
}

/**
 * Verifies a chain from the first link to the last: each stamp held when the next was made over it, and the last holds
 * at `atMs`; each names its predecessor and the tokens that were there. Everything in `links` is the sender's.
 * @param tokens all time-stamp tokens, in the order they were stored; what was stored later than the last link may follow.
 */
export function verifyArchive(
  links: readonly ArchiveLink[],
  {
    roots,
    tokens,
    atMs,
  }: { readonly roots: readonly Certificate[]; readonly tokens: readonly Buffer[]; readonly atMs: number },
): ArchiveVerdict {
  const manifests = links.map(({ manifest }) => readManifest(manifest))
  const stamps: Timestamp[] = []
  // From the last to the first: the time of each stamp is the time until which the one before it had to hold.
  let untilMs = atMs
  for (let i = links.length - 1; i >= 0; i--) {
    const refuse = (problem: ArchiveProblem): ArchiveVerdict => ({ outcome: 'refused', link: i, problem })
    const manifest = manifests[i]
    if (!manifest) return refuse('manifest-malformed')
    const { algorithm } = manifest
    const expectedPrevious = i === 0 ? undefined : linkDigest(algorithm, links[i - 1]!)
    if (manifest.previous !== expectedPrevious) return refuse('chain-broken')
    if (!namesTokens(manifest, tokens)) return refuse('tokens-differ')
    const digest = hash(algorithm, links[i]!.manifest, 'buffer')
    const verdict = verifyTimestamp(links[i]!.token, { algorithm, digest, roots, atMs: untilMs })
    if (verdict.outcome === 'refused') return refuse(verdict.problem)
    stamps.unshift(verdict.timestamp)
    untilMs = verdict.timestamp.timeMs
  }
  return { outcome: 'valid', links: stamps }
}

function namesTokens({ algorithm, timestamps }: ArchiveManifest, tokens: readonly Buffer[]): boolean {
  return (
    timestamps.length <= tokens.length && timestamps.every((digest, i) => digest === digestHex(algorithm, tokens[i]!))
  )
}

const algorithms: readonly string[] = ['sha256', 'sha384', 'sha512', 'sm3'] satisfies ImprintAlgorithm[]

/** @returns undefined for what {@link manifestText} would not have written. */
export function readManifest(text: string): ArchiveManifest | undefined {
  try {
    const value = JSON.parse(text) as ArchiveManifest
    const isManifest =
      value.v === 1 &&
      algorithms.includes(value.algorithm) &&
      Array.isArray(value.timestamps) &&
      value.timestamps.every((each: unknown) => typeof each === 'string') &&
      Array.isArray(value.checkpoints) &&
      value.checkpoints.every((each) => typeof each.origin === 'string' && typeof each.note === 'string') &&
      (value.entries === undefined ||
        (Number.isSafeInteger(value.entries.size) && typeof value.entries.root === 'string'))
    return isManifest && manifestText(value) === text ? value : undefined
  } catch {
    return undefined
  }
}
