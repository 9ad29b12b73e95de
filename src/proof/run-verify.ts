import { existsSync, readFileSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { CryptoFailure, parseVerifierKey, parseWitnessPolicy, readPemCertificates } from '../crypto/index.ts'
import { addressPaths } from './address-paths.ts'
import { openCrew } from './crew.ts'
import { ProofFailure } from './errors.ts'
import type { Evidence } from './evidence.ts'
import { folderPaths } from './folder-paths.ts'
import { type ExportPackage, packageFormat } from './package.ts'
import { type Language, reportJson, tellReport } from './tell-report.ts'
import { openTiledEvidence } from './tiled-evidence.ts'
import { parseTlogProof } from './tlog-proof.ts'
import type { Report } from './verdict.ts'
import { type Held, type Trust, verifyEvidence } from './verify-evidence.ts'
import { verifyPackage } from './verify-package.ts'

/** What someone asked to be verified, and by what they trust. Paths are files of theirs. */
export interface VerifyRequest {
  /** A package, a `.tlog-proof`, a folder or address of tiles; or evidence that is open already. */
  readonly target: string | Evidence
  /** Verifier keys of the log, confirmed with its owner. */
  readonly keys: readonly string[]
  /** C2SP tlog-policy. */
  readonly policy?: string
  /** PEM certificates of time-stamp authorities. */
  readonly timestampRoots: readonly string[]
  /** Checkpoints (signed notes) and receipts (`.tlog-proof`) from earlier times. */
  readonly held: readonly string[]
  /** The exact bytes of the entry that a `.tlog-proof` is about. */
  readonly entry?: string
  readonly threads?: number
  /** Program of a thread, where it is not this package's own. */
  readonly program?: URL
  readonly atMs: number
  readonly onProgress?: (done: number, total: number) => void
}

/** @throws {ProofFailure} where it cannot be read. @throws {CryptoFailure} for a key or policy that is malformed. */
export async function runVerify(request: VerifyRequest): Promise<Report> {
  const trust = readTrust(request)
  if (typeof request.target !== 'string') return verifyWith(request.target, request, trust)
  const { target, atMs } = request
  if (/^https?:\/\//.test(target)) return verifyWith(await openTiledEvidence(addressPaths(target)), request, trust)
  if (!existsSync(target)) throw unreadable(`there is no ${target}`)
  if (statSync(target).isDirectory()) return verifyWith(await openTiledEvidence(folderPaths(target)), request, trust)
  const text = readFileSync(target, 'utf8')
  if (text.startsWith('c2sp.org/tlog-proof@'))
    return verifyPackage(packageOfProof(text, request.entry), { trust, atMs })
  return verifyPackage(text, { trust, atMs })
}

/** 0: integrity holds and nothing is broken. 1: something is broken. 2: integrity cannot be told. */
export function exitCodeOf({ verdicts }: Report): 0 | 1 | 2 {
  if (verdicts.some(({ verdict }) => verdict === 'broken')) return 1
  return verdicts.some(({ name, verdict }) => name === 'integrity' && verdict === 'holds') ? 0 : 2
}

export const reportText = (report: Report, options: { readonly json: boolean; readonly language: Language }): string =>
  options.json ? reportJson(report) : tellReport(report, options.language)

async function verifyWith(evidence: Evidence, request: VerifyRequest, trust: Trust): Promise<Report> {
  const threads = request.threads ?? threadsFor(evidence.size)
  const crew = openCrew({ threads, ...(request.program && { program: request.program }) })
  try {
    return await verifyEvidence(evidence, {
      trust,
      crew,
      held: request.held.map(readHeld),
      atMs: request.atMs,
      ...(request.onProgress && { onProgress: request.onProgress }),
    })
  } finally {
    await crew.close()
    await evidence.close()
  }
}

/** Threads cost some 50 ms to begin: few entries are read sooner without. */
const worthThreads = 20_000
const mostThreads = 8

function threadsFor(size: number): number {
  return size < worthThreads ? 0 : Math.min(mostThreads, availableParallelism())
}

function readTrust({ keys, policy, timestampRoots }: VerifyRequest): Trust {
  for (const key of keys) parseVerifierKey(key)
  return {
    logs: keys,
    ...(policy !== undefined && { policy: parseWitnessPolicy(readText(policy)) }),
    timestampRoots: timestampRoots.flatMap((path) => readPemCertificates(readText(path))),
  }
}

function readHeld(path: string): Held {
  const text = readText(path)
  const note = text.startsWith('c2sp.org/tlog-proof@') ? parseTlogProof(text).checkpoint : text
  return { kind: 'checkpoint', note }
}

/** A receipt file and its entry are a package of one entry. */
function packageOfProof(text: string, entry: string | undefined): string {
  if (entry === undefined) throw unreadable('a .tlog-proof is about an entry: give its bytes with --entry')
  const { index, path, checkpoint } = parseTlogProof(text)
  const hashes = [...new Set(path.map((hash) => hash.toString('base64')))]
  const opened = {
    sequence: index,
    body: readText(entry),
    paths: { international: path.map((hash) => hashes.indexOf(hash.toString('base64'))) },
  }
  const made: ExportPackage = {
    format: packageFormat,
    trees: [{ suite: 'international', note: checkpoint, timestamps: [] }],
    anchors: [],
    entries: [opened],
    hashes,
    keys: [],
    succession: [],
  }
  return JSON.stringify(made)
}

function readText(path: string): string {
  if (!existsSync(path)) throw unreadable(`there is no ${path}`)
  return readFileSync(path, 'utf8')
}

function unreadable(message: string): ProofFailure {
  return new ProofFailure('evidence-unreadable', message)
}

/** Whether an error says that what was given cannot be read, as against a fault of ours. */
export const cannotBeRead = (error: unknown): error is ProofFailure | CryptoFailure =>
  error instanceof ProofFailure || error instanceof CryptoFailure
