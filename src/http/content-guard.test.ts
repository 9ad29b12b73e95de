import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { type Counters, openCounters } from '../completeness/index.ts'
import { silentLog } from '../kernel/index.ts'
import { stateReceipts } from './content-guard.ts'
import { openMetrics } from './operations/metrics.ts'
import { openServer } from './server.ts'

// A server with doors that are built wrong: they send content without the receipt that the ledger gave.

const record = '{"resourceType":"Observation","id":"o-1","note":[{"text":"血钾 3.4"}]}'
let counters: Counters
let app: FastifyInstance
before(async () => {
  counters = openCounters()
  app = await openServer({ log: silentLog, metrics: openMetrics(), counters, maxBodyBytes: 1_000, secure: false })
  const answer = (url: string, text: string, headers: Record<string, string> = {}, status = 200) =>
    app.get(url, (_request, reply) => reply.code(status).type('application/fhir+json').headers(headers).send(text))
  answer('/fhir/Observation/forgotten', record, { ETag: 'W/"1"' })
  answer('/fhir/Observation/right', record, { 'Chartward-Receipt': '17' })
  answer('/fhir/Observation/spooled', record, { 'Chartward-Receipt': 'S00112233445566ff-3' })
  answer('/fhir/Observation/made-up', record, { 'Chartward-Receipt': 'yes' })
  answer('/fhir/Observation/refused', '{"resourceType":"OperationOutcome"}', {}, 403)
  answer('/fhir/Observation/checked', '{"resourceType":"OperationOutcome"}')
  answer('/fhir/Observation/unchanged', '', {}, 304)
  answer('/fhir/metadata', '{"resourceType":"CapabilityStatement"}')
  answer('/fhir/empty-batch', '{"resourceType":"Bundle","type":"batch-response"}')
  answer('/fhir/wrong-batch', `{"resourceType":"Bundle","entry":[{"resource":${record}}]}`)
  app.get('/fhir/batch', (_request, reply) => {
    stateReceipts(reply, [{ sequence: 4 as never }, { sequence: 9 as never }] as never)
    return reply.send(`{"resourceType":"Bundle","entry":[{"resource":${record}}]}`)
  })
  app.get('/api/new-room', () => ({ patients: ['张三丰'] }))
  app.get('/api/departments', () => ({ rows: [] }))
  app.get('/healthz', () => ({ status: 'ok' }))
})
after(() => app.close())

const ask = async (url: string) => {
  const response = await app.inject({ url })
  return { status: response.statusCode, text: response.payload, headers: response.headers, counted: counters.take() }
}

test('content without a receipt is stopped before it leaves, with everything it said, and counted', async () => {
  for (const url of [
    '/fhir/Observation/forgotten',
    '/fhir/Observation/made-up',
    '/fhir/wrong-batch',
    '/api/new-room',
    '/api/new-room?x=1',
  ]) {
    const { status, text, headers, counted } = await ask(url)
    assert.equal(status, 500, url)
    assert.ok(!/血钾|张三丰|resourceType/.test(text), url)
    assert.deepEqual([headers.etag, headers['content-length']], [undefined, String(Buffer.byteLength(text))])
    assert.deepEqual([counted.stopped, counted.answers], [1, 0], url)
  }
})

test('content with a receipt leaves, and is counted under it', async () => {
  const right = await ask('/fhir/Observation/right')
  assert.deepEqual([right.status, right.text], [200, record])
  assert.deepEqual([right.counted.answers, right.counted.receipts, right.counted.stopped], [1, [17], 0])
  assert.ok(right.counted.answerBytes > 0)
  const batch = await ask('/fhir/batch')
  assert.deepEqual([batch.counted.answers, batch.counted.receipts], [1, [4, 9]])
  const spooled = await ask('/fhir/Observation/spooled')
  assert.deepEqual([spooled.counted.answers, spooled.counted.spoolAnswers], [0, 1])
})

test('what holds no record needs no receipt', async () => {
  for (const [url, status] of [
    ['/fhir/Observation/refused', 403],
    ['/fhir/Observation/checked', 200],
    ['/fhir/Observation/unchanged', 304],
    ['/fhir/metadata', 200],
    ['/fhir/empty-batch', 200],
    ['/api/departments', 200],
    ['/healthz', 200],
    ['/nowhere', 404],
  ] as const) {
    const { status: found, counted } = await ask(url)
    assert.equal(found, status, url)
    assert.deepEqual([counted.stopped, counted.answers], [0, 0], url)
  }
})
