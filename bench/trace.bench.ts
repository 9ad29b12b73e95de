import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, migrate, openDatabase, startEmbeddedPostgres } from '../src/kernel/index.ts'
import { type EntryDraft, openTrace, type Trace } from '../src/ledger/index.ts'
import { projectionState, projectUpTo } from '../src/ledger/project.ts'
import { sealEntry } from '../src/ledger/seal-entry.ts'
import { stretchSize } from '../src/ledger/trace-block.ts'
import { costOf } from './process-cost.ts'

/** Sizes of the ledger to ask at, each grown from the one before: `TRACE_ENTRIES=100000,1000000,10000000`. */
const sizes = (process.env.TRACE_ENTRIES ?? '100000,1000000').split(',').map(Number)
const asksPerQuestion = Number(process.env.TRACE_ASKS ?? 200)

const people = 2_000
const patients = 100_000
const millisecondsPerEntry = 250

/**
 * Questions to the trace at growing sizes: p50 and p99 of each shape, so that the curve can be read off. Reads of a
 * hospital of 2,000 people and 100,000 patients, and a few rare entries; its own PostgreSQL.
 */
export async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'chartward-bench-'))
  const server = await startEmbeddedPostgres(join(folder, 'postgres'), { max_wal_size: '4GB' })
  const database = openDatabase(server.url)
  try {
    await migrate(database)
    // The journal is written as ledger_append leaves it, without its commits: this measures questions, not appends.
    await database.query('alter table ledger_entry disable trigger all')
    const columns = new Map<string, string[]>()
    for (const size of sizes) {
      await grow(database, size)
      await projectAll(database, pidOf(folder), size)
      const trace = openTrace({ database })
      for (const { name, question } of shapes(size)) {
        const { p50, p99, rows } = await measure(trace, question)
        const line = columns.get(name) ?? []
        columns.set(name, line)
        line.push(`${p50.toFixed(1).padStart(7)} ${p99.toFixed(1).padStart(7)} ${String(rows).padStart(4)}`)
      }
    }
    console.log(
      `\n${'question, page of 50'.padEnd(46)}${sizes.map((size) => `${size.toLocaleString('en')} entries`.padStart(20)).join('  ')}`,
    )
    console.log(`${''.padEnd(46)}${sizes.map(() => 'p50 ms  p99 ms rows').join('  ')}`)
    for (const [name, line] of columns) console.log(`${name.padEnd(46)}${line.join('  ')}`)
  } finally {
    await database.close()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

type Question = Parameters<Trace['askTrace']>[0]
interface Shape {
  readonly name: string
  readonly question: (turn: number) => Question
}

const startMs = Date.UTC(2024, 0, 1)
const timeOf = (sequence: number) => new Date(startMs + sequence * millisecondsPerEntry).toISOString()
const doctor = (n: number) => `dr-${n % people}`
const patient = (n: number) => `pat-${n % patients}`

/** Each filter alone, useful combinations, and what is rare or was never there. */
function shapes(size: number): readonly Shape[] {
  const spread = (turn: number) => (turn * 7919) % people
  const dayIn = (turn: number) => {
    const from = ((turn * 104_729) % size) * 0.8
    return { from: timeOf(from), to: timeOf(from + size / 50) }
  }
  const shape = (name: string, question: (turn: number) => Question): Shape => ({ name, question })
  return [
    shape('newest', () => ({})),
    shape('patient', (turn) => ({ patient: patient(turn * 7919) })),
    shape('person', (turn) => ({ person: doctor(spread(turn)) })),
    shape('department', (turn) => ({ department: `dep-${turn % 60}` })),
    shape('terminal by address', (turn) => ({ terminal: `10.20.${turn % 30}.${turn % 200}` })),
    shape('terminal by device', (turn) => ({ terminal: `dev-${spread(turn)}` })),
    shape('time', dayIn),
    shape('action, common', () => ({ action: 'view' })),
    shape('action, rare', () => ({ action: 'export' })),
    shape('kind, common', () => ({ kind: 'release' })),
    shape('kind, rare', () => ({ kind: 'import' })),
    shape('purpose, rare', () => ({ purpose: 'HLEGAL' })),
    shape('outcome, rare', () => ({ outcome: 12 })),
    shape('record', (turn) => ({ record: `Observation/obs-${(turn * 31) % 1_000_000}` })),
    shape('type of record, never there', () => ({ record: 'ImagingStudy' })),
    shape('application, rare', () => ({ application: 'old-lab' })),
    shape('on behalf of', (turn) => ({ onBehalfOf: doctor(turn) })),
    shape('session', (turn) => ({ session: `s${spread(turn)}x${turn % 3}` })),
    shape('receipt', (turn) => ({ sequence: (turn * 7919) % size })),
    shape('request id', (turn) => ({ requestId: `req-${(turn * 7919) % (size / 2)}` })),
    shape('patient, never there', (turn) => ({ patient: `nobody-${turn}` })),
    shape('person and patient', (turn) => ({ person: doctor(spread(turn)), patient: patient(turn) })),
    shape('person, refusals', (turn) => ({ person: doctor(spread(turn)), kind: 'refusal' })),
    shape('department, refusals', (turn) => ({ department: `dep-${turn % 60}`, kind: 'refusal' })),
    shape('patient, one period', (turn) => ({ patient: patient(turn * 7919), ...dayIn(turn) })),
    shape('person, one period', (turn) => ({ person: doctor(spread(turn)), ...dayIn(turn) })),
    shape('department, purpose, one period', (turn) => ({ department: 'dep-7', purpose: 'TREAT', ...dayIn(turn) })),
    shape('outcome, one period, rare', (turn) => ({ outcome: 12, ...dayIn(turn) })),
    shape('two common ones that never meet', () => ({ kind: 'release', terminal: 'gateway' })),
    shape('three that never meet', () => ({ kind: 'release', action: 'view', application: 'gateway-only' })),
    shape('page deep in the past', (turn) => ({ person: doctor(spread(turn)), before: Math.floor(size / 10) })),
  ]
}

/** A read is a permit and its release; now and then something else happens. */
function draftOf(sequence: number): EntryDraft {
  const read = sequence >> 1
  // Scattered, but the same in every run.
  const n = (Math.imul(read, 2_654_435_761) >>> 0) % 1_000_003
  const person = n % people
  const actor = {
    person: doctor(person),
    roles: ['physician'],
    departments: [`dep-${person % 60}`, `ward-${person % 80}`],
    session: `s${person}x${n % 3}`,
    assurance: 2,
    methods: ['pwd', 'otp'],
  }
  const draft = {
    outcome: 0,
    action: 'view',
    purpose: 'TREAT',
    patient: patient(Math.imul(n, 40_503) >>> 0),
    record: { type: 'Observation', id: `obs-${n}`, version: 2 },
    requestId: `req-${read}`,
  }
  if (sequence % 2 === 1) {
    const { person: who, departments } = actor
    return {
      ...draft,
      kind: 'release',
      actor: { person: who, departments },
      digest: 'a'.repeat(64),
      follows: sequence - 1,
    } as never
  }
  const rare =
    n % 1_000 === 1
      ? { kind: 'refusal', outcome: 8 }
      : n % 50_000 === 2
        ? { kind: 'import', action: 'export', purpose: 'HLEGAL', outcome: 12 }
        : n % 40_000 === 3
          ? { actor: { ...actor, onBehalfOf: doctor(n >> 4), application: 'old-lab' } }
          : {}
  const gateway = n % 3 === 0 ? { address: 'gateway', device: `dev-${person}` } : undefined
  return {
    kind: 'permit',
    actor,
    terminal: gateway ?? { address: `10.20.${person % 30}.${person % 200}`, device: `dev-${person}` },
    channel: 'fhir',
    decision: { effect: 'permit', policies: ['physician-attending'], bundle: '0'.repeat(64), epoch: 3 },
    ...draft,
    ...rare,
  } as never
}

async function grow(database: Database, size: number): Promise<void> {
  const batch = 5_000
  const [head] = await database.query<{ size: number }>('select size from ledger_head')
  for (let first = head!.size; first < size; first += batch) {
    const entries = Array.from({ length: Math.min(batch, size - first) }, (_, at) =>
      sealEntry(draftOf(first + at), startMs + (first + at) * millisecondsPerEntry),
    )
    await database.query(
      {
        name: 'grow',
        text: `insert into ledger_entry (sequence, leaf_hash, body)
               select $1::bigint + e.at - 1, decode(e.hash, 'hex'), e.body
               from unnest($2::text[], $3::text[]) with ordinality as e (hash, body, at)`,
      },
      [first, entries.map((entry) => entry.leafHash), entries.map((entry) => entry.body)],
    )
    await database.query('update ledger_head set size = $1', [first + entries.length])
  }
  await database.query('vacuum analyze ledger_entry')
}

/** What it costs to bring the trace up to date, here and in PostgreSQL, and the room it takes. */
async function projectAll(database: Database, serverPid: number, size: number): Promise<void> {
  const { projected: before } = await projectionState(database)
  const cpu = process.cpuUsage()
  const server = costOf([serverPid]).cpuSeconds
  const from = performance.now()
  await projectUpTo(database, size)
  const spent = process.cpuUsage(cpu)
  const { projected } = await projectionState(database)
  const entries = Math.max(stretchSize, projected - before)
  const [room] = await database.query<{ bytes: number }>(
    `select (pg_total_relation_size('trace_block') + pg_total_relation_size('trace_stretch'))::bigint as bytes`,
  )
  console.log(
    `${size.toLocaleString('en').padStart(12)} entries: projection ${((spent.user + spent.system) / entries).toFixed(1)} µs CPU/entry here, ` +
      `${(((costOf([serverPid]).cpuSeconds - server) * 1e6) / entries).toFixed(1)} µs in PostgreSQL, ` +
      `${(entries / (performance.now() - from)).toFixed(0)} thousand/s; trace ${(room!.bytes / Math.max(1, projected)).toFixed(0)} bytes/entry`,
  )
}

const pidOf = (folder: string) =>
  Number(readFileSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0])

async function measure(trace: Trace, question: (turn: number) => Question) {
  const times: number[] = []
  let rows = 0
  for (let turn = -5; turn < asksPerQuestion; turn++) {
    const from = performance.now()
    const page = await trace.askTrace(question(Math.abs(turn)), { count: 50 })
    if (turn >= 0) times.push(performance.now() - from)
    rows = Math.max(rows, page.rows.length)
  }
  times.sort((one, other) => one - other)
  const at = (share: number) => times[Math.floor((times.length - 1) * share)] ?? 0
  return { p50: at(0.5), p99: at(0.99), rows }
}
