import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fastify, { type FastifyInstance } from 'fastify'
import {
  callerOf,
  openSampleWorld,
  ownPatient,
  physician,
  recordOf,
  type SampleWorld,
  strangePatient,
  surgeon,
  systemAdmin,
} from '../../authority/test-world.ts'
import type { ApplicationId, Caller } from '../../kernel/index.ts'
import { openTestDatabase } from '../../kernel/test-database.ts'
import { registerAuthzenRoutes } from './index.ts'

let world: SampleWorld
let app: FastifyInstance
let drop: () => Promise<void>
const application: Caller = callerOf(systemAdmin, { application: 'emr' as ApplicationId, scopes: ['system/*.cruds'] })
let asker: Caller = application

before(async () => {
  const test = await openTestDatabase()
  drop = test.drop
  world = await openSampleWorld(test.database)
  const records = new Map([
    ['Observation/own', recordOf(ownPatient, { id: 'own', version: 3 })],
    ['Observation/strange', recordOf(strangePatient, { id: 'strange' })],
    [
      'Observation/hiv',
      recordOf(ownPatient, { id: 'hiv', label: { category: 'laboratory', sensitivity: 5, kinds: ['HIV'] } }),
    ],
  ])
  app = fastify()
  await registerAuthzenRoutes(app, {
    authority: world.authority,
    ledger: world.ledger,
    clock: world.clock,
    identify: async () => asker,
    describe: async (type, id) => records.get(`${type}/${id}`),
    publicUrl: () => 'https://pdp.example.org',
  })
})
after(async () => {
  await app?.close()
  await world?.close()
  await drop?.()
})

const subject = { type: 'user', id: physician }
const action = { name: 'view' }
const own = { type: 'Observation', id: 'own' }
const strange = { type: 'Observation', id: 'strange' }

async function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const answer = await app.inject({
    method: 'POST',
    url: `/access/v1/${path}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
}

describe('AuthZEN access evaluation', () => {
  it('permits what the person may, and names policies and a short life', async () => {
    const { status, body } = await post('evaluation', { subject, action, resource: own })
    assert.equal(status, 200)
    assert.equal(body.decision, true)
    assert.equal(body.context.purpose, 'TREAT')
    assert.equal(body.context.policies[0].clause, 'notice 一(四)')
    assert.ok(body.context.ttl_seconds <= 60)
  })

  it('answers a denial with 200, the reason, and what would help', async () => {
    const denied = await post('evaluation', { subject: { type: 'user', id: surgeon }, action, resource: strange })
    assert.deepEqual(
      [denied.status, denied.body.decision, denied.body.context.reason],
      [200, false, 'no-care-relation'],
    )
    assert.deepEqual(denied.body.context.obligations, [
      { id: 'remind', type: 'custom', properties: { name: 'remind' } },
    ])
    const stepUp = await post('evaluation', { subject, action, resource: { type: 'Observation', id: 'hiv' } })
    assert.deepEqual(stepUp.body.context.obligations[0].properties, { assurance: 2 })
    const strong = await post('evaluation', {
      subject,
      action,
      resource: { type: 'Observation', id: 'hiv' },
      context: { assurance: 2 },
    })
    assert.equal(strong.body.decision, true)
  })

  it('leaves a trace of each decision before it is told, on the channel authzen', async () => {
    const before = await world.ledger.size()
    const { body } = await post('evaluation', { subject, action, resource: own })
    assert.equal(await world.ledger.size(), before + 1)
    assert.equal(body.context.evaluation_id, String(before))
    await post('evaluation', { subject: { type: 'user', id: surgeon }, action, resource: strange })
    assert.equal(await world.ledger.size(), before + 2)
  })

  it('takes purpose from the context, as a code or a coding, and knows no other', async () => {
    const asked = { subject, action, resource: own }
    assert.equal((await post('evaluation', { ...asked, context: { purpose: 'HRESCH' } })).body.decision, false)
    assert.equal((await post('evaluation', { ...asked, context: { purpose: { code: 'TREAT' } } })).body.decision, true)
    assert.equal((await post('evaluation', { ...asked, context: { purpose: 'CURIOSITY' } })).body.decision, false)
  })

  it('says no about subjects, actions, resources and types it does not know, and reads no roles from the request', async () => {
    for (const request of [
      { subject: { type: 'user', id: 'nobody', properties: { role: 'physician' } }, action, resource: own },
      { subject: { type: 'robot', id: physician }, action, resource: own },
      { subject, action: { name: 'constructor' }, resource: own },
      { subject, action, resource: { type: 'Observation', id: '../own' } },
      { subject, action, resource: { type: '__proto__', id: 'own' } },
      { subject: { ...subject, id: surgeon, properties: { care: 'attending' } }, action, resource: strange },
    ]) {
      const before = await world.ledger.size()
      const { status, body } = await post('evaluation', request)
      assert.deepEqual([status, body.decision], [200, false], JSON.stringify(request))
      assert.equal(await world.ledger.size(), before + 1, 'who asked stays in the ledger')
    }
  })

  it('ignores fields it does not know and echoes the request id', async () => {
    const { body, headers } = await post(
      'evaluation',
      { subject, action, resource: own, foo: 'bar' },
      { 'x-request-id': 'bfe9eb29-ab87' },
    )
    assert.equal(body.decision, true)
    assert.equal(headers['x-request-id'], 'bfe9eb29-ab87')
  })

  it('refuses malformed requests with 400', async () => {
    const whole = { subject, action, resource: own }
    const wrong: unknown[] = [
      { action, resource: own },
      { subject, resource: own },
      { subject, action },
      { ...whole, subject: { id: physician } },
      { ...whole, subject: { type: 'user' } },
      { ...whole, action: {} },
      { ...whole, resource: { id: 'own' } },
      { ...whole, resource: { type: 'Observation' } },
      { ...whole, subject: 'alice' },
      { ...whole, action: { name: 123 } },
      { ...whole, context: 'now' },
      [],
      'not json {',
      '',
    ]
    for (const body of wrong) assert.equal((await post('evaluation', body)).status, 400, JSON.stringify(body))
    const typed = await post('evaluation', whole, { 'content-type': 'text/plain' })
    assert.equal(typed.status, 400)
  })

  it('lets a person ask about themselves and nobody else', async () => {
    asker = callerOf(physician)
    try {
      assert.equal((await post('evaluation', { subject, action, resource: own })).body.decision, true)
      assert.equal(
        (await post('evaluation', { subject: { type: 'user', id: surgeon }, action, resource: own })).status,
        403,
      )
    } finally {
      asker = application
    }
  })

  it('bounds an application by its scopes', async () => {
    asker = { ...application, scopes: ['system/Patient.r'] }
    try {
      const { body } = await post('evaluation', { subject, action, resource: own })
      assert.deepEqual([body.decision, body.context.reason], [false, 'scope'])
    } finally {
      asker = application
    }
  })
})

describe('AuthZEN access evaluations', () => {
  const decisions = (body: { evaluations: { decision: boolean }[] }) => body.evaluations.map((one) => one.decision)

  it('answers in order, with defaults replaced whole', async () => {
    const { body } = await post('evaluations', {
      subject,
      action,
      resource: own,
      evaluations: [
        {},
        { resource: strange },
        { subject: { type: 'user', id: surgeon } },
        { action: { name: 'export' } },
      ],
    })
    assert.deepEqual(decisions(body), [true, false, false, false])
    assert.equal('decision' in body, false)
  })

  it('keeps an item that is wrong in its place', async () => {
    const { status, body } = await post('evaluations', {
      subject,
      action,
      evaluations: [{ resource: own }, { resource: { type: 'Observation' } }, 'x', {}],
    })
    assert.equal(status, 200)
    assert.deepEqual(decisions(body), [true, false, false, false])
    assert.equal(body.evaluations[1].context.error.status, 400)
  })

  it('stops where the semantic says, and traces what was answered', async () => {
    const asked = { subject, action, evaluations: [{ resource: own }, { resource: strange }, { resource: own }] }
    const semantic = (evaluations_semantic: string) => ({ ...asked, options: { evaluations_semantic } })
    const before = await world.ledger.size()
    assert.deepEqual(decisions((await post('evaluations', semantic('deny_on_first_deny'))).body), [true, false])
    assert.equal(await world.ledger.size(), before + 2)
    assert.deepEqual(decisions((await post('evaluations', semantic('permit_on_first_permit'))).body), [true])
    assert.deepEqual(decisions((await post('evaluations', semantic('execute_all'))).body), [true, false, true])
    assert.equal((await post('evaluations', semantic('whatever'))).status, 400)
  })

  it('without evaluations behaves as the single endpoint', async () => {
    for (const evaluations of [undefined, []]) {
      const { body } = await post('evaluations', { subject, action, resource: own, evaluations })
      assert.equal(body.decision, true)
    }
    assert.equal((await post('evaluations', { subject, action, evaluations: [] })).status, 400)
  })
})

describe('AuthZEN metadata', () => {
  it('advertises what there is and nothing more', async () => {
    const answer = await app.inject({ method: 'GET', url: '/.well-known/authzen-configuration' })
    assert.match(String(answer.headers['content-type']), /^application\/json/)
    assert.deepEqual(answer.json(), {
      policy_decision_point: 'https://pdp.example.org',
      access_evaluation_endpoint: 'https://pdp.example.org/access/v1/evaluation',
      access_evaluations_endpoint: 'https://pdp.example.org/access/v1/evaluations',
    })
  })
})
