import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReleasedRecord, RequestedChange } from '../../access/index.ts'
import type { FhirResource, SearchQuery } from '../../records/index.ts'
import { FhirFault } from './errors.ts'
import { planTransaction } from './transaction-plan.ts'

const condition = (value: string): SearchQuery => ({
  types: ['Patient'],
  parameters: [{ name: 'identifier', values: [value] }],
  sort: [],
  count: 2,
  includes: [],
  total: 'none',
  summary: 'false',
})
const receipt = { sequence: 1, leafHash: '', recorded: '' } as never
const record = (id: string): ReleasedRecord => ({
  type: 'Patient',
  id,
  version: 4,
  lastUpdated: '2026-11-20T00:00:00.000Z',
  content: '{}',
  withheld: [],
})

/** `known` says which patients each identifier finds. */
async function plan(
  entries: readonly (readonly [fullUrl: string | undefined, change: RequestedChange])[],
  known: Readonly<Record<string, readonly string[]>> = {},
) {
  const changes = entries.map(([fullUrl, change], index) => ({
    entry: { index, method: 'POST', call: {} as never, ...(fullUrl !== undefined && { fullUrl }) },
    change,
  }))
  const find = async (query: SearchQuery) => ({
    records: (known[query.parameters[0]!.values[0]!] ?? []).map(record),
    receipt,
  })
  try {
    return await planTransaction(changes, [], find, async (reference) => known[reference] ?? [])
  } catch (error) {
    if (error instanceof FhirFault) return `${error.code} ${error.details[0]?.rule} ${error.details[0]?.field}`
    throw error
  }
}

const create = (resource: object, given: Partial<RequestedChange> = {}): RequestedChange => {
  const whole = resource as FhirResource
  return { kind: 'create', type: whole.resourceType, resource: whole, ...given }
}
const observationOf = (reference: string, more: object = {}) =>
  create({ resourceType: 'Observation', subject: { reference }, ...more })
const patient = { resourceType: 'Patient' }

async function resources(...given: Parameters<typeof plan>) {
  const planned = await plan(...given)
  assert.ok(typeof planned !== 'string', String(planned))
  return planned.map(({ change }) => change.resource as FhirResource & { subject?: { reference: string } })
}

test('references lead to the ids the entries get', async () => {
  const urn = 'urn:uuid:1'
  const div = `<div><a href="${urn}">x</a></div>`
  const [made, refers] = await resources([
    [urn, create(patient)],
    ['urn:uuid:2', observationOf(urn, { text: { div }, instantiates: urn })],
  ])
  assert.match(made!.id!, /^[0-9a-f-]{36}$/)
  assert.equal(refers!.subject?.reference, `Patient/${made!.id}`)
  assert.equal((refers!.text as { div: string }).div, `<div><a href="Patient/${made!.id}">x</a></div>`)
  assert.equal(refers!.instantiates, `Patient/${made!.id}`)
})

test('a reference relative to the full URL of its entry, or with a version, leads to the same entry', async () => {
  const [made, relative, versioned] = await resources([
    ['http://old.example/fhir/Patient/7', create(patient)],
    ['http://old.example/fhir/Observation/1', observationOf('Patient/7')],
    ['http://old.example/fhir/Observation/2', observationOf('http://old.example/fhir/Patient/7/_history/3')],
  ])
  assert.equal(relative!.subject?.reference, `Patient/${made!.id}`)
  assert.equal(versioned!.subject?.reference, `Patient/${made!.id}`)
})

test('a conditional create that finds its record writes nothing, and references lead to what was found', async () => {
  const planned = await plan(
    [
      ['urn:uuid:1', create(patient, { ifNoneExist: condition('a') })],
      [undefined, observationOf('urn:uuid:1')],
    ],
    { a: ['p9'] },
  )
  assert.ok(typeof planned !== 'string')
  assert.equal(planned[0]?.matched?.record.id, 'p9')
  assert.equal((planned[1]?.change.resource?.subject as { reference: string }).reference, 'Patient/p9')
})

test('a conditional update updates what it finds and creates otherwise; a conditional delete of nothing is nothing', async () => {
  const update: RequestedChange = { kind: 'update', type: 'Patient', resource: patient, condition: condition('a') }
  const remove: RequestedChange = { kind: 'delete', type: 'Patient', condition: condition('b') }
  const found = await plan([[undefined, update]], { a: ['p9'] })
  const absent = await plan([
    [undefined, update],
    [undefined, remove],
  ])
  assert.ok(typeof found !== 'string' && typeof absent !== 'string')
  assert.deepEqual([found[0]?.change.kind, found[0]?.change.id, found[0]?.change.resource?.id], ['update', 'p9', 'p9'])
  assert.equal(absent[0]?.change.kind, 'create')
  assert.equal(absent[1]?.nothingToDo, true)
})

test('a conditional reference leads to the one record it matches', async () => {
  const [refers] = await resources([[undefined, observationOf('Patient?identifier=12345')]], {
    'Patient?identifier=12345': ['p9'],
  })
  assert.equal(refers!.subject?.reference, 'Patient/p9')
})

test('what cannot be settled is refused at its entry', async () => {
  const update = (id: string): RequestedChange => ({
    kind: 'update',
    type: 'Patient',
    id,
    resource: { ...patient, id },
  })
  const cases: readonly [Parameters<typeof plan>, string][] = [
    [[[[undefined, observationOf('urn:uuid:9')]]], 'bundle-invalid reference-unresolved Bundle.entry[0] urn:uuid:9'],
    [[[[undefined, observationOf('Patient?identifier=1')]]], 'bundle-invalid reference-unresolved Bundle.entry[0]'],
    [
      [[[undefined, observationOf('Patient?identifier=1')]], { 'Patient?identifier=1': ['a', 'b'] }],
      'several-matches reference Bundle.entry[0]',
    ],
    [
      [[[undefined, create(patient, { ifNoneExist: condition('a') })]], { a: ['x', 'y'] }],
      'several-matches condition Bundle.entry[0]',
    ],
    [
      [
        [
          [undefined, update('1')],
          [undefined, update('1')],
        ],
      ],
      'bundle-invalid duplicate Bundle.entry[1].request.url',
    ],
    [
      [
        [
          ['urn:uuid:1', create(patient)],
          ['urn:uuid:1', create(patient)],
        ],
      ],
      'bundle-invalid duplicate Bundle.entry[1].fullUrl',
    ],
    [
      [
        [
          [undefined, create(patient, { ifNoneExist: condition('a') })],
          [undefined, create(patient, { ifNoneExist: condition('a') })],
        ],
      ],
      'bundle-invalid duplicate Bundle.entry[1]',
    ],
  ]
  for (const [given, expected] of cases) assert.equal(await plan(...given), expected)
})
