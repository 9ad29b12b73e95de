import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { international, noteSigner } from '../src/crypto/index.ts'
import { migrate, openDatabase, type PatientId, type PersonId, startEmbeddedPostgres } from '../src/kernel/index.ts'
import { type EntryDraft, openLedger, type PermitDraft, startLedgerWorkers } from '../src/ledger/index.ts'

const callers = 64
const secondsPerRun = 5
const rounds = 3

interface Run {
  readonly entriesPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU of this process for each entry. */
  readonly clientCpuMicros: number
}

/**
 * The ledger with 64 callers, each recording a permit and its release one after the other as a read does, against a
 * bare multi-row INSERT of rows of the same size by the same group commit without sequence, hash, seal or condition.
 * Its own PostgreSQL with fsync on; the two take turns, and the medians are compared.
 */
export async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'chartward-bench-'))
  const server = await startEmbeddedPostgres(join(folder, 'postgres'))
  const database = openDatabase(server.url)
  try {
    await migrate(database)
    await database.query(
      'create table bare_row (id bigserial primary key, leaf_hash bytea not null, body text not null)',
    )
    const runs = { bare: [] as Run[], ledger: [] as Run[], 'ledger with projection and checkpoints': [] as Run[] }
    for (let round = 0; round < rounds; round++) {
      runs.bare.push(await benchBare(server.url))
      runs.ledger.push(await benchAppend(server.url))
      const workers = startLedgerWorkers({
        database,
        origin: 'chartward.local/bench',
        signer: noteSigner('chartward.local/bench', international.generatePrivateKey()),
      })
      runs['ledger with projection and checkpoints'].push(await benchAppend(server.url))
      await workers.close()
    }
    console.log(`ledger: ${callers} callers, ${rounds} runs of ${secondsPerRun} s each in turn, medians; fsync on`)
    const bare = median(runs.bare)
    for (const [name, each] of Object.entries(runs)) {
      const run = median(each)
      console.log(
        `  ${name.padEnd(40)} ${run.entriesPerSecond.toFixed(0).padStart(7)} entries/s` +
          `  p50 ${run.p50Ms.toFixed(2)} ms  p99 ${run.p99Ms.toFixed(2)} ms` +
          `  ${run.clientCpuMicros.toFixed(0)} µs CPU/entry here` +
          `  ratio to bare ${(run.entriesPerSecond / bare.entriesPerSecond).toFixed(2)}`,
      )
    }
  } finally {
    await database.close()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function benchAppend(databaseUrl: string): Promise<Run> {
  const ledger = await openLedger({ database: { databaseUrl } })
  try {
    return await measure(async (timed) => {
      const scope = { kind: 'record', record: { type: 'Observation', id: 'obs-1' } } as const
      const permit = await timed(() => ledger.recordPermit(permitDraft(ledger.currentEpoch()), scope))
      await timed(() => ledger.recordRelease(permit, [releaseDraft]))
    })
  } finally {
    await ledger.close()
  }
}

async function benchBare(databaseUrl: string): Promise<Run> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const body = JSON.stringify({
    ...permitDraft(0),
    v: 1,
    id: 'x'.repeat(36),
    recorded: 'x'.repeat(24),
    nonce: 'x'.repeat(22),
  })
  let waiting: (() => void)[] = []
  let pumping = false
  const pump = async () => {
    pumping = true
    while (waiting.length > 0) {
      await new Promise<void>((next) => setImmediate(next))
      const group = waiting
      waiting = []
      const places = group.map((_, i) => `($${2 * i + 1}, $${2 * i + 2})`).join(', ')
      const values = group.flatMap(() => [bareHash, body])
      await client.query({
        name: `bare_${group.length}`,
        text: `insert into bare_row (leaf_hash, body) values ${places}`,
        values,
      })
      for (const done of group) done()
    }
    pumping = false
  }
  const append = () =>
    new Promise<void>((done) => {
      waiting.push(done)
      if (!pumping) void pump()
    })
  try {
    return await measure(async (timed) => {
      await timed(append)
      await timed(append)
    })
  } finally {
    await client.end()
  }
}

const bareHash = Buffer.alloc(32, 7)

/** Runs `read` in a closed loop of 64 callers; the first fifth of the time warms up and is not counted. */
async function measure(
  read: (timed: <Result>(work: () => Promise<Result>) => Promise<Result>) => Promise<void>,
): Promise<Run> {
  const latencies: number[] = []
  const startMs = performance.now()
  const warmUntilMs = startMs + secondsPerRun * 200
  const endMs = startMs + secondsPerRun * 1000
  let cpuAtWarm: NodeJS.CpuUsage | undefined
  const timed = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const from = performance.now()
    const result = await work()
    const to = performance.now()
    if (from >= warmUntilMs) {
      cpuAtWarm ??= process.cpuUsage()
      latencies.push(to - from)
    }
    return result
  }
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < endMs) await read(timed)
    }),
  )
  const cpu = process.cpuUsage(cpuAtWarm)
  const seconds = (performance.now() - warmUntilMs) / 1000
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? 0
  return {
    entriesPerSecond: latencies.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    clientCpuMicros: (cpu.user + cpu.system) / latencies.length,
  }
}

function median(runs: readonly Run[]): Run {
  const middle = (pick: (run: Run) => number) => runs.map(pick).sort((a, b) => a - b)[Math.floor(runs.length / 2)]!
  return {
    entriesPerSecond: middle((run) => run.entriesPerSecond),
    p50Ms: middle((run) => run.p50Ms),
    p99Ms: middle((run) => run.p99Ms),
    clientCpuMicros: middle((run) => run.clientCpuMicros),
  }
}

/** As large and as full as the entries of a read through the console. */
function permitDraft(epoch: number): PermitDraft {
  return {
    kind: 'permit',
    outcome: 0,
    actor: {
      person: 'dr-000123' as PersonId,
      name: '王建国',
      roles: ['physician'],
      departments: ['dep-cardiology'],
      session: 'Zk3n8yq2Rr4tLw6x',
      assurance: 2,
      methods: ['pwd', 'otp'],
    },
    terminal: { address: '10.20.30.40', device: 'dev-7f3a' },
    channel: 'fhir',
    action: 'view',
    purpose: 'TREAT',
    patient: 'pat-000456' as PatientId,
    record: { type: 'Observation', id: 'obs-0001234', version: 2 },
    decision: { effect: 'permit', policies: ['physician-attending'], bundle: '0'.repeat(64), epoch: epoch as never },
    requestId: 'req-8f14e45fceea167a',
  }
}

const releaseDraft: EntryDraft = {
  kind: 'release',
  outcome: 0,
  actor: { person: 'dr-000123' as PersonId },
  patient: 'pat-000456' as PatientId,
  record: { type: 'Observation', id: 'obs-0001234', version: 2 },
  action: 'view',
  purpose: 'TREAT',
  digest: 'a'.repeat(64),
  requestId: 'req-8f14e45fceea167a',
}
