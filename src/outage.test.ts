import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type FastifyInstance, fastify } from 'fastify'
import { loadCare } from './authority/index.ts'
import { sequenceOfSpoolReceipt } from './continuity/index.ts'
import { readDemoPeople } from './demonstration/index.ts'
import {
  type EmbeddedPostgres,
  freePort,
  type PersonId,
  readConfiguration,
  startEmbeddedPostgres,
} from './kernel/index.ts'
import { type Entry, parseEntry } from './ledger/index.ts'
import { type Chartward, openChartward } from './main.ts'

// A hospital whose records are elsewhere: its own PostgreSQL is stopped and started for real, the server lives on.

let folder: string
let postgres: EmbeddedPostgres
let startDatabase: () => Promise<EmbeddedPostgres>
let upstream: FastifyInstance
let chartward: Chartward
let restart: (continuity: object | undefined) => Promise<void>
const people: Record<string, PersonId> = {}
const patient = 'pt-own'
let department: string

const observation = (id: string) => ({
  resourceType: 'Observation',
  id,
  meta: { versionId: '1', lastUpdated: '2026-11-20T00:00:00.000Z' },
  status: 'final',
  code: { text: `血红蛋白-${id}` },
  subject: { reference: `Patient/${id.startsWith('strange') ? 'nobody' : patient}` },
})

async function openUpstream(): Promise<FastifyInstance> {
  const app = fastify({ logger: false })
  app.get('/r4/*', async (request, reply) => {
    const [path = '', question = ''] = request.url.replace('/r4/', '').split('?')
    const [type, id] = path.split('/')
    reply.type('application/fhir+json')
    if (type === 'Observation' && id !== undefined) return JSON.stringify(observation(id))
    const found = type === 'Observation' && question.includes('patient') ? [observation('found')] : []
    return JSON.stringify({
      resourceType: 'Bundle',
      type: 'searchset',
      total: found.length,
      entry: found.map((resource) => ({ resource, search: { mode: 'match' } })),
    })
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartward-outage-'))
  const port = String(await freePort('127.0.0.1'))
  startDatabase = () => startEmbeddedPostgres(join(folder, 'postgres'), { port, fsync: 'off' })
  postgres = await startDatabase()
  upstream = await openUpstream()
  const { port: upstreamPort } = upstream.server.address() as { port: number }
  const dataDir = join(folder, 'data')
  restart = async (continuity) => {
    await chartward?.close()
    const configuration = readConfiguration({
      DATABASE_URL: postgres.url.replace(/:\d+\/postgres$/, `:${port}/postgres`),
      DATA_DIR: dataDir,
      PORT: '0',
      LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
      DEMO_PATIENTS: '10',
      EMR_UPSTREAM_URL: `http://127.0.0.1:${upstreamPort}/r4`,
      ...(continuity && { CONTINUITY: JSON.stringify(continuity) }),
    })
    chartward = await openChartward(configuration, { demonstration: true })
  }
  await restart(undefined)
  for (const person of await readDemoPeople(dataDir)) people[person.username] = person.id as PersonId
  const { directory, ground } = chartward.rooms
  department = (await directory.subject(people.doctor!))!.posts[0]!.department
  const attends = {
    person: people.doctor!,
    patient,
    kind: 'attending',
    source: 'Encounter/own',
    from: Date.now() - 1000,
  }
  await ground.database.transaction((tx) => loadCare(tx, { relations: [attends as never], stays: [] }))
})
after(async () => {
  // Also when a test left the database stopped: what can be closed is closed.
  await chartward?.close().catch(() => {})
  await upstream?.close()
  await postgres?.stop().catch(() => {})
  await rm(folder, { recursive: true, force: true })
})

const tokens = new Map<string, string>()
async function signIn(...names: string[]): Promise<void> {
  for (const name of names) {
    tokens.set(name, await chartward.rooms.identity.issueToken(people[name]!, { minutes: 30 }))
  }
}

async function ask(name: string, path: string, init: RequestInit = {}) {
  const response = await fetch(chartward.address + path, {
    ...init,
    headers: { authorization: `Bearer ${tokens.get(name)}`, ...init.headers },
  })
  const text = await response.text()
  return {
    status: response.status,
    receipt: response.headers.get('chartward-receipt'),
    headers: response.headers,
    text,
  }
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await condition())) {
    assert.ok(performance.now() < end, what)
    await new Promise((next) => setTimeout(next, 25))
  }
}

async function entries(): Promise<readonly (Entry & { readonly sequence: number })[]> {
  const rows = await chartward.rooms.ground.database.query<{ sequence: number; body: string }>(
    'select sequence, body from ledger_entry order by sequence',
  )
  return rows.map(({ sequence, body }) => ({ sequence, ...parseEntry(body) }))
}

const isAway = () => chartward.rooms.continuity.state().databaseIsAway
const isJoined = () => {
  const { databaseIsAway, spooledFrames } = chartward.rooms.continuity.state()
  return !databaseIsAway && spooledFrames === 0
}

test('where everything is strict nothing leaves while the database is away', async () => {
  await signIn('doctor')
  assert.equal((await ask('doctor', '/fhir/Observation/one')).status, 200)
  await postgres.stop()
  const asked = await ask('doctor', '/fhir/Observation/one')
  assert.equal(asked.status, 503)
  assert.ok(!asked.text.includes('血红蛋白'))
  postgres = await startDatabase()
  const answers = () => chartward.rooms.ledger.size().then(Boolean, () => false)
  await until(answers, 'the ledger has its database again')
})

test('care goes on by the plan while the database is away, and stands in the ledger once it is back', async () => {
  await restart({ departments: { [department]: 'clinical-continuity' } })
  await signIn('doctor', 'nurse', 'inspector')
  assert.match((await ask('doctor', '/fhir/Observation/before')).receipt!, /^\d+$/)
  await ask('inspector', '/api/uses/mine')
  await postgres.stop()

  const first = await ask('doctor', '/fhir/Observation/during')
  assert.equal(first.status, 200, first.text)
  assert.match(first.receipt!, /^S[0-9a-f]{16}-\d+$/)
  assert.equal(first.headers.get('chartward-continuity'), 'spooled')
  assert.deepEqual(
    JSON.parse(first.text).meta.tag.map((tag: { code: string }) => tag.code),
    [first.receipt],
  )
  await until(isAway, 'the outage is noticed')
  const many = await Promise.all(Array.from({ length: 20 }, (_, i) => ask('doctor', `/fhir/Observation/many-${i}`)))
  assert.ok(many.every((one) => one.status === 200 && one.receipt!.startsWith('S')))
  assert.equal(new Set(many.map((one) => one.receipt)).size, 20)
  const confined = await ask('doctor', `/fhir/Observation?patient=${patient}`)
  assert.equal(confined.status, 200, confined.text)
  assert.ok(confined.text.includes('血红蛋白-found'))

  const refused: readonly [string, string, RequestInit?][] = [
    ['doctor', '/fhir/Observation'],
    ['doctor', '/fhir/Observation/strange-1'],
    ['doctor', '/fhir/Observation/one', { method: 'DELETE' }],
    ['doctor', '/api/uses/mine'],
    ['nurse', '/fhir/Observation/one'],
    ['inspector', '/api/uses/mine'],
  ]
  for (const [name, path, init] of refused) {
    const asked = await ask(name, path, init)
    assert.equal(asked.status, 503, `${name} ${init?.method ?? 'GET'} ${path}: ${asked.text}`)
    assert.equal(asked.receipt, null)
    assert.ok(!asked.text.includes('血红蛋白'))
  }
  // A token that was never seen cannot be told from one of somebody who was stopped.
  tokens.set('nobody', 'A'.repeat(43))
  assert.equal((await ask('nobody', '/fhir/Observation/one')).status, 503)

  postgres = await startDatabase()
  await until(isJoined, 'the spool is joined')
  assert.match((await ask('doctor', '/fhir/Observation/after')).receipt!, /^\d+$/)
  const all = await entries()
  const { database } = chartward.rooms.ground
  for (const { receipt } of [first, ...many]) {
    const sequence = await sequenceOfSpoolReceipt(database, receipt!)
    const permit = all[sequence!]!
    assert.equal(permit.kind, 'permit')
    assert.equal(permit.actor?.person, people.doctor)
    assert.equal(permit.detail?.continuity, 'clinical-continuity')
    const released = all.filter((entry) => entry.kind === 'release' && entry.follows === sequence)
    assert.equal(released.length, 1)
    assert.equal((released[0]!.detail!.spool as { id: string }).id, receipt!.slice(1, 17))
  }
  const joined = all.filter((entry) => entry.kind === 'spool-joined').at(-1)!
  assert.equal(joined.detail!.frames, 44)
  assert.equal(joined.detail!.releases, 22)
  assert.equal(joined.detail!.forReview, undefined)
  assert.equal(joined.outcome, 0)
  assert.deepEqual(
    all.filter((entry) => entry.kind === 'gap').map((entry) => entry.detail),
    [],
  )
})

test('a mode is never changed in silence', async () => {
  const stated = (await entries()).filter(
    (entry) => entry.kind === 'configuration-change' && entry.detail?.setting === 'continuity',
  )
  assert.equal(stated.length, 2)
  assert.deepEqual((stated[1]!.detail!.after as { departments: object }).departments, {
    [department]: 'clinical-continuity',
  })
})

test('a server that ends in an outage leaves its spool, and the next start joins it', async () => {
  await ask('doctor', '/fhir/Observation/known')
  await postgres.stop()
  await until(isAway, 'the outage is noticed')
  const { receipt } = await ask('doctor', '/fhir/Observation/last')
  assert.match(receipt!, /^S/)
  // The spool stays where it is; join-spool.test.ts kills processes for real.
  await chartward.close().catch(() => {})
  assert.ok(readdirSync(join(folder, 'data', 'spool')).some((name) => name.startsWith(receipt!.slice(1, 17))))
  postgres = await startDatabase()
  chartward = undefined as never
  await restart({ departments: { [department]: 'read-only-offline' } })
  await until(
    async () => (await sequenceOfSpoolReceipt(chartward.rooms.ground.database, receipt!)) !== undefined,
    'joined',
  )
})

test('read-only offline opens and changes nothing', async () => {
  await signIn('doctor')
  await ask('doctor', '/fhir/Observation/one')
  await postgres.stop()
  await until(isAway, 'the outage is noticed')
  assert.equal((await ask('doctor', '/fhir/Observation/one')).status, 200)
  const changed = await ask('doctor', '/fhir/Observation/one', {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ ...observation('one'), status: 'amended' }),
  })
  assert.equal(changed.status, 503, changed.text)
  postgres = await startDatabase()
  await until(isJoined, 'the spool is joined')
})
