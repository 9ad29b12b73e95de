import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { costOf, type ProcessCost } from './process-cost.ts'

/**
 * Opening a record and a 50-row search through the whole path, against the bare store behind the same HTTP server, on
 * the demonstration hospital; server, database and load on this machine. CPU is that of the server and of PostgreSQL.
 */
export async function bench(): Promise<void> {
  const patients = Number(process.env.BENCH_PATIENTS ?? 2000)
  const seconds = Number(process.env.BENCH_SECONDS ?? 10)
  const folder = mkdtempSync(join(tmpdir(), 'chartward-bench-'))
  const port = await freePort()
  const environment = {
    ...process.env,
    DATA_DIR: folder,
    PORT: String(port),
    DEMO_PATIENTS: String(patients),
    LOG_LEVEL: 'error',
  }
  console.log(`demonstration hospital of ${patients} patients …`)
  const server = spawn(process.execPath, [nursery, 'bin/chartward.mjs', 'demo'], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let bare: { child: ChildProcess; port: number } | undefined
  try {
    await until(`http://127.0.0.1:${port}/readyz`)
    const databaseUrl = embeddedUrl(folder)
    const token = await output(
      spawn(process.execPath, ['bin/chartward.mjs', 'token', 'doctor'], {
        env: environment,
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    )
    const own = await readable(port, token.trim())
    bare = await startBare(databaseUrl)
    const postgresPid = Number(
      readFileSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0],
    )

    const rows: Measured[] = []
    const searchOf = (patient: string) => `/fhir/Observation?patient=Patient/${patient}&_count=50`
    const headers = { authorization: `Bearer ${token.trim()}`, accept: 'application/fhir+json' }
    const cases = [
      { name: 'open a record', paths: own.records.map((id) => `/fhir/Observation/${id}`) },
      { name: 'search, 50 rows', paths: own.patients.map(searchOf) },
    ]
    for (const { name, paths } of cases) {
      for (const connections of [16, 64]) {
        const bareRun = {
          url: `http://127.0.0.1:${bare.port}`,
          paths,
          headers,
          connections,
          seconds,
          serverPid: bare.child.pid as number,
          postgresPid,
        }
        const wholeRun = { ...bareRun, url: `http://127.0.0.1:${port}`, serverPid: server.pid as number }
        // Both are warm before they are measured: a server that runs for months is not judged by its first seconds.
        await load({ ...bareRun, seconds: warmUpSeconds })
        await load({ ...wholeRun, seconds: warmUpSeconds })
        rows.push({ name: `${name}, bare`, ...(await load(bareRun)) })
        rows.push({ name: `${name}, whole path`, ...(await load(wholeRun)) })
      }
    }
    report(rows)
  } finally {
    bare?.child.kill('SIGTERM')
    server.kill('SIGINT')
    await new Promise((done) => server.once('exit', done))
    rmSync(folder, { recursive: true, force: true })
  }
}

const warmUpSeconds = 20
/** As `npm start` runs it; the bare server has it too. */
const nursery = '--max-semi-space-size=64'

interface Load {
  readonly url: string
  readonly paths: readonly string[]
  readonly headers: Record<string, string>
  readonly connections: number
  readonly seconds: number
  readonly serverPid: number
  readonly postgresPid: number
}

interface Figures {
  readonly connections: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly serverCpuMs: number
  readonly postgresCpuMs: number
  readonly residentMiB: number
  readonly errors: number
}
type Measured = Figures & { readonly name: string }

async function load({ url, paths, headers, connections, seconds, serverPid, postgresPid }: Load): Promise<Figures> {
  const before = { server: costOf([serverPid]), postgres: costOf([postgresPid]) }
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    headers,
    requests: paths.map((path) => ({ method: 'GET', path })),
  })
  const after = { server: costOf([serverPid]), postgres: costOf([postgresPid]) }
  const done = result['2xx']
  return {
    connections,
    perSecond: done / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    serverCpuMs: each(before.server, after.server, done),
    postgresCpuMs: each(before.postgres, after.postgres, done),
    residentMiB: after.server.residentBytes / 2 ** 20,
    errors: result.non2xx + result.errors,
  }
}

function each(before: ProcessCost, after: ProcessCost, done: number): number {
  return ((after.cpuSeconds - before.cpuSeconds) * 1000) / Math.max(done, 1)
}

function report(rows: readonly Measured[]): void {
  console.log('| | callers | requests/s | p50 ms | p99 ms | CPU ms each: server | PostgreSQL | server MiB | not 2xx |')
  console.log('|---|---|---|---|---|---|---|---|---|')
  for (const row of rows) {
    const cells = [
      row.name,
      row.connections,
      row.perSecond.toFixed(0),
      row.p50Ms,
      row.p99Ms,
      row.serverCpuMs.toFixed(3),
      row.postgresCpuMs.toFixed(3),
      row.residentMiB.toFixed(0),
      row.errors,
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
  console.log()
  const cpu = (row: Measured) => row.serverCpuMs + row.postgresCpuMs
  for (let at = 0; at < rows.length; at += 2) {
    const [bare, whole] = [rows[at] as Measured, rows[at + 1] as Measured]
    const [cost, rate] = [cpu(whole) / cpu(bare), whole.perSecond / bare.perSecond]
    console.log(
      `${whole.name}, ${whole.connections} callers: ${cost.toFixed(2)}× the CPU of the bare read, ${rate.toFixed(2)}× its rate`,
    )
  }
  console.log(
    'Peer, recorded and not in this run: a FHIR server that stores an audit event after the answer, 146–177 reads/s, 5.2 CPU-ms each.',
  )
}

/** Observations of the doctor's own patients, found through the product itself. */
async function readable(port: number, token: string): Promise<{ records: string[]; patients: string[] }> {
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as {
      entry?: { resource: { resourceType: string; id: string; subject?: { reference: string } } }[]
    }
  }
  const bundle = await get('/fhir/Observation?_count=200')
  const found = (bundle.entry ?? [])
    .map((entry) => entry.resource)
    .filter((resource) => resource.resourceType === 'Observation')
  const patients = [...new Set(found.map((resource) => resource.subject?.reference.replace('Patient/', '') as string))]
  if (found.length === 0) throw new Error('the doctor has no observations to read')
  return { records: found.map((resource) => resource.id), patients }
}

async function startBare(databaseUrl: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [nursery, 'bench/bare-server.ts', databaseUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await new Promise<string>((done) => child.stdout?.once('data', (chunk) => done(String(chunk))))
  return { child, port: (JSON.parse(line) as { port: number }).port }
}

function embeddedUrl(folder: string): string {
  const password = readFileSync(join(folder, 'postgres', 'password'), 'utf8').trim()
  const port = readFileSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[3]
  return `postgres://chartward:${password}@127.0.0.1:${port}/postgres`
}

async function until(url: string): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt += 1) {
    const ready = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) return
    await new Promise((done) => setTimeout(done, 500))
  }
  throw new Error(`${url} did not become ready`)
}

async function output(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  const code = await new Promise<number | null>((done) => child.once('close', done))
  if (code !== 0) throw new Error('no token')
  return text
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
