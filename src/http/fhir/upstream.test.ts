import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type FastifyInstance, fastify } from 'fastify'
import { ownPatient, physician, strangePatient } from '../../authority/test-world.ts'
import { type FhirResource, openUpstreamStore } from '../../records/index.ts'
import { openTestSurface, type TestSurface } from './test-surface.ts'

/**
 * A hospital's own FHIR server, in memory: the official R4 examples and a few records of our patients. It tells in
 * which order it was touched, and how many entries the ledger held at that moment.
 */
interface Hospital {
  readonly app: FastifyInstance
  readonly url: string
  readonly records: Map<string, FhirResource>
  readonly touched: { readonly what: string; readonly ledgerSize: number }[]
  /** How it answers instead, when it is unwell. */
  ailment:
    | ((path: string) => { status: number; body: string; headers?: Record<string, string> } | undefined)
    | undefined
}

const examples = fileURLToPath(new URL('../../../../shared/data/fhir-r4-examples/', import.meta.url))
let hospital: Hospital
let surface: TestSurface

const observation = (id: string, patient: string): FhirResource => ({
  resourceType: 'Observation',
  id,
  meta: { versionId: '1', lastUpdated: '2026-11-20T00:00:00.000Z' },
  status: 'final',
  code: { text: `血红蛋白-${id}` },
  subject: { reference: `Patient/${patient}` },
})

async function openHospital(ledgerSize: () => Promise<number>): Promise<Hospital> {
  const records = new Map<string, FhirResource>()
  if (existsSync(examples)) {
    for (const file of readdirSync(examples).filter((name) => /^(Observation|Patient|Encounter)-/.test(name))) {
      const resource = JSON.parse(readFileSync(`${examples}${file}`, 'utf8')) as FhirResource
      const meta = { versionId: '1', lastUpdated: '2026-11-19T00:00:00.000Z' }
      records.set(`${resource.resourceType}/${resource.id}`, { ...resource, meta })
    }
  }
  for (let index = 0; index < 30; index += 1) {
    const own = index % 2 === 0
    const resource = observation(`${own ? 'own' : 'strange'}-${index}`, own ? ownPatient : strangePatient)
    records.set(`Observation/${resource.id}`, resource)
  }
  const app = fastify({ logger: false })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  const here: Hospital = { app, url: '', records, touched: [], ailment: undefined }
  app.addHook('onRequest', async (request) => {
    here.touched.push({ what: `${request.method} ${request.url}`, ledgerSize: await ledgerSize() })
  })
  app.all('/r4/*', async (request, reply) => {
    const ill = here.ailment?.(request.url)
    if (ill)
      return reply
        .code(ill.status)
        .headers(ill.headers ?? {})
        .send(ill.body)
    const [type = '', id, history] = (request.url.split('?')[0] ?? '').replace('/r4/', '').split('/')
    reply.type('application/fhir+json')
    if (history !== undefined) {
      const kept = records.get(`${type}/${id}`)
      return JSON.stringify({ resourceType: 'Bundle', type: 'history', total: 1, entry: [{ resource: kept }] })
    }
    return id === undefined ? page(here, type, request.url, address(app)) : one(here, `${type}/${id}`, request, reply)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return Object.assign(here, { url: `${address(app)}/r4` })
}

const address = (app: FastifyInstance): string => {
  const bound = app.server.address()
  return `http://127.0.0.1:${bound && typeof bound === 'object' ? bound.port : 0}`
}

type Answered = {
  code(status: number): Answered
  header(name: string, value: string): Answered
  send(body?: string): unknown
}

function one(
  here: Hospital,
  key: string,
  request: { method: string; headers: Record<string, unknown>; body: unknown },
  reply: Answered,
) {
  const kept = here.records.get(key)
  const tag = kept ? `W/"${kept.meta?.versionId}"` : undefined
  if (request.method === 'GET') return kept ? JSON.stringify(kept) : reply.code(404).send('')
  const expected = request.headers['if-match']
  if (expected !== undefined && expected !== tag) return reply.code(412).send('')
  if (request.method === 'DELETE') {
    here.records.delete(key)
    return reply.code(204).send()
  }
  const resource = JSON.parse(String(request.body)) as FhirResource
  const versionId = String(Number(kept?.meta?.versionId ?? 0) + 1)
  here.records.set(key, { ...resource, meta: { ...resource.meta, versionId, lastUpdated: '2026-11-21T00:00:00.000Z' } })
  return reply.code(kept ? 200 : 201).send(JSON.stringify(here.records.get(key)))
}

/** Pages of five, whatever is asked for: an upstream has its own mind about page sizes. */
function page(here: Hospital, type: string, url: string, root: string): string {
  const query = new URLSearchParams(url.split('?')[1])
  const offset = Number(query.get('_offset') ?? 0)
  const patient = (query.get('patient') ?? query.get('subject'))?.replace('Patient/', '')
  const found = [...here.records.values()].filter((resource) => {
    const subject = (resource.subject as { reference?: string } | undefined)?.reference
    return resource.resourceType === type && (patient === undefined || subject === `Patient/${patient}`)
  })
  query.set('_offset', String(offset + 5))
  const link = offset + 5 < found.length ? [{ relation: 'next', url: `${root}/r4/${type}?${query}` }] : []
  const entry = found.slice(offset, offset + 5).map((resource) => ({ resource, search: { mode: 'match' } }))
  return JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: found.length, link, entry })
}

before(async () => {
  let ledgerSize = async () => 0
  hospital = await openHospital(() => ledgerSize())
  surface = await openTestSurface([], {
    records: ({ ledger, clock }) =>
      openUpstreamStore({ url: hospital.url, ledger, clock, timeoutMs: 1500, keepFactsMs: 0 }),
  })
  ledgerSize = () => surface.world.ledger.size()
})
after(async () => {
  await surface?.close()
  await (surface?.records as { close?(): Promise<void> } | undefined)?.close?.()
  await hospital?.app.close()
})

const ask = (url: string, given: object = {}) => {
  hospital.touched.length = 0
  return surface.ask(physician, { url, ...given })
}

test('what leaves is fetched only after its permit stands in the ledger', async () => {
  const asked = await ask('/fhir/Observation/own-0')
  assert.equal(asked.status, 200, asked.text)
  assert.equal(asked.json.code.text, '血红蛋白-own-0')
  const permit = Number(asked.headers['chartward-receipt'])
  const [described, fetched, ...more] = hospital.touched
  assert.equal(more.length, 0)
  assert.ok(described && described.ledgerSize <= permit)
  assert.ok(fetched && fetched.ledgerSize > permit, 'the content was fetched before the permit was recorded')
})

test('a denial fetches nothing for the caller and tells nothing of the record', async () => {
  const asked = await ask('/fhir/Observation/strange-1')
  assert.equal(asked.status, 403)
  assert.equal(hospital.touched.length, 1, 'described once, never fetched to be given')
  assert.ok(!asked.text.includes('血红蛋白'))
})

test('a record that changes between decision and reading is decided again', async () => {
  let served = 0
  hospital.ailment = (path) => {
    if (!path.endsWith('Observation/own-2')) return undefined
    served += 1
    const version = served === 1 ? '1' : '2'
    const meta = { versionId: version, lastUpdated: '2026-11-20T00:00:00.000Z' }
    return { status: 200, body: JSON.stringify({ ...observation('own-2', ownPatient), meta }) }
  }
  const asked = await ask('/fhir/Observation/own-2')
  hospital.ailment = undefined
  assert.equal(asked.status, 200, asked.text)
  assert.equal(asked.headers.etag, 'W/"2"')
  assert.equal(served, 4)
})

test('pages are filled from further pages of the upstream until all that may be seen was shown once', async () => {
  const ids: string[] = []
  let url: string | undefined = '/fhir/Observation?_count=4'
  for (let pages = 0; url !== undefined && pages < 40; pages += 1) {
    const asked: Awaited<ReturnType<typeof ask>> = await ask(url)
    assert.equal(asked.status, 200, asked.text)
    ids.push(...(asked.json.entry ?? []).map((entry: { resource: { id: string } }) => entry.resource.id))
    const next: string | undefined = asked.json.link.find((one: { relation: string }) => one.relation === 'next')?.url
    if (next !== undefined && ids.length < 15) assert.equal(asked.json.entry.length, 4)
    url = next?.replace('https://emr.example.org', '')
  }
  const expected = Array.from({ length: 15 }, (_, index) => `own-${index * 2}`)
  assert.deepEqual(ids.filter((id) => id.startsWith('own-')).sort(), expected.sort())
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(!ids.some((id) => id.startsWith('strange-')))
})

test('a page mark that was altered, or belongs to another search, is refused', async () => {
  const { json } = await ask('/fhir/Observation?_count=4')
  const next: string = json.link.find((one: { relation: string }) => one.relation === 'next').url
  const cursor = new URL(next).searchParams.get('_cursor')!
  assert.equal((await ask(`/fhir/Observation?_count=4&_cursor=${cursor}x`)).status, 400)
  assert.equal((await ask(`/fhir/Observation?_count=4&status=final&_cursor=${cursor}`)).status, 400)
})

test('chained parameters are refused: the upstream would answer them from records nobody decided on', async () => {
  assert.equal((await ask('/fhir/Observation?subject:Patient.name=x')).status, 400)
})

test('a write goes to the upstream under the version that was decided on, and stands in the ledger', async () => {
  const changed = { ...observation('own-4', ownPatient), status: 'amended' }
  const put = (version: number) =>
    ask('/fhir/Observation/own-4', {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json', 'if-match': `W/"${version}"` },
      payload: JSON.stringify(changed),
    })
  const written = await put(1)
  assert.equal(written.status, 200, written.text)
  assert.equal(hospital.records.get('Observation/own-4')?.status, 'amended')
  assert.ok((await surface.entries()).some((entry) => entry.kind === 'write' && entry.record?.id === 'own-4'))
  assert.equal((await put(1)).status, 412)
})

test('transactions are refused in front of an upstream', async () => {
  const asked = await ask('/fhir', {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    payload: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: [] }),
  })
  assert.equal(asked.status, 501)
})

test('an unwell upstream is told as such, and nothing of it leaks', async () => {
  const other = JSON.stringify(observation('own-8', ownPatient))
  const cases: readonly [string, { status: number; body: string; headers?: Record<string, string> }, number, string][] =
    [
      ['an error', { status: 500, body: 'ORA-00942: secret' }, 503, 'upstream-unavailable'],
      ['too busy', { status: 429, body: '' }, 503, 'upstream-unavailable'],
      ['a refusal', { status: 401, body: 'token secret' }, 502, 'upstream-refused'],
      [
        'a redirect',
        { status: 302, body: '', headers: { location: 'http://evil.example/' } },
        502,
        'upstream-nonsense',
      ],
      ['no JSON', { status: 200, body: '<html>secret' }, 502, 'upstream-nonsense'],
      ['no resource', { status: 200, body: '{"secret":1}' }, 502, 'upstream-nonsense'],
      ['another record', { status: 200, body: other }, 502, 'upstream-nonsense'],
    ]
  for (const [name, answer, status, code] of cases) {
    hospital.ailment = () => answer
    const asked = await ask('/fhir/Observation/own-6')
    assert.equal(asked.status, status, name)
    assert.equal(asked.json.issue[0].details.coding[0].code, code, name)
    assert.ok(!asked.text.includes('secret') && !asked.text.includes('血红蛋白'), name)
  }
  hospital.ailment = undefined
})

test('an upstream that is gone is told as unavailable', async () => {
  const gone = await openTestSurface([], {
    records: ({ ledger, clock }) => openUpstreamStore({ url: 'http://127.0.0.1:9/r4', ledger, clock, timeoutMs: 1000 }),
  })
  const asked = await gone.ask(physician, { url: '/fhir/Observation/own-0' })
  assert.equal(asked.status, 503)
  await gone.close()
})
