import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ownPatient, physician } from '../../authority/test-world.ts'
import type { FhirResource } from '../../records/index.ts'
import { openTestSurface, type TestSurface } from './test-surface.ts'

let surface: TestSurface
const fhirJson = { 'content-type': 'application/fhir+json' }
const observation = (id: string): FhirResource => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: '血红蛋白' },
  subject: { reference: `Patient/${ownPatient}` },
})

before(async () => {
  surface = await openTestSurface([
    { resourceType: 'Patient', id: ownPatient, name: [{ text: '王小东' }] },
    observation('ob-1'),
  ])
})
after(() => surface?.close())

type Request = Parameters<TestSurface['ask']>[1]
const ask = (request: Request) => surface.ask(physician, request)
const post = (payload: string | Buffer, headers: object = fhirJson): Request => ({
  method: 'POST',
  url: '/fhir/Observation',
  headers: { ...headers },
  payload,
})

test('every bad request gets its own outcome and breaks nothing', async () => {
  const patch = { 'content-type': 'application/json-patch+json' }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const cases: readonly [string, Request, number, string][] = [
    ['malformed JSON', post('{"resourceType":"Observation",'), 400, 'json-malformed'],
    ['no body', post(''), 400, 'body-missing'],
    ['an array', post('[]'), 400, 'resource-mismatch'],
    ['a string', post('"Observation"'), 400, 'resource-mismatch'],
    ['another type', post('{"resourceType":"Patient"}'), 400, 'resource-mismatch'],
    ['no type', post('{"status":"final"}'), 400, 'resource-mismatch'],
    ['a type that is no text', post('{"resourceType":{"a":1}}'), 400, 'resource-mismatch'],
    ['a name twice', post('{"resourceType":"Observation","status":"final","status":"amended"}'), 400, 'json-unsafe'],
    ['a prototype', post('{"resourceType":"Observation","__proto__":{"isAdmin":true}}'), 400, 'json-unsafe'],
    ['a NUL', post('{"resourceType":"Observation","status":"\\u0000"}'), 400, 'json-unsafe'],
    ['GB18030', post(Buffer.from([0x22, 0xd6, 0xd0, 0xce, 0xc4, 0x22])), 400, 'json-malformed'],
    ['depth', post('['.repeat(50_000)), 400, 'json-unsafe'],
    ['too large', post(JSON.stringify({ resourceType: 'Observation', note: 'x'.repeat(100_001) })), 413, ''],
    ['XML', post('<Observation/>', { 'content-type': 'application/fhir+xml' }), 415, 'media-type-unsupported'],
    [
      'another charset',
      post('{}', { 'content-type': 'application/fhir+json; charset=gbk' }),
      415,
      'media-type-unsupported',
    ],
    ['no content type', post('{}', { 'content-type': '' }), 415, ''],
    ['a broken rule', post(JSON.stringify({ ...observation('x'), status: 'nonsense' })), 422, 'resource-invalid'],
    [
      'XML wanted',
      { url: '/fhir/Observation/ob-1', headers: { accept: 'application/fhir+xml' } },
      406,
      'format-not-acceptable',
    ],
    ['_format=xml', { url: '/fhir/Observation/ob-1?_format=xml' }, 406, 'format-not-acceptable'],
    ['a path up', { url: '/fhir/Observation/..%2f..%2fapi' }, 400, 'path-not-fhir'],
    ['a NUL in the path', { url: '/fhir/Observation/%00' }, 400, 'path-not-fhir'],
    ['an encoded slash', { url: '/fhir/Observation%2fob-1' }, 400, 'path-not-fhir'],
    ['a long id', { url: `/fhir/Observation/${'a'.repeat(65)}` }, 400, 'path-not-fhir'],
    ['a very long path', { url: `/fhir/Observation/${'a'.repeat(3000)}` }, 400, 'path-not-fhir'],
    ['Chinese in the path', { url: '/fhir/%E6%82%A3%E8%80%85/1' }, 400, 'path-not-fhir'],
    ['an unknown type', { url: '/fhir/Curiosity/1' }, 404, 'type-unknown'],
    ['an unknown operation', { url: '/fhir/$export' }, 404, 'interaction-unknown'],
    ['a wrong method', { method: 'DELETE', url: '/fhir/metadata' }, 405, 'method-not-allowed'],
    ['an unknown parameter', { url: '/fhir/Observation?favourite=1' }, 400, 'invalid-input'],
    ['a wrong date', { url: '/fhir/Observation?date=yesterday' }, 400, 'invalid-input'],
    ['SQL in a parameter', { url: "/fhir/Observation?_id=1';drop%20table%20resource--" }, 400, 'invalid-input'],
    ['a broken encoding', { url: '/fhir/Observation?code=%E7%8E' }, 400, 'path-not-fhir'],
    ['a NUL in a parameter', { url: '/fhir/Observation?code=%00' }, 400, 'path-not-fhir'],
    ['a foreign page mark', { url: '/fhir/Observation?_cursor=abc' }, 400, 'invalid-input'],
    ['a count out of range', { url: '/fhir/Observation?_count=100000' }, 400, 'invalid-input'],
    [
      'a broken form',
      { method: 'POST', url: '/fhir/Observation/_search', headers: form, payload: 'code=%zz' },
      400,
      'path-not-fhir',
    ],
    [
      'an unknown purpose',
      { url: '/fhir/Observation/ob-1', headers: { 'purpose-of-use': '好奇' } },
      400,
      'purpose-unknown',
    ],
    [
      'a wrong If-Match',
      { method: 'DELETE', url: '/fhir/Observation/ob-1', headers: { 'if-match': '*' } },
      400,
      'header-invalid',
    ],
    ['no condition', { method: 'DELETE', url: '/fhir/Observation' }, 400, 'header-invalid'],
    [
      'a patch that is none',
      { method: 'PATCH', url: '/fhir/Observation/ob-1', headers: patch, payload: '{}' },
      422,
      'patch-refused',
    ],
    [
      'a patch of the id',
      {
        method: 'PATCH',
        url: '/fhir/Observation/ob-1',
        headers: patch,
        payload: '[{"op":"replace","path":"/id","value":"ob-2"}]',
      },
      400,
      'resource-mismatch',
    ],
    [
      'a FHIRPath patch',
      { method: 'PATCH', url: '/fhir/Observation/ob-1', headers: fhirJson, payload: '{}' },
      415,
      'media-type-unsupported',
    ],
    [
      'an id elsewhere',
      { method: 'PUT', url: '/fhir/Observation/ob-1', headers: fhirJson, payload: JSON.stringify(observation('ob-2')) },
      400,
      'resource-mismatch',
    ],
    [
      'no bundle',
      { method: 'POST', url: '/fhir', headers: fhirJson, payload: '{"resourceType":"Patient"}' },
      400,
      'resource-mismatch',
    ],
    [
      'a bundle of another kind',
      { method: 'POST', url: '/fhir', headers: fhirJson, payload: '{"resourceType":"Bundle","type":"document"}' },
      400,
      'bundle-invalid',
    ],
  ]
  for (const [name, request, status, code] of cases) {
    const asked = await ask(request)
    assert.equal(asked.status, status, `${name}: ${asked.text.slice(0, 200)}`)
    assert.equal(asked.json.resourceType, 'OperationOutcome', name)
    if (code !== '') assert.equal(asked.json.issue[0].details.coding[0].code, code, name)
    assert.ok(!/at \w+ \(|select |\.ts:/.test(asked.text), `${name} tells of the inside`)
  }
  assert.equal((await ask({ url: '/fhir/Observation/ob-1' })).status, 200)
})

test('Chinese and every plane of Unicode survive the way in and out', async () => {
  const text = '王小东·㐀𠀀 «é» 👩🏽‍⚕️ \u200b\u202e'
  const made = await ask(post(`\ufeff${JSON.stringify({ ...observation('x'), code: { text } })}`))
  assert.equal(made.status, 201, made.text)
  const read = await ask({ url: `/fhir/Observation/${made.json.id}` })
  assert.equal(read.json.code.text, text)
})

test('ten thousand entries are answered one by one; one more is refused whole', async () => {
  const bundle = (count: number) =>
    JSON.stringify({
      resourceType: 'Bundle',
      type: 'batch',
      // Most are refused before any use, so that the test is about the bundle and not about the store.
      entry: Array.from({ length: count }, (_, index) => ({
        request: { method: 'GET', url: index % 1000 === 0 ? 'Observation/ob-1' : `Nothing/${index}` },
      })),
    })
  const send = (count: number) => ask({ method: 'POST', url: '/fhir', headers: fhirJson, payload: bundle(count) })
  const answered = await send(10_000)
  assert.equal(answered.status, 200)
  assert.equal(answered.json.entry.length, 10_000)
  assert.equal(answered.json.entry[9000].response.status, '200 OK')
  assert.equal(answered.json.entry[9001].response.status, '404 Not Found')
  const refused = await send(10_001)
  assert.equal(refused.status, 413)
  assert.equal(refused.json.issue[0].details.coding[0].code, 'bundle-too-large')
})

test('a client that never finishes its request holds up nobody else', async () => {
  await surface.app.listen({ port: 0, host: '127.0.0.1' })
  const bound = surface.app.server.address()
  const port = bound && typeof bound === 'object' ? bound.port : 0
  const socket = connect(port, '127.0.0.1')
  await new Promise((done) => socket.once('connect', done))
  socket.write(
    `POST /fhir/Observation HTTP/1.1\r\nHost: x\r\nx-person: ${physician}\r\nContent-Type: application/fhir+json\r\nContent-Length: 5000\r\n\r\n{"res`,
  )
  const earlier = (await surface.entries()).length
  const other = await fetch(`http://127.0.0.1:${port}/fhir/Observation/ob-1`, { headers: { 'x-person': physician } })
  assert.equal(other.status, 200)
  socket.destroy()
  const grown = (await surface.entries()).slice(earlier)
  assert.ok(!grown.some((entry) => entry.action === 'create'))
})

const bundles = fileURLToPath(new URL('../../../../shared/data/fhir-search/ms-fhir-server/Normative/', import.meta.url))

test('bundles of microsoft/fhir-server (MIT) are answered, and the invalid ones refused for their fault', async (context) => {
  if (!existsSync(bundles)) return context.skip('../shared/data is not here')
  const expected: Readonly<Record<string, number>> = {
    'Bundle-InvalidBundleType.json': 400,
    'Bundle-TypeMissing.json': 400,
    'Bundle-TransactionWithInvalidBundleEntry.json': 400,
    'Bundle-TransactionWithMultipleEntriesModifyingSameResource.json': 400,
    'Bundle-TransactionWithMultipleResourcesWithSameFullUrl.json': 404,
    'Bundle-TransactionWithInvalidProcessingRoutes.json': 404,
    'Bundle-TransactionWithConditionalReferenceReferringToSameResource.json': 400,
    'Bundle-TransactionWithMetaHistory.json': 400,
    'Bundle-Transaction.json': 404,
  }
  let answered = 0
  for (const file of globSync('Bundle-*.json', { cwd: bundles })) {
    const asked = await ask({
      method: 'POST',
      url: '/fhir',
      headers: fhirJson,
      payload: readFileSync(`${bundles}${file}`),
    })
    assert.ok(asked.status < 500, `${file}: ${asked.status} ${asked.text.slice(0, 300)}`)
    if (expected[file] !== undefined) assert.equal(asked.status, expected[file], `${file}: ${asked.text.slice(0, 300)}`)
    if (/Batch|Patch|MissingIdentifier/.test(file)) {
      assert.equal(asked.status, 200, file)
      const sent = JSON.parse(readFileSync(`${bundles}${file}`, 'utf8').replace(/^\ufeff/, ''))
      assert.equal(asked.json.entry.length, sent.entry.length, file)
    }
    answered += 1
  }
  assert.ok(answered >= 25, `${answered} bundles`)
})
