import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { fixedClock } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { type Ledger, openLedger } from '../ledger/index.ts'
import type { FhirResource } from './fhir.ts'
import { followUpstreamCare, type UpstreamCare } from './upstream-care.ts'

// The outside world: a FHIR server that holds a few encounters and gives them two to a page.
const encounters = new Map<string, FhirResource>()
let clockSeconds = 0
const put = (id: string, more: object): void => {
  clockSeconds += 1
  const lastUpdated = new Date(1_790_000_000_000 + clockSeconds * 1000).toISOString()
  encounters.set(id, { resourceType: 'Encounter', id, meta: { lastUpdated }, ...more })
}
const attended = (by: string, period: object = { start: '2026-11-01T00:00:00Z' }) => ({
  status: 'in-progress',
  class: { code: 'IMP' },
  subject: { reference: 'Patient/p1' },
  period,
  participant: [
    {
      type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND' }] }],
      individual: { reference: `Practitioner/${by}` },
      period,
    },
  ],
})

let server: Server
let at: Awaited<ReturnType<typeof openTestDatabase>>
let ledger: Ledger
let care: UpstreamCare
before(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://upstream')
    const since = url.searchParams.get('_lastUpdated')?.replace(/^ge/, '') ?? ''
    const offset = Number(url.searchParams.get('offset') ?? 0)
    const all =
      url.pathname === '/fhir/Encounter'
        ? [...encounters.values()]
            .filter((one) => String(one.meta?.lastUpdated) >= since)
            .sort((a, b) => (String(a.meta?.lastUpdated) < String(b.meta?.lastUpdated) ? -1 : 1))
        : []
    url.searchParams.set('offset', String(offset + 2))
    const more =
      offset + 2 < all.length
        ? [{ relation: 'next', url: `http://${request.headers.host}${url.pathname}${url.search}` }]
        : []
    response.setHeader('content-type', 'application/fhir+json')
    response.end(
      JSON.stringify({
        resourceType: 'Bundle',
        type: 'searchset',
        link: more,
        entry: all.slice(offset, offset + 2).map((resource) => ({ resource })),
      }),
    )
  }).listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  at = await openTestDatabase()
  const clock = fixedClock(Date.parse('2026-11-22T00:00:00Z'))
  ledger = await openLedger({ database: at.database, clock })
  for (const n of [1, 2, 3, 4, 5]) put(`e${n}`, attended(`dr-${n}`))
  care = followUpstreamCare({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`,
    database: at.database,
    ledger,
    clock,
    everyMs: 3_600_000,
  })
})
after(async () => {
  await care.close()
  await ledger.close()
  await at.drop()
  server.close()
})

const relations = async () => {
  const rows = await at.database.query<{ person_id: string; valid_until: Date | null }>(
    'select person_id, valid_until from care_relation order by person_id',
  )
  return rows.map((row) => [row.person_id, row.valid_until === null])
}

test('who treats whom is learned from every page of the upstream', async () => {
  await care.catchUp()
  assert.deepEqual(
    await relations(),
    [1, 2, 3, 4, 5].map((n) => [`dr-${n}`, true]),
  )
})

test('a relation that ends there ends here, with its entry, and the epoch moves', async () => {
  const before = await ledger.size()
  put('e2', attended('dr-2', { start: '2026-11-01T00:00:00Z', end: '2026-11-20T00:00:00Z' }))
  await care.catchUp()
  assert.deepEqual(
    (await relations()).find(([person]) => person === 'dr-2'),
    ['dr-2', false],
  )
  assert.equal(await ledger.size(), before + 1)
})

test('reading the same again changes nothing and records nothing', async () => {
  const before = await ledger.size()
  await care.catchUp()
  assert.equal((await relations()).length, 5)
  assert.equal(await ledger.size(), before)
})
