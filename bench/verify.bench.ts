import { hash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  checkpointText,
  digestSizeBytes,
  international,
  noteSigner,
  sha256Tree,
  signNote,
  tilePath,
  tileWidth,
} from '../src/crypto/index.ts'
import type { EntryDraft } from '../src/ledger/index.ts'
import { sealEntry } from '../src/ledger/seal-entry.ts'
import { bundleOf, entryIn, openBundle } from '../src/proof/bundle.ts'
import { growingTree } from '../src/proof/growing-tree.ts'
import { folderPaths, openCrew, openTiledEvidence, type Report, verifyEvidence } from '../src/proof/index.ts'
import { openTileHasher } from '../src/proof/tile-hasher.ts'

// Full verification of a folder of tiles and entry bundles, all four verdicts, beside a raw pass of node:crypto over
// the same entries that only makes their leaf hashes. Aim: 300,000 entries a second on two cores.

const entries = Number(process.env.BENCH_ENTRIES ?? 400_000)
const origin = 'bench.example/log'

export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'chartward-bench-'))
  try {
    const { verifierKey, bytes } = await writeLog(folder)
    console.log(`${entries} entries, ${Math.round(bytes / entries)} bytes on average`)
    const raw = best(3, () => rawPass(folder))
    console.log(line('node:crypto, leaf hashes only, 1 thread', raw))
    for (const threads of [0, 2]) {
      const runs: Run[] = []
      for (let run = 0; run < 3; run++) runs.push(await verifyOnce(folder, verifierKey, threads))
      const fastest = runs.reduce((one, other) => (one.seconds < other.seconds ? one : other))
      const ratio = (raw.seconds / fastest.seconds).toFixed(2)
      console.log(`${line(`verify, ${threads === 0 ? 'no' : threads} threads`, fastest)}  ${ratio} × raw`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Run {
  readonly seconds: number
  readonly cpuMicroseconds: number
}

function line(what: string, { seconds, cpuMicroseconds }: Run): string {
  const rate = Math.round(entries / seconds).toLocaleString('en')
  return `${what.padEnd(42)}${rate.padStart(10)} entries/s  ${(cpuMicroseconds / entries).toFixed(2)} µs CPU an entry`
}

async function verifyOnce(folder: string, verifierKey: string, threads: number): Promise<Run> {
  const crew = openCrew({ threads })
  try {
    // The threads compile their program once; what is measured is the work.
    await crew.digest({ bundle: bundleOf([Buffer.from('{}')]).bytes, count: 1, suites: ['international'] })
    const evidence = await openTiledEvidence(folderPaths(folder))
    let report: Report | undefined
    const cost = await processCostOf(async () => {
      report = await verifyEvidence(evidence, {
        trust: { logs: [verifierKey], timestampRoots: [] },
        crew,
        atMs: Date.now(),
      })
    })
    const told = report!.verdicts.map(({ verdict }) => verdict).join(', ')
    if (told !== 'holds, holds, cannot be told, holds') throw new Error(`the log does not hold: ${told}`)
    return cost
  } finally {
    await crew.close()
  }
}

async function processCostOf(work: () => Promise<void>): Promise<Run> {
  const [started, cpu] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { seconds: (performance.now() - started) / 1000, cpuMicroseconds: user + system }
}

function best(times: number, work: () => void): Run {
  const runs = Array.from({ length: times }, () => {
    const [started, cpu] = [performance.now(), process.cpuUsage()]
    work()
    const { user, system } = process.cpuUsage(cpu)
    return { seconds: (performance.now() - started) / 1000, cpuMicroseconds: user + system }
  })
  return runs.reduce((one, other) => (one.seconds < other.seconds ? one : other))
}

function rawPass(folder: string): void {
  const message = Buffer.alloc(1 + 65_535)
  for (let index = 0; index * tileWidth < entries; index++) {
    const width = Math.min(tileWidth, entries - index * tileWidth)
    const bundle = openBundle(readFileSync(join(folder, tilePath({ level: 'entries', index, width }))), width)!
    for (let i = 0; i < width; i++) {
      const entry = entryIn(bundle, i)
      message.set(entry, 1)
      hash('sha256', message.subarray(0, 1 + entry.length), 'buffer')
    }
  }
}

async function writeLog(folder: string): Promise<{ readonly verifierKey: string; readonly bytes: number }> {
  const hasher = openTileHasher('international')
  const tree = growingTree(sha256Tree, hasher)
  const signer = noteSigner(origin, international.generatePrivateKey())
  const rows: Buffer[][] = []
  let bytes = 0
  let root = tree.rootWith(new Uint8Array(), 0)
  const write = (path: string, content: Uint8Array | string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const writeUpper = (level: number, hash: Buffer) => {
    rows[level] ??= []
    rows[level]!.push(hash)
    if (rows[level]!.length % tileWidth !== 0) return
    const row = Buffer.concat(rows[level]!.slice(-tileWidth))
    write(tilePath({ level, index: rows[level]!.length / tileWidth - 1, width: tileWidth }), row)
    writeUpper(level + 1, Buffer.from(hasher.root(row)))
  }
  for (let first = 0; first < entries; first += tileWidth) {
    const width = Math.min(tileWidth, entries - first)
    const bundle = bundleOf(Array.from({ length: width }, (_, i) => Buffer.from(bodyAt(first + i))))
    const leaves = hasher.leaves(bundle)
    bytes += bundle.bytes.length
    write(tilePath({ level: 'entries', index: first / tileWidth, width }), bundle.bytes)
    write(tilePath({ level: 0, index: first / tileWidth, width }), leaves)
    root = tree.rootWith(leaves, width)
    if (width < tileWidth) continue
    const own = Buffer.from(hasher.root(leaves))
    tree.appendTile(own)
    writeUpper(1, own)
  }
  for (const [level, row] of rows.entries()) {
    const width = (row?.length ?? 0) % tileWidth
    if (width === 0) continue
    write(tilePath({ level, index: Math.floor(row!.length / tileWidth), width }), Buffer.concat(row!.slice(-width)))
  }
  if (root.length !== digestSizeBytes) throw new Error('a root has 32 bytes')
  write('checkpoint', await signNote(checkpointText({ origin, size: entries, root }), [signer]))
  return { verifierKey: signer.verifierKey, bytes }
}

/** A permit and its release in turn, as reading a record leaves them, 20,000 entries a second. */
function bodyAt(sequence: number): string {
  const isPermit = sequence % 2 === 0
  const actor = { person: `person-${sequence % 977}`, departments: [`dep-${sequence % 23}`] }
  const about = {
    patient: `patient-${sequence % 9973}`,
    record: { type: 'Observation', id: `o-${sequence}`, version: 1 },
  }
  const draft = isPermit
    ? {
        kind: 'permit',
        actor: { ...actor, roles: ['attending'], session: 's-0123456789abcdef', assurance: 2, methods: ['pwd', 'otp'] },
        terminal: { address: '10.20.30.40', device: '内科一病区 3 号工作站' },
        channel: 'console',
        action: 'view',
        purpose: 'TREAT',
        ...about,
        decision: { effect: 'permit', policies: ['treating-relation'], bundle: 'b'.repeat(64), epoch: 0 },
        outcome: 0,
        requestId: `req-${sequence}`,
      }
    : { kind: 'release', follows: sequence - 1, actor, action: 'view', ...about, digest: 'd'.repeat(64), outcome: 0 }
  return sealEntry(draft as unknown as EntryDraft, 1_795_000_000_000 + Math.floor(sequence / 20)).body
}
