import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  checkpointText,
  cosigner,
  emptyFrontier,
  international,
  leafHash,
  noteSigner,
  parseCheckpoint,
  parseVerifierKey,
  parseWitnessPolicy,
  signNote,
  splitNote,
  verifyCosignatures,
  type WitnessPolicy,
} from '../crypto/index.ts'
import { type Database, silentLog, systemClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Ledger, openLedger } from '../ledger/index.ts'
import { integrateOnce } from '../ledger/integrate.ts'
import { openCosignatureStore } from './cosignature-store.ts'
import { ownLog } from './own-log.ts'
import { openWitnessClient, type WitnessClient, type WitnessClientOptions } from './witness-client.ts'

const root = mkdtempSync(join(tmpdir(), 'chartward-client-'))
const origin = 'chartward.local/ledger'
const signer = noteSigner(origin, international.generatePrivateKey())
const logsFile = join(root, 'logs.txt')
const second = noteSigner('second.example/ledger', international.generatePrivateKey())
writeFileSync(logsFile, `log ${signer.verifierKey} 人民医院\nlog ${second.verifierKey}\n`)

interface WitnessProcess {
  readonly name: string
  readonly address: string
  readonly verifierKey: string
  kill(): Promise<void>
  readonly ended: Promise<unknown>
}
const children: ChildProcess[] = []
async function startWitness(name: string, port = 0, script = 'witness.process.ts'): Promise<WitnessProcess> {
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  const child = fork(join(import.meta.dirname, script), [folder, logsFile, `${name}.example/w`, String(port)])
  children.push(child)
  const ended = once(child, 'exit')
  const [told] = (await once(child, 'message')) as [{ address: string; verifierKey: string }]
  return {
    name,
    ...told,
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
const portOf = ({ address }: WitnessProcess) => Number(new URL(address).port)

let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let witnesses: WitnessProcess[]
let policy: WitnessPolicy
const clients: WitnessClient[] = []

before(async () => {
  witnesses = await Promise.all(['office', 'health', 'sister'].map((name) => startWitness(name)))
  policy = parseWitnessPolicy(
    [
      `log ${signer.verifierKey}`,
      ...witnesses.map(({ name, verifierKey, address }) => `witness ${name} ${verifierKey} ${address}`),
      'group outside 2 office health sister',
      'quorum outside',
    ].join('\n'),
  )
  at = await openTestDatabase()
  ledger = await openLedger({ database: at.database })
})
after(async () => {
  await Promise.all(clients.map((client) => client.close()))
  for (const child of children) child.kill('SIGKILL')
  await ledger.close()
  await at.drop()
  rmSync(root, { recursive: true, force: true })
})

const logOf = (database: Database = at.database, by = signer) =>
  ownLog('international', {
    database,
    origin: by.name,
    verifiers: [parseVerifierKey(by.verifierKey)],
  })
function startClient(options: Partial<WitnessClientOptions> = {}): WitnessClient {
  const client = openWitnessClient({
    database: at.database,
    ledger,
    clock: systemClock,
    log: silentLog,
    policy,
    ownLogs: [logOf()],
    submitEveryMs: 20,
    timeoutMs: 2_000,
    firstBackoffMs: 20,
    ...options,
  })
  clients.push(client)
  return client
}
async function append(count: number): Promise<number> {
  await ledger.record(Array.from({ length: count }, () => ({ kind: 'system', outcome: 0 }) as const))
  await integrateOnce({ database: at.database, origin, signer, clock: systemClock })
  return await ledger.size()
}
const witnessed = async (client: WitnessClient, size: number) => {
  const answer = await client.awaitWitnessed(size - 1, 20_000)
  assert.equal(answer.outcome, 'witnessed')
}
const contradictions = (database: Database = at.database) =>
  database.query<{ problem: string; witness: string; confirmed: boolean; sequence: number; witness_size: number }>(
    'select problem, witness, confirmed, sequence, witness_size from ledger_contradiction order by id',
  )

test('a checkpoint is cosigned by the quorum, and what is published says so to anyone who has the policy', async () => {
  const client = startClient()
  const size = await append(10)
  await witnessed(client, size)
  const judged = verifyCosignatures((await client.published())!.note, policy)
  assert.equal(judged.checkpoint.size, size)
  assert.ok(judged.quorumIsMet && judged.witnessedAtSeconds !== undefined)
  assert.deepEqual(await client.lag(), { witnessedSize: size, unwitnessedEntries: 0, lagSeconds: 0 })
})

test('several processes show the ledger to the witnesses, and one of them does it at a time', async () => {
  const others = [startClient(), startClient()]
  for (let round = 0; round < 10; round++) await append(7)
  const size = await append(1)
  await Promise.all(others.map((client) => witnessed(client, size)))
  const rows = await at.database.query<{ size: number; n: number }>(
    'select size, count(*) as n from ledger_cosignature group by size order by size',
  )
  assert.ok(rows.every(({ n }) => n <= 3))
  await Promise.all(others.map((client) => client.close()))
  assert.deepEqual(await contradictions(), [])
})

test('with one witness away the quorum holds; with two away the ledger goes on, says how far they lag, and is still published', async () => {
  const client = clients[0]!
  await witnesses[0]!.kill()
  await witnessed(client, await append(3))
  const before = await ledger.size()
  await witnesses[1]!.kill()

  const size = await append(5)
  const waited = await client.awaitWitnessed(size - 1, 300)
  assert.deepEqual(waited, { outcome: 'not-in-time', witnessedSize: before })
  const lag = await client.lag()
  assert.deepEqual([lag.witnessedSize, lag.unwitnessedEntries], [before, 5])
  assert.ok(lag.lagSeconds > 0)
  // Within the patience, what counts is published; beyond it, what there is.
  assert.equal(parseCheckpoint(splitNote((await client.published())!.note).text).size, before)
  const impatient = startClient({ patienceMs: 0 })
  assert.equal((await impatient.published())!.size, size)
  await impatient.close()

  // They come back where they were, and are brought to where the ledger is now.
  for (const i of [0, 1]) witnesses[i] = await startWitness(witnesses[i]!.name, portOf(witnesses[i]!))
  await witnessed(client, await append(2))
})

test('a witness that dies between storing and answering is brought along when it is back', async () => {
  const client = clients[0]!
  const { name } = witnesses[2]!
  await witnesses[2]!.kill()
  const dying = await startWitness(name, portOf(witnesses[2]!), 'witness.killed.ts')
  const size = await append(4)
  await witnessed(client, size)
  await dying.ended
  witnesses[2] = await startWitness(name, portOf(dying))
  const grown = await append(4)
  for (let lines = 0; lines < 3; ) {
    lines = verifyCosignatures((await client.cosigned((await logOf().at(grown))!)).note, policy).cosignatures.length
    await new Promise((next) => setTimeout(next, 20))
  }
  assert.deepEqual(await contradictions(), [])
})

test('a witness that holds another root at our size and says so by 409, as the older text has it, is a fork too', async () => {
  const size = await append(1)
  const elder = createServer((_request, response) => {
    response.writeHead(409, { 'Content-Type': 'text/x.tlog.size' })
    response.end(`${size}\n`)
  })
  await new Promise<void>((done) => {
    elder.listen(0, '127.0.0.1', done)
  })
  const { verifierKey } = cosigner('elder.example/w', international.generatePrivateKey())
  const url = `http://127.0.0.1:${(elder.address() as AddressInfo).port}`
  const client = startClient({ policy: parseWitnessPolicy(`witness elder ${verifierKey} ${url}\nquorum elder`) })
  await until(async () => (await contradictions()).length === 1)
  await client.close()
  const [found] = await contradictions()
  assert.deepEqual([found!.problem, found!.witness, found!.confirmed], ['fork', 'elder.example/w', false])
  await new Promise((done) => void elder.close(done))
  await asSuperuser(at.database, async (query) => void (await query('delete from ledger_contradiction')))
})

test('of old cosignatures one checkpoint an hour is kept', async () => {
  await at.database.query(
    `insert into ledger_cosignature select 'old.example', n, 'w', 1, 'line', '2026-01-01T08:00:00Z'::timestamptz + n * interval '10 minutes'
     from generate_series(1, 30) n`,
  )
  await openCosignatureStore(at.database).thin('old.example')
  const kept = await at.database.query<{ size: number }>(
    `select size from ledger_cosignature where origin = 'old.example' order by size`,
  )
  assert.deepEqual(
    kept.map((row) => row.size),
    [5, 11, 17, 23, 29, 30],
  )
})

test('what a policy without witnesses means for who waits', async () => {
  const none = openWitnessClient({
    database: at.database,
    ledger,
    clock: systemClock,
    log: silentLog,
    policy: parseWitnessPolicy('quorum none'),
    ownLogs: [logOf()],
  })
  assert.deepEqual(await none.awaitWitnessed(0, 1_000), { outcome: 'no-witnesses' })
  assert.equal((await none.published())!.size, (await logOf().newest())!.size)
  await none.close()
})

test('a cosignature that somebody altered in the database is not published', async () => {
  const client = clients[0]!
  const size = await append(1)
  await witnessed(client, size)
  await client.close()
  const checkpoint = (await logOf().at(size))!
  await at.database.query(
    `update ledger_cosignature set line = regexp_replace(line, '.{8}$', 'AAAAAAA=') where size = $1`,
    [size],
  )
  assert.equal((await client.cosigned(checkpoint)).note, checkpoint.note)
})

test('an old backup that is restored is a rollback: the witnesses remember more, and the alarm stands in the ledger once', async () => {
  await append(3)
  const client = startClient()
  const size = await ledger.size()
  await witnessed(client, size)
  await client.close()
  // What restoring yesterday's dump does, with the rights of a superuser.
  await asSuperuser(at.database, async (query) => {
    await query('delete from ledger_checkpoint where size > $1', [size - 3])
    await query(
      'update ledger_tile t set width = greatest(1, width - 3), hashes = substring(hashes for 32 * greatest(1, width - 3)) where level = 0',
    )
    await query('delete from ledger_entry where sequence >= $1', [size - 3])
    await query('update ledger_head set size = $1', [size - 3])
    await query('delete from ledger_witnessed', [])
  })
  const restored = startClient()
  await until(async () => (await contradictions()).length === 3)
  await restored.close()
  for (const { problem, confirmed, witness_size } of await contradictions()) {
    assert.deepEqual([problem, confirmed, witness_size], ['rollback', true, size])
  }
  const [row] = await at.database.query<{ body: string }>('select body from ledger_entry where sequence = $1', [
    (await contradictions())[0]!.sequence,
  ])
  const entry = JSON.parse(row!.body) as { kind: string; outcome: number; detail: Record<string, unknown> }
  assert.deepEqual([entry.kind, entry.outcome, entry.detail.event], ['system', 12, 'history-contradicted'])
  const again = startClient()
  await new Promise((next) => setTimeout(next, 200))
  await again.close()
  assert.equal((await contradictions()).length, 3)
})

test('a restored ledger that goes on is a fork', async () => {
  const client = startClient()
  await append(30)
  await until(async () => (await contradictions()).filter(({ problem }) => problem === 'fork').length === 3)
  await client.close()
  assert.ok((await contradictions()).every(({ confirmed }) => confirmed))
})

test('recomputing everything with the rights of a superuser and the key of the log is refused by every witness, and told', async () => {
  const own = await openTestDatabase()
  const ledgerHere = await openLedger({ database: own.database })
  await ledgerHere.record(Array.from({ length: 50 }, () => ({ kind: 'system', outcome: 0 }) as const))
  await integrateOnce({ database: own.database, origin: second.name, signer: second, clock: systemClock })
  const start = () =>
    startClient({ database: own.database, ledger: ledgerHere, ownLogs: [logOf(own.database, second)] })
  const honest = start()
  await witnessed(honest, 50)
  await honest.close()

  await asSuperuser(own.database, async (query) => {
    await query(`update ledger_entry set body = replace(body, '"outcome":0', '"outcome":4') where sequence = 3`)
    await query(`update ledger_entry set leaf_hash = sha256('\\x00'::bytea || convert_to(body, 'UTF8'))`)
    const tree = emptyFrontier()
    for (const { body } of await query('select body from ledger_entry order by sequence'))
      tree.append(leafHash(String(body)))
    const note = await signNote(checkpointText({ origin: second.name, size: 50, root: tree.root() }), [second])
    await query('delete from ledger_tile')
    await query(
      `insert into ledger_tile select 0, 0, count(*), string_agg(leaf_hash, ''::bytea order by sequence) from ledger_entry`,
    )
    await query('update ledger_checkpoint set root_hash = $1, note = $2', [tree.root(), note])
    await query('delete from ledger_cosignature')
  })

  const forged = start()
  await until(async () => (await contradictions(own.database)).length === 3)
  await forged.close()
  for (const found of await contradictions(own.database)) {
    assert.deepEqual([found.problem, found.confirmed, found.witness_size], ['fork', true, 50])
  }
  const [row] = await own.database.query<{ evidence: string; own_root: Buffer }>(
    'select evidence, own_root from ledger_contradiction limit 1',
  )
  const evidence = parseCheckpoint(splitNote(row!.evidence).text)
  assert.equal(evidence.size, 50)
  assert.notDeepEqual(evidence.root, row!.own_root)
  await ledgerHere.close()
  await own.drop()
})

async function asSuperuser(
  database: Database,
  work: (query: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>) => Promise<void>,
) {
  await database.transaction(async (tx) => {
    await tx.query('set local session_replication_role = replica')
    await work((text, values) => tx.query(text, values))
  })
}
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((next) => setTimeout(next, 20))
}
