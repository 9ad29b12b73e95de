import {
  type Certificate,
  CryptoFailure,
  digestSizeBytes,
  parseCheckpoint,
  splitNote,
  tileWidth,
  type WitnessPolicy,
} from '../crypto/index.ts'
import { LedgerFailure, parseEntry } from '../ledger/index.ts'
import { absenceCheck } from './absence-check.ts'
import { anchoringCheck } from './anchoring-check.ts'
import { completenessCheck } from './completeness-check.ts'
import type { Crew } from './crew.ts'
import { type EntryFacts, factsIn, flag } from './entry-facts.ts'
import type { Evidence, EvidenceTree } from './evidence.ts'
import { type Findings, openFindings } from './finding.ts'
import { judge } from './judge.ts'
import { isOfLog, type LogKeys, logKeys } from './log-keys.ts'
import { type Looked, orderCheck } from './order-check.ts'
import { statedAnchors } from './stated-anchors.ts'
import type { TileDigest } from './tile-work.ts'
import { type Landmark, treeCheck } from './tree-check.ts'
import type { Report } from './verdict.ts'

/** Whom the reader trusts: their own choice, never the evidence's. */
export interface Trust {
  /** Verifier keys of the log that the reader confirmed with its owner. */
  readonly logs: readonly string[]
  /** Witnesses and how many of them are enough (C2SP tlog-policy). Its logs count too. */
  readonly policy?: WitnessPolicy
  /** Certificates of time-stamp authorities. */
  readonly timestampRoots: readonly Certificate[]
}

/** What the reader kept from earlier times; the evidence must be a continuation of it. */
export type Held =
  | { readonly kind: 'checkpoint'; readonly note: string }
  | { readonly kind: 'receipt'; readonly sequence: number; readonly leafHash: Uint8Array }

export interface VerifyOptions {
  readonly trust: Trust
  readonly crew: Crew
  readonly held?: readonly Held[]
  /** Verifier keys that came with the evidence: signatures are checked by them, and reported as unconfirmed. */
  readonly named?: readonly string[]
  /** As of when time-stamps are judged. */
  readonly atMs: number
  readonly toleranceMs?: number
  readonly onProgress?: (done: number, total: number) => void
}

/** Entries of several processes overtake each other by as long as a commit may take, and a little more. */
export const defaultToleranceMs = 30_000

/**
 * Verifies a log from its evidence alone, in one pass and in memory that does not grow with it: integrity, order of
 * authority, anchoring and completeness, each with a verdict of its own.
 */
export async function verifyEvidence(evidence: Evidence, options: VerifyOptions): Promise<Report> {
  const { trust, crew, toleranceMs = defaultToleranceMs } = options
  const findings = openFindings()
  const confirmed = [...trust.logs, ...(trust.policy?.logs.map((log) => log.verifierKey) ?? [])]
  const lookUp = async (sequence: number): Promise<Looked | undefined> =>
    looked(await evidence.entries?.entryAt(sequence))
  const order = orderCheck({ findings, lookUp, toleranceMs })
  const completeness = completenessCheck(findings)
  const absence = absenceCheck(findings)
  const anchoring = anchoringCheck({
    policy: trust.policy,
    timestampRoots: trust.timestampRoots,
    atMs: options.atMs,
    toleranceMs,
    findings,
  })
  const held = readHeld(evidence, options.held ?? [], findings)
  let latestBelow: (size: number) => number | undefined = () => undefined

  const keysByOrigin = new Map<string, LogKeys>()
  const stated = statedAnchors(keysByOrigin, findings)
  const trees = evidence.trees.map((tree) => {
    const keys = logKeys({
      origin: tree.origin,
      confirmed,
      named: options.named ?? [],
      successions: evidence.successions.filter((note) => isOfLog(note, tree.origin)),
    })
    keysByOrigin.set(tree.origin, keys)
    const successions = keys.successions
      .filter(({ size }) => size <= tree.covered)
      .map(({ size, root }) => ({ size, root, problem: 'succession-wrong' }) as const)
    const check = treeCheck({
      tree,
      keys,
      policy: trust.policy,
      landmarks: [...successions, ...(held.landmarks.get(tree.origin) ?? [])],
      findings,
      onCheckpoint({ found, ...signed }) {
        const { size, root } = signed.checkpoint
        stated.saw(tree.origin, size, root)
        anchoring.take(tree.suite, signed, found.timestamps ?? [], latestBelow(size))
      },
    })
    return { tree, check }
  })

  let read = 0
  let speaking: ReadonlyMap<number, Looked> = new Map()
  for await (const { first, count, stretch, digest } of digests(evidence, crew, findings)) {
    if (digest) {
      const facts = factsIn(digest.facts)
      const before = order.latest()
      latestBelow = (size) =>
        facts.recorded.subarray(0, Math.max(0, size - first)).reduce((a, b) => (b > a ? b : a), before)
      for (const sequence of stretch?.missing ?? []) facts.flags[sequence - first] = flag.missing
      for (const sequence of stretch?.absent ?? []) facts.flags[sequence - first] = flag.absent
      speaking = spoken(digest, facts)
      stated.learn(speaking)
      await order.take(first, facts, speaking)
      completeness.take(first, facts, speaking)
      absence.take(first, stretch?.absent ?? [], speaking)
      holdStored(first, stretch?.storedLeaves, digest.leaves.international, findings)
      for (const sequence of stretch?.missing ?? []) findings.add({ problem: 'entry-missing', sequence })
      for (const sequence of stretch?.tracedWrongly ?? []) findings.add({ problem: 'trace-differs', sequence })
      holdReceipts(held.receipts, first, digest.leaves.international, findings)
      read += count - (stretch?.absent?.length ?? 0)
    }
    for (const { tree, check } of trees) {
      await check.take({
        first,
        count,
        computed: digest?.leaves[tree.suite],
        root: digest?.roots[tree.suite],
        ...(stretch && { missing: new Set([...stretch.missing, ...(stretch.absent ?? [])]) }),
      })
    }
    if (digest) stated.hold(first, speaking)
    options.onProgress?.(first + count, evidence.size)
  }
  for (const keys of keysByOrigin.values()) if (!keys.successionsHold) findings.add({ problem: 'succession-wrong' })
  for (const difference of (await evidence.entries?.afterwards?.({ read })) ?? []) findings.add(difference)
  const checked = await Promise.all(trees.map(async ({ tree, check }) => ({ tree, ...(await check.finish()) })))
  return judge({
    evidence,
    findings,
    read,
    trees: checked,
    order: order.finish(),
    completeness: completeness.finish(),
    absence: absence.finish(),
    anchoring: anchoring.finish(),
    toleranceMs,
  })
}

interface DigestedTile {
  readonly first: number
  readonly count: number
  readonly stretch: Awaited<ReturnType<NonNullable<Evidence['entries']>['stretch']>>
  readonly digest: TileDigest | undefined
}

/** Reads and digests ahead, as far as the crew is wide, and yields in order. */
async function* digests(evidence: Evidence, crew: Crew, findings: Findings): AsyncGenerator<DigestedTile> {
  const suites = evidence.trees.map((tree) => tree.suite)
  const tiles = Math.ceil(evidence.size / tileWidth)
  const begin = async (index: number): Promise<DigestedTile> => {
    const first = index * tileWidth
    const count = Math.min(tileWidth, evidence.size - first)
    const stretch = await evidence.entries?.stretch(index, count)
    const digest = stretch && (await crew.digest({ bundle: stretch.bundle, count, suites }))
    if (evidence.entries && !digest) findings.add({ problem: 'bundle-unreadable', sequence: first })
    return { first, count, stretch, digest }
  }
  const ahead: Promise<DigestedTile>[] = []
  for (let next = 0; next < tiles || ahead.length > 0; ) {
    while (next < tiles && ahead.length < crew.width + 2) {
      const tile = begin(next)
      // A failure is met where the tile's turn comes, not before.
      tile.catch(() => {})
      ahead.push(tile)
      next += 1
    }
    yield await ahead.shift()!
  }
}

function holdStored(
  first: number,
  stored: Uint8Array | undefined,
  computed: Uint8Array | undefined,
  findings: Findings,
): void {
  if (!stored || !computed || Buffer.compare(stored, computed) === 0) return
  for (let at = 0; at < stored.length; at += digestSizeBytes) {
    const same =
      Buffer.compare(stored.subarray(at, at + digestSizeBytes), computed.subarray(at, at + digestSizeBytes)) === 0
    if (!same) findings.add({ problem: 'entry-altered', sequence: first + at / digestSizeBytes })
  }
}

function holdReceipts(
  receipts: readonly Extract<Held, { kind: 'receipt' }>[],
  first: number,
  leaves: Uint8Array | undefined,
  findings: Findings,
): void {
  for (const { sequence, leafHash } of receipts) {
    const at = (sequence - first) * digestSizeBytes
    if (!leaves || at < 0 || at >= leaves.length) continue
    if (Buffer.compare(leafHash, leaves.subarray(at, at + digestSizeBytes)) !== 0) {
      findings.add({ problem: 'receipt-differs', sequence })
    }
  }
}

/** What the reader holds, as roots that the trees must have; what speaks of more than there is, is told at once. */
function readHeld(evidence: Evidence, held: readonly Held[], findings: Findings) {
  const landmarks = new Map<string, Landmark[]>()
  const receipts = held.filter((one) => one.kind === 'receipt')
  for (const { sequence } of receipts) {
    if (sequence >= evidence.size) findings.add({ problem: 'held-is-longer', sequence: evidence.size })
  }
  for (const one of held) {
    if (one.kind !== 'checkpoint') continue
    const { origin, size, root } = parseCheckpoint(splitNote(one.note).text)
    const tree = evidence.trees.find((each: EvidenceTree) => each.origin === origin)
    if (!tree) throw new CryptoFailure('not-verified', `the checkpoint held is of ${origin}, not of ${evidence.origin}`)
    if (size > evidence.size) findings.add({ problem: 'held-is-longer', sequence: evidence.size })
    else landmarks.set(origin, [...(landmarks.get(origin) ?? []), { size, root, problem: 'held-differs' }])
  }
  return { landmarks, receipts }
}

/** Bodies that a rule has to read; one that is no entry of version 1 is unknown. */
function spoken({ speaking }: TileDigest, facts: EntryFacts): ReadonlyMap<number, Looked> {
  const read = new Map<number, Looked>()
  for (const [i, body] of speaking) {
    const entry = looked(body)
    if (entry) read.set(i, entry)
    else facts.flags[i] = flag.unknown
  }
  return read
}

/** @returns undefined for what is no entry that this program knows: the reader of facts has told of it already. */
function looked(body: string | undefined): Looked | undefined {
  if (body === undefined) return undefined
  try {
    return parseEntry(body)
  } catch (error) {
    if (error instanceof LedgerFailure) return undefined
    throw error
  }
}
