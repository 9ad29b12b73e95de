import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ownPatient, physician, strangePatient, surgeon } from '../../authority/test-world.ts'
import type { FhirResource } from '../../records/index.ts'
import { base, openTestSurface, type TestSurface } from './test-surface.ts'

let surface: TestSurface

const observation = (id: string, patient: string, given: object = {}): FhirResource => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '718-7' }], text: '血红蛋白' },
  subject: { reference: `Patient/${patient}` },
  effectiveDateTime: '2026-11-20T08:00:00+08:00',
  valueQuantity: { value: 135, unit: 'g/L' },
  ...given,
})

const seed: readonly FhirResource[] = [
  { resourceType: 'Patient', id: ownPatient, name: [{ text: '王小东' }], gender: 'male', birthDate: '1974-12-25' },
  { resourceType: 'Patient', id: strangePatient, name: [{ text: '李四' }] },
  observation('ob-1', ownPatient),
  observation('ob-2', ownPatient),
  observation('ob-3', ownPatient),
  observation('ob-9', strangePatient),
]

before(async () => {
  surface = await openTestSurface(seed)
})
after(() => surface?.close())

const fhirJson = { 'content-type': 'application/fhir+json' }
const asPhysician = (request: Parameters<TestSurface['ask']>[1]) => surface.ask(physician, request)
const issueOf = (asked: { json: { issue: { code: string; details: { coding: { code: string }[] } }[] } }) =>
  asked.json.issue[0]!

test('a record is read with version, time and receipt, and its release stands in the ledger', async () => {
  const asked = await asPhysician({ url: '/fhir/Observation/ob-1' })
  assert.equal(asked.status, 200)
  assert.equal(asked.headers['content-type'], 'application/fhir+json; charset=utf-8')
  assert.equal(asked.headers.etag, 'W/"1"')
  assert.ok(asked.headers['last-modified'])
  assert.equal(asked.headers['x-request-id'], 'request-1')
  assert.equal(asked.headers['cache-control'], 'no-store')
  assert.equal(asked.json.id, 'ob-1')
  const receipt = Number(asked.headers['chartward-receipt'])
  const entries = await surface.entries()
  assert.equal(entries[receipt]?.kind, 'permit')
  assert.equal(entries[receipt]?.channel, 'fhir')
  assert.ok(entries.some((entry) => entry.kind === 'release' && entry.follows === receipt))
})

test('HEAD is a use without a body', async () => {
  const asked = await asPhysician({ method: 'HEAD', url: '/fhir/Observation/ob-1' })
  assert.equal(asked.status, 200)
  assert.equal(asked.text, '')
  assert.ok(asked.headers['chartward-receipt'])
})

test('a copy that is still current is told so, and the use is traced', async () => {
  const earlier = (await surface.entries()).length
  const asked = await asPhysician({ url: '/fhir/Observation/ob-1', headers: { 'if-none-match': 'W/"1"' } })
  assert.equal(asked.status, 304)
  assert.equal(asked.text, '')
  assert.ok((await surface.entries()).length > earlier)
})

test('a refusal says what, why and what now, in both languages, and has a receipt', async () => {
  for (const [language, words] of [
    ['zh-CN', '诊疗关系'],
    ['en', 'care relation'],
  ] as const) {
    const asked = await asPhysician({ url: '/fhir/Observation/ob-9', headers: { 'accept-language': language } })
    assert.equal(asked.status, 403)
    assert.equal(issueOf(asked).code, 'forbidden')
    assert.equal(issueOf(asked).details.coding[0]?.code, 'no-care-relation')
    assert.ok(asked.text.includes(words), asked.text)
    assert.ok(!asked.text.includes('李四') && !asked.text.includes('718-7'))
    const entry = (await surface.entries())[Number(asked.headers['chartward-receipt'])]
    assert.equal(entry?.kind, 'refusal')
  }
})

test('nobody is told anything without identity, and no body is read', async () => {
  const asked = await surface.ask(undefined, {
    method: 'POST',
    url: '/fhir/Observation',
    payload: '{',
    headers: fhirJson,
  })
  assert.equal(asked.status, 401)
  assert.equal(issueOf(asked).code, 'login')
  assert.match(asked.headers['www-authenticate'] ?? '', /^Bearer/)
})

test('the capabilities are public and list only what works', async () => {
  const { status, json } = await surface.ask(undefined, { url: '/fhir/metadata' })
  assert.equal(status, 200)
  assert.equal(json.resourceType, 'CapabilityStatement')
  assert.equal(json.fhirVersion, '4.0.1')
  assert.equal(json.implementation.url, base)
  const rest = json.rest[0]
  assert.deepEqual(
    rest.interaction.map((one: { code: string }) => one.code),
    ['transaction', 'batch', 'search-system'],
  )
  const patient = rest.resource.find((one: { type: string }) => one.type === 'Patient')
  assert.ok(patient.searchParam.some((one: { name: string }) => one.name === 'birthdate'))
})

test('a search gives a complete page with absolute links, and only what may be seen', async () => {
  const first = await asPhysician({ url: '/fhir/Observation?_count=2&_total=accurate' })
  assert.equal(first.status, 200)
  assert.equal(first.json.type, 'searchset')
  assert.equal(first.json.total, 3)
  assert.equal(first.json.entry.length, 2)
  assert.equal(first.json.entry[0].fullUrl, `${base}/Observation/${first.json.entry[0].resource.id}`)
  const link = (relation: string) => first.json.link.find((one: { relation: string }) => one.relation === relation)?.url
  assert.equal(link('self'), `${base}/Observation?_count=2&_total=accurate`)
  const second = await asPhysician({ url: link('next').slice('https://emr.example.org'.length) })
  assert.equal(second.json.entry.length, 1)
  const ids = [...first.json.entry, ...second.json.entry].map((entry) => entry.resource.id).sort()
  assert.deepEqual(ids, ['ob-1', 'ob-2', 'ob-3'])
})

test('_search by POST, a compartment, a system search and $everything are the same search', async () => {
  const posted = await asPhysician({
    method: 'POST',
    url: '/fhir/Observation/_search',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `patient=${ownPatient}&_id=ob-1`,
  })
  assert.deepEqual(ids(posted), ['ob-1'])
  assert.deepEqual(ids(await asPhysician({ url: `/fhir/Patient/${ownPatient}/Observation` })), ['ob-1', 'ob-2', 'ob-3'])
  assert.deepEqual(ids(await asPhysician({ url: '/fhir?_type=Patient,Observation&_id=ob-2' })), ['ob-2'])
  const everything = await asPhysician({ url: `/fhir/Patient/${ownPatient}/$everything` })
  assert.deepEqual(ids(everything), ['ob-1', 'ob-2', 'ob-3', ownPatient])
  const strange = await asPhysician({ url: `/fhir/Patient/${strangePatient}/$everything` })
  assert.ok(!ids(strange).includes('ob-9'))
  assert.ok(!strange.text.includes('李四'))
})

const ids = (asked: { json: { entry?: { resource: { id: string } }[] } }) =>
  (asked.json.entry ?? []).map((entry) => entry.resource.id).sort()

test('unknown parameters are refused; with handling=lenient they are left out of the search and of its link', async () => {
  const strict = await asPhysician({ url: '/fhir/Observation?favourite=1' })
  assert.equal(strict.status, 400)
  const lenient = await asPhysician({
    url: '/fhir/Observation?favourite=1&_id=ob-1',
    headers: { prefer: 'handling=lenient' },
  })
  assert.equal(lenient.status, 200)
  assert.equal(lenient.json.link[0].url, `${base}/Observation?_id=ob-1`)
})

test('_summary, _elements and _pretty shape the answer and mark what is left out', async () => {
  const elements = await asPhysician({ url: `/fhir/Patient/${ownPatient}?_elements=gender` })
  assert.equal(elements.json.gender, 'male')
  assert.equal(elements.json.birthDate, undefined)
  assert.ok(elements.json.meta.tag.some((tag: { code: string }) => tag.code === 'SUBSETTED'))
  const count = await asPhysician({ url: '/fhir/Observation?_summary=count' })
  assert.equal(count.json.total, 3)
  assert.equal(count.json.entry, undefined)
  assert.match((await asPhysician({ url: '/fhir/Observation/ob-1?_pretty=true' })).text, /\n {2}"/)
})

test('a record is created, changed under If-Match, patched, and told as Prefer asks', async () => {
  const created = await asPhysician({
    method: 'POST',
    url: '/fhir/Observation',
    headers: fhirJson,
    payload: JSON.stringify(observation('ignored', ownPatient)),
  })
  assert.equal(created.status, 201, created.text)
  const id = created.json.id
  assert.notEqual(id, 'ignored')
  assert.equal(created.headers.location, `${base}/Observation/${id}/_history/1`)

  const changed = { ...observation(id, ownPatient), status: 'amended' }
  const put = (version: number, prefer = 'return=representation') =>
    asPhysician({
      method: 'PUT',
      url: `/fhir/Observation/${id}`,
      headers: { ...fhirJson, 'if-match': `W/"${version}"`, prefer },
      payload: JSON.stringify(changed),
    })
  const updated = await put(1, 'return=minimal')
  assert.deepEqual([updated.status, updated.text, updated.headers.etag], [200, '', 'W/"2"'])
  const conflict = await put(1)
  assert.equal(conflict.status, 412)
  assert.equal(issueOf(conflict).code, 'conflict')

  const patched = await asPhysician({
    method: 'PATCH',
    url: `/fhir/Observation/${id}`,
    headers: { 'content-type': 'application/json-patch+json', 'if-match': 'W/"2"' },
    payload: JSON.stringify([{ op: 'replace', path: '/valueQuantity/value', value: 140 }]),
  })
  assert.equal(patched.status, 200, patched.text)
  assert.equal(patched.json.valueQuantity.value, 140)
  assert.equal(patched.headers.etag, 'W/"3"')

  const history = await asPhysician({ url: `/fhir/Observation/${id}/_history` })
  assert.equal(history.json.type, 'history')
  assert.deepEqual(
    history.json.entry.map((entry: { response: { etag: string } }) => entry.response.etag),
    ['W/"3"', 'W/"2"', 'W/"1"'],
  )
  const second = await asPhysician({ url: `/fhir/Observation/${id}/_history/2` })
  assert.equal(second.json.valueQuantity.value, 135)
})

test('a conditional create does not create twice', async () => {
  const create = () =>
    asPhysician({
      method: 'POST',
      url: '/fhir/Observation',
      headers: { ...fhirJson, 'if-none-exist': 'identifier=http://lis|77' },
      payload: JSON.stringify({
        ...observation('x', ownPatient),
        identifier: [{ system: 'http://lis', value: '77' }],
      }),
    })
  const [first, second] = [await create(), await create()]
  assert.deepEqual([first.status, second.status], [201, 200])
  assert.equal(second.json.id, first.json.id)
})

test('the entries of a batch are uses of their own, each with its outcome and receipt', async () => {
  const asked = await asPhysician({
    method: 'POST',
    url: '/fhir',
    headers: fhirJson,
    payload: JSON.stringify({
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        { request: { method: 'GET', url: 'Observation/ob-1' } },
        { request: { method: 'GET', url: 'Observation/ob-9' } },
        { request: { method: 'GET', url: 'Nothing/1' } },
        { request: { method: 'GET', url: 'Observation?_id=ob-2' } },
        'nonsense',
        { resource: observation('x', ownPatient), request: { method: 'POST', url: 'Observation' } },
      ],
    }),
  })
  assert.equal(asked.status, 200, asked.text)
  assert.equal(asked.json.type, 'batch-response')
  const status = asked.json.entry.map((entry: { response: { status: string } }) => entry.response.status.slice(0, 3))
  assert.deepEqual(status, ['200', '403', '404', '200', '400', '201'])
  assert.equal(asked.json.entry[1].resource, undefined)
  assert.equal(asked.json.entry[1].response.outcome.issue[0].code, 'forbidden')
  assert.equal(asked.json.entry[2].response.outcome.issue[1].expression[0], 'Bundle.entry[2]')
  assert.match(asked.json.entry[0].response.extension[0].valueString, /^\d+$/)
})

const transaction = (...entry: object[]) =>
  asPhysician({
    method: 'POST',
    url: '/fhir',
    headers: fhirJson,
    payload: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
  })

test('a transaction resolves references between its entries and happens whole', async () => {
  const asked = await transaction(
    { request: { method: 'GET', url: 'Observation/ob-1' } },
    {
      fullUrl: 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0b',
      resource: {
        ...observation('x', ownPatient),
        derivedFrom: [{ reference: 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a' }],
      },
      request: { method: 'POST', url: 'Observation' },
    },
    {
      fullUrl: 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a',
      resource: observation('y', ownPatient),
      request: { method: 'POST', url: 'Observation' },
    },
  )
  assert.equal(asked.status, 200, asked.text)
  assert.equal(asked.json.type, 'transaction-response')
  assert.deepEqual(
    asked.json.entry.map((entry: { response: { status: string } }) => entry.response.status),
    ['200 OK', '201 Created', '201 Created'],
  )
  const [, derived, source] = asked.json.entry
  assert.equal(derived.resource.derivedFrom[0].reference, `Observation/${source.resource.id}`)
})

test('a transaction with one refused entry, one stale version or one dead reference leaves nothing behind', async () => {
  const good = (id: string) => ({
    resource: observation(id, ownPatient),
    request: { method: 'PUT', url: `Observation/${id}` },
  })
  const refused = await transaction(good('tx-1'), {
    resource: observation('tx-2', strangePatient),
    request: { method: 'PUT', url: 'Observation/tx-2' },
  })
  assert.equal(refused.status, 403, refused.text)
  assert.deepEqual((refused.json.issue[0] as { expression: string[] }).expression, ['Bundle.entry[1]'])
  const stale = await transaction(good('tx-1'), {
    resource: observation('ob-1', ownPatient),
    request: { method: 'PUT', url: 'Observation/ob-1', ifMatch: 'W/"7"' },
  })
  assert.equal(stale.status, 412, stale.text)
  const dead = await transaction(good('tx-1'), {
    resource: { ...observation('x', ownPatient), derivedFrom: [{ reference: 'urn:uuid:nobody' }] },
    request: { method: 'POST', url: 'Observation' },
  })
  assert.equal(dead.status, 400)
  const twice = await transaction(good('tx-1'), good('tx-1'))
  assert.equal(twice.status, 400)
  const unread = await transaction(good('tx-1'), { request: { method: 'GET', url: 'Observation/ob-9' } })
  assert.equal(unread.status, 403)
  assert.deepEqual(ids(await asPhysician({ url: '/fhir/Observation?_id=tx-1' })), [])
})

test('a record is deleted, then gone, and deleting it again changes nothing', async () => {
  const made = await asPhysician({
    method: 'POST',
    url: '/fhir/Observation',
    headers: fhirJson,
    payload: JSON.stringify(observation('x', ownPatient)),
  })
  const url = `/fhir/Observation/${made.json.id}`
  const deleted = await asPhysician({ method: 'DELETE', url })
  if (deleted.status === 403) {
    // No policy lets a physician delete: the refusal is what there is to see.
    assert.equal(issueOf(deleted).code, 'forbidden')
    return
  }
  assert.equal(deleted.status, 204)
  assert.equal((await asPhysician({ url })).status, 410)
  assert.equal((await asPhysician({ method: 'DELETE', url })).status, 204)
})

test('what was read redacted or as a summary cannot be written back', async () => {
  const summary = await asPhysician({ url: '/fhir/Observation/ob-1?_elements=status' })
  const written = await asPhysician({
    method: 'PUT',
    url: '/fhir/Observation/ob-1',
    headers: fhirJson,
    payload: summary.text,
  })
  assert.equal(written.status, 422)
  assert.equal(issueOf(written).details.coding[0]?.code, 'redacted-write-back')
})

test('a stated purpose goes into the trace, and an unknown one is refused', async () => {
  const stated = await asPhysician({ url: '/fhir/Observation/ob-1', headers: { 'purpose-of-use': 'TREAT' } })
  assert.equal((await surface.entries())[Number(stated.headers['chartward-receipt'])]?.purpose, 'TREAT')
  const unknown = await asPhysician({ url: '/fhir/Observation/ob-1', headers: { 'purpose-of-use': 'CURIOSITY' } })
  assert.equal(unknown.status, 400)
  assert.equal(issueOf(unknown).details.coding[0]?.code, 'purpose-unknown')
})

test('absence is told only to those who may ask', async () => {
  assert.equal((await asPhysician({ url: '/fhir/Observation/none' })).status, 404)
  assert.ok([403, 404].includes((await surface.ask(surgeon, { url: '/fhir/Observation/none' })).status))
})
