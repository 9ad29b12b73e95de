import { hash } from 'node:crypto'
import {
  type Certificate,
  type SuiteName,
  type Timestamp,
  verifyTimestamp,
  type WitnessPolicy,
} from '../crypto/index.ts'
import type { Findings } from './finding.ts'

import type { SignedCheckpoint } from './signed-checkpoint.ts'

/** What one witness, authority or key vouches for: the tree at these sizes, at these times. */
export interface Coverage {
  readonly suite: SuiteName
  readonly name: string
  /** Entries below this are covered. */
  readonly upTo: number
  /** Milliseconds since 1970, of the newest. */
  readonly atMs: number
  /** Entries below this were covered first, and when. */
  readonly firstUpTo: number
  readonly firstAtMs: number
  readonly count: number
}

export interface KeyUse {
  readonly suite: SuiteName
  readonly name: string
  readonly keyId: number
  readonly confirmed: boolean
  readonly from: number
  readonly upTo: number
  readonly count: number
}

export interface AnchoringResult {
  readonly keys: readonly KeyUse[]
  readonly witnesses: readonly Coverage[]
  readonly authorities: readonly Coverage[]
  /** The largest tree that enough witnesses of the reader's policy have cosigned, and when they had. */
  readonly quorum?: { readonly upTo: number; readonly atMs: number }
  readonly quorumIsAsked: boolean
  /** Checkpoints by no key that is known here. */
  readonly unsigned: number
  /** Time-stamps that no root of the reader's leads to, or not any more. */
  readonly unconfirmedTimestamps: number
}

export interface AnchoringCheck {
  /**
   * @param latestMs newest recorded time below the checkpoint, where entries were read.
   * @returns places of the time-stamps that no root of the reader's leads to.
   */
  take(
    suite: SuiteName,
    signed: SignedCheckpoint,
    timestamps: readonly Uint8Array[],
    latestMs: number | undefined,
  ): { readonly unconfirmed: readonly number[] }
  finish(): AnchoringResult
}

export interface AnchoringOptions {
  readonly policy: WitnessPolicy | undefined
  readonly timestampRoots: readonly Certificate[]
  readonly atMs: number
  readonly toleranceMs: number
  readonly findings: Findings
}

/** Which ranges are covered by whom and since when, as far as the reader's own policy knows those who vouch. */
export function anchoringCheck(options: AnchoringOptions): AnchoringCheck {
  const { findings, policy, toleranceMs } = options
  const keys = new Map<string, KeyUse>()
  const witnesses = new Map<string, Coverage>()
  const authorities = new Map<string, Coverage>()
  let quorum: AnchoringResult['quorum']
  let unsigned = 0
  let unconfirmedTimestamps = 0

  const cover = (list: Map<string, Coverage>, suite: SuiteName, name: string, upTo: number, atMs: number) => {
    const before = list.get(`${suite} ${name}`)
    const newest = before && before.upTo > upTo ? before : { upTo, atMs }
    const first = before && before.firstUpTo < upTo ? before : { firstUpTo: upTo, firstAtMs: atMs }
    list.set(`${suite} ${name}`, {
      suite,
      name,
      upTo: newest.upTo,
      atMs: newest.atMs,
      firstUpTo: first.firstUpTo,
      firstAtMs: first.firstAtMs,
      count: (before?.count ?? 0) + 1,
    })
  }

  return {
    take(suite, signed, timestamps, latestMs) {
      const { size } = signed.checkpoint
      const tell = (problem: 'cosignature-wrong' | 'timestamp-wrong' | 'dated-after-anchor') =>
        findings.add({ problem, sequence: Math.max(0, size - 1), ...(suite !== 'international' && { suite }) })
      const holdTime = (atMs: number) => {
        if (latestMs !== undefined && latestMs > atMs + toleranceMs) tell('dated-after-anchor')
      }

      if (signed.signedBy) {
        const { verifier, confirmed } = signed.signedBy
        const place = `${suite} ${verifier.name} ${verifier.keyId}`
        const before = keys.get(place)
        keys.set(place, {
          suite,
          name: verifier.name,
          keyId: verifier.keyId,
          confirmed,
          from: Math.min(before?.from ?? size, size),
          upTo: Math.max(before?.upTo ?? size, size),
          count: (before?.count ?? 0) + 1,
        })
      } else unsigned += 1

      if (signed.cosignatureIsWrong) tell('cosignature-wrong')
      for (const { witness, timeSeconds } of signed.cosignatures) {
        cover(witnesses, suite, witness, size, timeSeconds * 1000)
        holdTime(timeSeconds * 1000)
      }
      const met = quorumOf(signed, policy)
      const isLarger = met !== undefined && size > (quorum?.upTo ?? 0)
      if (isLarger && suite === 'international') quorum = { upTo: size, atMs: met }

      const unconfirmed: number[] = []
      for (const [i, token] of timestamps.entries()) {
        const stamp = readTimestamp(token, signed, options)
        if (stamp === 'wrong') tell('timestamp-wrong')
        else if (stamp === 'unconfirmed') unconfirmed.push(i)
        else {
          cover(authorities, suite, stamp.authority, size, stamp.timeMs)
          holdTime(stamp.timeMs + (stamp.accuracyMs ?? 0))
        }
      }
      unconfirmedTimestamps += unconfirmed.length
      return { unconfirmed }
    },
    finish: () => ({
      keys: [...keys.values()],
      witnesses: [...witnesses.values()],
      authorities: [...authorities.values()],
      ...(quorum && { quorum }),
      quorumIsAsked: policy !== undefined && !policy.isMetBy(new Set()),
      unsigned,
      unconfirmedTimestamps,
    }),
  }
}

/** When the cosignatures first met the quorum, in milliseconds. */
function quorumOf({ cosignatures }: SignedCheckpoint, policy: WitnessPolicy | undefined): number | undefined {
  if (!policy || policy.isMetBy(new Set())) return undefined
  const names = new Set<string>()
  const inTime = [...cosignatures].sort((a, b) => a.timeSeconds - b.timeSeconds)
  const decisive = inTime.find(({ witness }) => policy.isMetBy(names.add(witness)))
  return decisive && decisive.timeSeconds * 1000
}

function readTimestamp(
  token: Uint8Array,
  { text }: SignedCheckpoint,
  { timestampRoots: roots, atMs }: AnchoringOptions,
): Timestamp | 'wrong' | 'unconfirmed' {
  const verdicts = (['sha256', 'sha384', 'sha512', 'sm3'] as const).map((algorithm) =>
    verifyTimestamp(Buffer.from(token), { algorithm, digest: hash(algorithm, text, 'buffer'), roots, atMs }),
  )
  const valid = verdicts.find((verdict) => verdict.outcome === 'valid')
  if (valid) return valid.timestamp
  const isForeign = verdicts.some(
    (verdict) =>
      verdict.outcome === 'refused' &&
      (verdict.problem === 'untrusted-authority' || verdict.problem === 'certificate-not-valid'),
  )
  return isForeign ? 'unconfirmed' : 'wrong'
}
