import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FastifyInstance, fastify } from 'fastify'
import type { AuditConfiguration } from '../../audit/index.ts'
import {
  auditAdmin,
  callerOf,
  nurse,
  openSampleWorld,
  type SampleWorld,
  systemAdmin,
} from '../../authority/test-world.ts'
import { auditFlowsSchema } from '../../contract/index.ts'
import type { PersonId } from '../../kernel/index.ts'
import { openTestDatabase } from '../../kernel/test-database.ts'
import { parseEntry } from '../../ledger/index.ts'
import { registerApiRoutes } from '../api-route.ts'
import { RefusedRequest } from '../console-api/refusal.ts'
import { answerFrameworkError } from '../errors/index.ts'
import { auditRoutes } from './audit-routes.ts'

const configuration: AuditConfiguration = {
  sources: {
    sources: [
      {
        id: 'pacs',
        name: '影像归档',
        authenticates: { by: 'certificate', fingerprint256: 'AB' },
        people: 'theirs',
        patients: 'ours',
      },
    ],
    listen: { udp: { port: 514, host: '0.0.0.0' } },
  },
  destinations: [
    {
      id: 'siem',
      from: 'now',
      send: { as: 'cef', to: { over: 'tcp', host: 'secret-host', port: 514, confirm: 'close' } },
    },
    { id: 'new', from: 'now', send: { as: 'fhir', url: 'https://archive.example/fhir' } },
  ],
}

let at: Awaited<ReturnType<typeof openTestDatabase>>
let world: SampleWorld
let app: FastifyInstance
before(async () => {
  at = await openTestDatabase()
  world = await openSampleWorld(at.database)
  const state = { id: 'siem', position: 7, waiting: 3, sent: 7, movedAt: '2026-03-01T00:00:00.000Z' }
  const audit = { configuration, destinations: async () => [{ ...state, failure: 'audit-destination-unavailable' }] }
  app = fastify({ frameworkErrors: answerFrameworkError })
  app.setErrorHandler(async (error, _request, reply) =>
    error instanceof RefusedRequest ? reply.code(403).send({ receipt: error.receipt.sequence }) : reply.send(error),
  )
  registerApiRoutes(app, auditRoutes({ ...world, audit }), async (request) =>
    callerOf(request.headers['x-person'] as PersonId),
  )
})
after(async () => {
  await app.close()
  await world.close()
  await at.drop()
})

const ask = (person: PersonId) => app.inject({ url: '/api/audit/flows', headers: { 'x-person': person } })

test('those who keep the audit or the interfaces see what flows, and no address or key of it', async () => {
  for (const person of [auditAdmin, systemAdmin]) {
    const asked = await ask(person)
    assert.equal(asked.statusCode, 200)
    const flows = auditFlowsSchema.parse(asked.json())
    assert.deepEqual(flows.sources, [
      { id: 'pacs', name: '影像归档', authenticates: 'certificate', people: 'theirs', patients: 'ours' },
    ])
    assert.deepEqual(flows.listening, ['udp'])
    assert.deepEqual(
      flows.destinations.map(({ id, as, over, waiting, failure }) => [id, as, over, waiting, failure]),
      [['siem', 'cef', 'tcp', 3, 'audit-destination-unavailable']],
    )
    assert.ok(!asked.payload.includes('secret-host'))
  }
})

test('nobody else does, and that they asked is traced', async () => {
  const asked = await ask(nurse)
  assert.equal(asked.statusCode, 403)
  const [row] = await at.database.query<{ body: string }>('select body from ledger_entry where sequence = $1', [
    asked.json().receipt,
  ])
  const entry = parseEntry(row!.body)
  assert.deepEqual([entry.kind, entry.action, entry.record?.id], ['refusal', 'administer', 'audit'])
})
