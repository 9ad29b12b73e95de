import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuditEvent } from '../../audit/index.ts'
import { inspector, nurse, ownPatient, physician, robot, strangePatient } from '../../authority/test-world.ts'
import type { FhirResource } from '../../records/index.ts'
import { base, openTestSurface, type TestSurface } from '../fhir/test-surface.ts'

const seed: readonly FhirResource[] = [
  { resourceType: 'Patient', id: ownPatient, name: [{ text: '王小东' }] },
  { resourceType: 'Patient', id: strangePatient, name: [{ text: '李四' }] },
  {
    resourceType: 'Observation',
    id: 'ob-1',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '718-7' }], text: '血红蛋白' },
    subject: { reference: `Patient/${ownPatient}` },
  },
]

let surface: TestSurface
let opened: number
before(async () => {
  surface = await openTestSurface(seed, {
    sources: [
      {
        id: 'pacs',
        name: '影像归档',
        authenticates: { by: 'application', application: 'pacs-app' },
        people: 'theirs',
        patients: 'ours',
      },
    ],
  })
  const read = await surface.ask(physician, { url: '/fhir/Observation/ob-1' })
  opened = Number(read.headers['chartward-receipt'])
  await surface.ask(physician, { url: `/fhir/Observation?patient=${ownPatient}&code=718-7` })
  await surface.ask(nurse, { url: `/fhir/Patient/${strangePatient}` })
})
after(() => surface?.close())

const find = (query: string, person = inspector) => surface.ask(person, { url: `/fhir/AuditEvent?${query}` })
const eventsIn = (asked: { json: { entry?: { resource: AuditEvent }[] } }): readonly AuditEvent[] =>
  (asked.json.entry ?? []).map((entry) => entry.resource)
const kindsIn = (asked: Parameters<typeof eventsIn>[0]): readonly string[] =>
  eventsIn(asked).map((event) => event.subtype.at(-1)!.code)

test('the trace is a searchset of audit events, newest first, and asking stands in it', async () => {
  const asked = await find('_count=200')
  assert.equal(asked.status, 200)
  const events = eventsIn(asked)
  const ids = events.map((event) => Number(event.id))
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => b - a),
  )
  assert.equal(Number(asked.headers['chartward-receipt']), ids[0])
  assert.equal(events[0]?.type.code, '110101')
  assert.equal(asked.json.entry[0].fullUrl, `${base}/AuditEvent/${ids[0]}`)
})

test('one event is read by its id, which is its place in the ledger', async () => {
  const asked = await surface.ask(inspector, { url: `/fhir/AuditEvent/${opened}` })
  assert.equal(asked.status, 200)
  assert.equal(asked.json.id, String(opened))
  assert.equal(asked.json.subtype.at(-1).code, 'permit')
  assert.equal(asked.headers.etag, 'W/"1"')
  const again = await surface.ask(inspector, { url: `/fhir/AuditEvent/${opened}` })
  assert.deepEqual(again.json, asked.json)
})

test('a release keeps the BALP profile by what its permit says', async () => {
  const [release] = eventsIn(await find(`entity=Observation/ob-1&subtype=release`))
  assert.match(release?.meta.profile?.[0] ?? '', /PatientRead$/)
})

const found: readonly (readonly [query: string, kinds: readonly string[]])[] = [
  [`patient=${strangePatient}`, ['refusal']],
  [`patient=Patient/${strangePatient}&outcome=8`, ['refusal']],
  [`patient=${strangePatient}&outcome=0,4`, []],
  [`agent=Practitioner/${physician}&action=R&type=rest`, ['release']],
  [`agent=${physician}&action=R&type=rest`, ['release']],
  [`agent=Practitioner/${physician}&subtype=search&entity-role=1`, ['exposure', 'release', 'search']],
  [`agent=Practitioner/${nurse}&agent-role=nurse`, ['refusal']],
  [`agent=Practitioner/${nurse}&agent-role=physician`, []],
  [`entity=Observation/ob-1&type=rest`, ['release']],
  [
    `entity=Patient/${ownPatient}&entity-type=http://terminology.hl7.org/CodeSystem/audit-entity-type|2&action=R`,
    ['release'],
  ],
  ['type=110114', []],
  ['source=emr.example.org/ledger&outcome=8', ['refusal']],
  ['source=nobody', []],
  ['site=emr.example.org&outcome=8', ['refusal']],
  ['address=127.0.0&outcome=8', ['refusal']],
  ['date=lt2000', []],
  ['_id=999999999', []],
]
for (const [query, kinds] of found) {
  test(`AuditEvent?${query.replace(/pt-\d+|[a-z]+-\d{6}/g, '…')} finds ${kinds.join(', ') || 'nothing'}`, async () => {
    const asked = await find(query)
    assert.equal(asked.status, 200)
    assert.deepEqual(
      kindsIn(asked).filter((kind) => kind !== 'trace-reading'),
      kinds,
    )
  })
}

test('an event is found by the policy that allowed it', async () => {
  const [permit] = eventsIn(await find(`_id=${opened}`))
  const policy = permit!.agent.find((agent) => agent.requestor)!.policy![0]!
  const found = await find(`policy=${encodeURIComponent(policy)}&agent=Practitioner/${physician}`)
  assert.ok(eventsIn(found).some((event) => event.id === String(opened)))
})

test('pages follow each other without gap or repetition, with and without a filter the index lacks', async () => {
  for (const query of ['date=le2100', 'entity-role=13']) {
    const seen: number[] = []
    let url: string | undefined = `/fhir/AuditEvent?${query}&_count=3`
    while (url) {
      const asked = await surface.ask(inspector, { url })
      const page = eventsIn(asked).map((event) => Number(event.id))
      assert.ok(page.length <= 3)
      seen.push(...page)
      const next = asked.json.link.find((link: { relation: string }) => link.relation === 'next')
      url = next?.url.replace('https://emr.example.org', '')
    }
    assert.deepEqual(
      seen,
      Array.from({ length: seen.length }, (_, i) => seen[0]! - i),
    )
    assert.equal(seen.at(-1), 0)
  }
})

test('a compartment search finds the events of its patient', async () => {
  const asked = await surface.ask(inspector, { url: `/fhir/Patient/${strangePatient}/AuditEvent?outcome=8` })
  assert.deepEqual(kindsIn(asked), ['refusal'])
})

test('who may not read the trace is refused, and the refusal is traced', async () => {
  const asked = await find('', nurse)
  assert.equal(asked.status, 403)
  const entry = (await surface.entries())[Number(asked.headers['chartward-receipt'])]
  assert.equal(entry?.kind, 'refusal')
  assert.equal(entry?.action, 'read-trace')
  const one = await surface.ask(nurse, { url: `/fhir/AuditEvent/${opened}` })
  assert.equal(one.status, 403)
})

test('a person reads the events of their own', async () => {
  const asked = await find(`agent=Practitioner/${nurse}`, nurse)
  assert.equal(asked.status, 200)
  assert.ok(kindsIn(asked).includes('refusal'))
})

const refused: readonly (readonly [query: string, status: number])[] = [
  ['nonsense=1', 400],
  ['_sort=date', 400],
  ['_summary=count', 400],
  ['_count=-1', 400],
  ['date=yesterday', 400],
]
for (const [query, status] of refused) {
  test(`AuditEvent?${query} is refused`, async () => {
    assert.equal((await find(query)).status, status)
  })
}

test('what no entry can be is not found, and that was asked is traced', async () => {
  for (const id of ['999999', 'abc']) {
    const asked = await surface.ask(inspector, { url: `/fhir/AuditEvent/${id}` })
    assert.equal(asked.status, 404)
    assert.ok(asked.headers['chartward-receipt'])
  }
})

test('an event is never changed: no update, patch, delete or history', async () => {
  for (const method of ['PUT', 'PATCH', 'DELETE'] as const) {
    const asked = await surface.ask(inspector, {
      method,
      url: '/fhir/AuditEvent/0',
      ...(method !== 'DELETE' && {
        headers: { 'content-type': method === 'PATCH' ? 'application/json-patch+json' : 'application/fhir+json' },
        payload: method === 'PATCH' ? '[]' : '{"resourceType":"AuditEvent","id":"0"}',
      }),
    })
    assert.equal(asked.status, 405, method)
    assert.match(asked.headers.allow ?? '', /GET/)
  }
  assert.equal((await surface.ask(inspector, { url: '/fhir/AuditEvent/0/_history' })).status, 405)
})

const theirs = (id: string, changes: object = {}) => ({
  resourceType: 'AuditEvent',
  id,
  type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110103' },
  action: 'R',
  recorded: '2026-03-01T08:00:00+08:00',
  outcome: '0',
  agent: [
    {
      who: { identifier: { value: 'wu' } },
      name: '吴医生',
      requestor: true,
      network: { address: '10.0.0.7', type: '2' },
    },
  ],
  source: { site: '影像科', observer: { display: 'pacs-1' } },
  entity: [{ what: { reference: `Patient/${ownPatient}` }, role: { code: '1' } }],
  ...changes,
})
const asPacs = (payload: object, url = '/fhir/AuditEvent', scopes = 'system/AuditEvent.c') =>
  surface.ask(robot, {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/fhir+json', 'x-application': 'pacs-app', 'x-scopes': scopes },
    payload: JSON.stringify(payload),
  })

test("a registered application's event is taken in, and stands among the uses of its patient", async () => {
  const posted = await asPacs(theirs('e-1'))
  assert.equal(posted.status, 201)
  const receipt = posted.headers['chartward-receipt']!
  assert.equal(posted.headers.location, `${base}/AuditEvent/${receipt}`)
  const [event] = eventsIn(await find(`patient=${ownPatient}&subtype=foreign`))
  assert.equal(event?.id, receipt)
  assert.equal(event?.source.observer.identifier?.value, 'pacs')
  assert.deepEqual(kindsIn(await find('source=pacs')), ['foreign'])
})

test('the same event again is told, not recorded', async () => {
  const first = await asPacs(theirs('e-2'))
  const second = await asPacs(theirs('e-2'))
  assert.deepEqual([first.status, second.status], [201, 200])
  assert.equal(second.headers.location, first.headers.location)
})

test('a batch takes in each event on its own', async () => {
  const entry = (resource: object) => ({ request: { method: 'POST', url: 'AuditEvent' }, resource })
  const bundle = (type: string) => ({
    resourceType: 'Bundle',
    type,
    entry: [entry(theirs('b-1')), entry(theirs('b-2', { recorded: undefined })), entry(theirs('b-3'))],
  })
  const asked = await asPacs(bundle('batch'), '/fhir')
  assert.equal(asked.status, 200)
  const statuses = asked.json.entry.map((one: { response: { status: string } }) => one.response.status.slice(0, 3))
  assert.deepEqual(statuses, ['201', '422', '201'])
  assert.equal((await asPacs(bundle('transaction'), '/fhir')).status, 400)
})

const strangers: readonly (readonly [name: string, status: number, headers: Readonly<Record<string, string>>])[] = [
  ['an application without the scope', 403, { 'x-application': 'pacs-app', 'x-scopes': 'system/AuditEvent.rs' }],
  ['an application that is no source', 403, { 'x-application': 'other-app', 'x-scopes': 'system/*.cruds' }],
  ['a person without an application', 403, {}],
]
for (const [name, status, headers] of strangers) {
  test(`${name} brings no event, and the attempt is traced`, async () => {
    const asked = await surface.ask(robot, {
      method: 'POST',
      url: '/fhir/AuditEvent',
      headers: { 'content-type': 'application/fhir+json', ...headers },
      payload: JSON.stringify(theirs('x')),
    })
    assert.equal(asked.status, status)
    const entry = (await surface.entries())[Number(asked.headers['chartward-receipt'])]
    assert.equal(entry?.detail?.event, 'audit-message-refused')
  })
}

test('an event that is none is refused, and the refusal is traced with field and rule', async () => {
  const before = (await surface.entries()).length
  const asked = await asPacs(theirs('e-9', { recorded: undefined }))
  assert.equal(asked.status, 422)
  const entry = (await surface.entries())[before]
  assert.equal(entry?.detail?.source, 'pacs')
  assert.equal((entry?.detail?.issues as readonly string[]).length, 1)
})

test('the capability statement offers what there is', async () => {
  const asked = await surface.ask(inspector, { url: '/fhir/metadata' })
  const resources: readonly { type: string; interaction: readonly { code: string }[] }[] = asked.json.rest[0].resource
  const events = resources.filter(({ type }) => type === 'AuditEvent')
  assert.deepEqual(
    events.map(({ interaction }) => interaction.map(({ code }) => code)),
    [['read', 'search-type', 'create']],
  )
})
