import { type SuiteName, sha256Hex, suites, verifyConsistency, verifyInclusion } from '../crypto/index.ts'
import { type Entry, LedgerFailure, parseEntry } from '../ledger/index.ts'
import { type AnchoringCheck, anchoringCheck } from './anchoring-check.ts'
import { openFindings } from './finding.ts'
import { judgePackage } from './judge-package.ts'
import { isOfLog, type LogKeys, logKeys } from './log-keys.ts'
import {
  type Answer,
  answerSchema,
  type ExportPackage,
  type OpenedEntry,
  parsePackage,
  type WithheldEntry,
} from './package.ts'
import { readSignedCheckpoint, type SignedCheckpoint } from './signed-checkpoint.ts'
import type { Report, Words } from './verdict.ts'
import { defaultToleranceMs, type Trust } from './verify-evidence.ts'

export interface PackageOptions {
  readonly trust: Trust
  /** As of when time-stamps are judged. */
  readonly atMs: number
  readonly toleranceMs?: number
}

/** A part of the package that no verdict rests on: JSON Pointer (RFC 6901), and why. */
export interface UncoveredPart {
  readonly place: string
  readonly words: Words
}

interface ReadTree {
  readonly suite: SuiteName
  readonly signed: SignedCheckpoint
}

/**
 * Verifies an export package from its text alone. Everything in it is whoever sent it's; only the reader's own policy
 * says whose signature counts.
 * @throws {ProofFailure} `not-a-package`.
 */
export function verifyPackage(text: string, options: PackageOptions): Report {
  const { trust, toleranceMs = defaultToleranceMs } = options
  const made = parsePackage(text)
  const findings = openFindings()
  const notCovered: UncoveredPart[] = []
  const anchoring = anchoringCheck({
    policy: trust.policy,
    timestampRoots: trust.timestampRoots,
    atMs: options.atMs,
    toleranceMs,
    findings,
  })
  const hashes = made.hashes.map((hash) => Buffer.from(hash, 'base64'))
  const usedHashes = new Set<number>()
  const pathOf = (places: readonly number[] | undefined) => {
    if (places === undefined || places.some((place) => hashes[place] === undefined)) return undefined
    for (const place of places) usedHashes.add(place)
    return places.map((place) => hashes[place]!)
  }
  const told = (place: string, zh: string, en: string) => notCovered.push({ place, words: { zh, en } })

  const opened = openEntries(made)
  const latestMs = newestTime(opened)
  const readNote = noteReader(made, trust)
  const trees = made.trees.flatMap(({ suite, note }, i): ReadTree[] => {
    const signed = readNote(note)
    if (!signed || !isSigned(signed)) findings.add({ problem: 'checkpoint-invalid', suite })
    else {
      takeNote(anchoring, made.trees[i]!, signed, latestMs, { place: `/trees/${i}`, told })
      return [{ suite, signed }]
    }
    return []
  })
  const [main] = trees
  const isOneSize = trees.every(({ signed }) => signed.checkpoint.size === main?.signed.checkpoint.size)
  if (!isOneSize || new Set(trees.map((tree) => tree.suite)).size < trees.length)
    findings.add({ problem: 'trees-differ' })

  for (const entry of [...(made.asking ? [made.asking] : []), ...made.entries]) {
    const stands = hasExactly(entry.paths, made) && (!('leafHashes' in entry) || hasExactly(entry.leafHashes, made))
    const isProved = trees.every(({ suite, signed }) => {
      const proof = pathOf(entry.paths[suite])
      const leaf = leafOf(entry, suite)
      const { size, root } = signed.checkpoint
      if (!proof || !leaf) return false
      return verifyInclusion({ index: entry.sequence, size, leaf, proof, root }, suites[suite].hashing)
    })
    if (!stands || !isProved) findings.add({ problem: 'path-wrong', sequence: entry.sequence })
  }
  for (const [i, anchor] of made.anchors.entries()) {
    const signed = readNote(anchor.note)
    const tree = trees.find((one) => one.suite === anchor.suite)
    const proof = pathOf(anchor.consistency)
    const isConsistent =
      signed !== undefined &&
      isSigned(signed) &&
      tree !== undefined &&
      proof !== undefined &&
      signed.checkpoint.origin === tree.signed.checkpoint.origin &&
      verifyConsistency(
        {
          oldSize: signed.checkpoint.size,
          size: tree.signed.checkpoint.size,
          oldRoot: signed.checkpoint.root,
          root: tree.signed.checkpoint.root,
          proof,
        },
        suites[anchor.suite].hashing,
      )
    if (!isConsistent) findings.add({ problem: 'checkpoint-invalid', suite: anchor.suite })
    else {
      const below = newestTime(opened.filter(({ sequence }) => sequence < signed.checkpoint.size))
      takeNote(anchoring, anchor, signed, below, { place: `/anchors/${i}`, told })
    }
  }

  holdOrder(opened, findings)
  const answer = readAnswer(made, opened)
  if (answer === 'differs') findings.add({ problem: 'answer-differs', sequence: made.asking!.sequence })
  for (const i of hashes.keys()) {
    if (!usedHashes.has(i)) told(`/hashes/${i}`, '没有路径用到此哈希', 'no path uses this hash')
  }
  if (made.keys.length > 0) {
    told(
      '/keys',
      '所列公钥只供查询，并不因此可信',
      'keys are named for reference; standing here does not make them trusted',
    )
  }
  const someSuccession = made.succession.length > 0
  const chained = readNote.keys().reduce((sum, keys) => sum + keys.successions.length, 0)
  if (chained < made.succession.length) {
    findings.add({ problem: 'succession-wrong' })
  } else if (someSuccession) {
    told(
      '/succession',
      '密钥交接声明只用于确认签名密钥',
      'statements of succession serve only to confirm the keys that signed',
    )
  }
  return judgePackage({
    made,
    main: main?.signed,
    trees,
    opened,
    answer,
    findings,
    anchoring: anchoring.finish(),
    notCovered,
  })
}

export interface OpenedBody {
  readonly sequence: number
  /** Undefined for what is no entry that this program knows. */
  readonly entry: Entry | undefined
}

function openEntries(made: ExportPackage): readonly OpenedBody[] {
  const bodies = [...(made.asking ? [made.asking] : []), ...made.entries].filter((entry) => 'body' in entry)
  return bodies
    .map(({ sequence, body }) => ({ sequence, entry: entryOf(body) }))
    .sort((a, b) => a.sequence - b.sequence)
}

function entryOf(body: string): Entry | undefined {
  try {
    return parseEntry(body)
  } catch (error) {
    if (error instanceof LedgerFailure) return undefined
    throw error
  }
}

function newestTime(opened: readonly OpenedBody[]): number | undefined {
  const times = opened.flatMap(({ entry }) => (entry ? [Date.parse(entry.recorded)] : []))
  return times.length === 0 ? undefined : Math.max(...times)
}

/** Reads the notes of one package: each origin has its keys. */
function noteReader(made: ExportPackage, trust: Trust) {
  const keysByOrigin = new Map<string, LogKeys>()
  const keysOf = (origin: string) => {
    const keys =
      keysByOrigin.get(origin) ??
      logKeys({
        origin,
        confirmed: [...trust.logs, ...(trust.policy?.logs.map((log) => log.verifierKey) ?? [])],
        named: made.keys.filter(({ role }) => role === 'log').map(({ verifierKey }) => verifierKey),
        successions: made.succession.filter((note) => isOfLog(note, origin)),
      })
    keysByOrigin.set(origin, keys)
    return keys
  }
  const read = (note: string) => readSignedCheckpoint(note, keysOf(note.slice(0, note.indexOf('\n'))), trust.policy)
  // A function, for `Object.assign` would read a getter once, before any note was.
  return Object.assign(read, { keys: () => [...keysByOrigin.values()] })
}

/** By a key that is known here at all: whether the reader confirmed it, is for the verdict. */
const isSigned = (signed: SignedCheckpoint) => !signed.signatureIsWrong

function takeNote(
  anchoring: AnchoringCheck,
  { suite, timestamps }: { readonly suite: SuiteName; readonly timestamps: readonly string[] },
  signed: SignedCheckpoint,
  latestMs: number | undefined,
  { place, told }: { readonly place: string; readonly told: (place: string, zh: string, en: string) => void },
): void {
  const tokens = timestamps.map((token) => Buffer.from(token, 'base64'))
  for (const i of anchoring.take(suite, signed, tokens, latestMs).unconfirmed) {
    told(`${place}/timestamps/${i}`, '其时间戳机构未经您确认', 'its time-stamp authority is not one that you confirmed')
  }
  if (tokens.length > 0) {
    told(
      `${place}/timestamps`,
      '时间戳中仅采用其签名陈述与证书路径',
      'of time-stamps, only the signed statement and the path of certificates were relied on',
    )
  }
  if (signed.unusedLines.length > 0) {
    told(
      `${place}/note`,
      `签名行 ${signed.unusedLines.map((line) => line + 1).join('、')} 出自您未确认的密钥，未采用`,
      `signature lines ${signed.unusedLines.map((line) => line + 1).join(', ')} are by keys that you have not confirmed, and were not relied on`,
    )
  }
}

/** For each tree of the package, and for no other. */
function hasExactly(parts: Readonly<Partial<Record<SuiteName, unknown>>>, made: ExportPackage): boolean {
  const named = Object.entries(parts).flatMap(([suite, part]) => (part === undefined ? [] : [suite]))
  return (
    named.sort().join() ===
    made.trees
      .map((tree) => tree.suite)
      .sort()
      .join()
  )
}

function leafOf(entry: OpenedEntry | WithheldEntry, suite: SuiteName): Buffer | undefined {
  if ('body' in entry) return suites[suite].hashing.leaf(Buffer.from(entry.body))
  const hash = entry.leafHashes[suite]
  return hash === undefined ? undefined : Buffer.from(hash, 'base64')
}

/** What can be told of order from some of the entries: that what is followed is an earlier permit, where it is here. */
function holdOrder(opened: readonly OpenedBody[], findings: ReturnType<typeof openFindings>): void {
  const bySequence = new Map(opened.map((one) => [one.sequence, one.entry]))
  const released = new Map<number, number>()
  for (const { sequence, entry } of opened) {
    if (!entry) findings.add({ problem: 'entry-unreadable', sequence })
    if (entry?.follows === undefined) continue
    const followed = bySequence.get(entry.follows)
    if (entry.follows >= sequence || (followed && followed.decision?.effect !== 'permit')) {
      findings.add({ problem: 'follows-nothing', sequence, against: entry.follows })
    }
    if (entry.kind !== 'release') continue
    const before = released.get(entry.follows)
    if (before !== undefined && before !== sequence) {
      findings.add({ problem: 'released-again', sequence, against: before })
    }
    released.set(entry.follows, sequence)
  }
}

/** What the ledger committed to as the answer, held against what is here. */
function readAnswer(made: ExportPackage, opened: readonly OpenedBody[]): Answer | 'differs' | undefined {
  if (!made.asking) return undefined
  const asking = opened.find(({ sequence }) => sequence === made.asking!.sequence)?.entry
  const answer = answerSchema.safeParse(asking?.detail?.answer)
  if (!answer.success) return 'differs'
  const leaves = made.entries.map((entry) => leafOf(entry, 'international'))
  if (leaves.some((leaf) => leaf === undefined)) return 'differs'
  const { count, leaves: committed, completeAsOf } = answer.data
  const fits =
    count === made.entries.length &&
    committed === sha256Hex(Buffer.concat(leaves as Buffer[])) &&
    completeAsOf <= made.asking.sequence &&
    made.entries.every(({ sequence }) => sequence < completeAsOf)
  return fits ? answer.data : 'differs'
}
