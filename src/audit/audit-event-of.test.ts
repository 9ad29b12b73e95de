import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { entryKinds } from '../ledger/index.ts'
import { openValidator } from '../records/validator.ts'
import { auditEventOf } from './audit-event-of.ts'
import { kindsOfType } from './event-shape.ts'
import { sampleEntries } from './test-entries.ts'
import { auditEventsIn, balpFolder, balpIsHere, type Json, profileElements, profileIssues } from './test-profile.ts'

const validator = openValidator()
after(() => validator.close())
const skip = balpIsHere ? false : 'IHE BALP is not in ../shared/data/balp'
const context = {
  sequence: 12,
  leafHash: 'aa'.repeat(32),
  origin: 'emr.hospital.example/ledger',
  publicUrl: 'https://emr.hospital.example',
}
const eventOf = ({ entry, followed }: (typeof sampleEntries)[number]) =>
  auditEventOf(entry, { ...context, ...(followed && { followed }) })

test('there is a sample of every kind of entry', () => {
  const sampled = new Set(sampleEntries.map(({ entry }) => entry.kind))
  assert.deepEqual(
    entryKinds.filter((kind) => !sampled.has(kind)),
    [],
  )
})

for (const sample of sampleEntries) {
  test(`${sample.name} is a valid R4 AuditEvent`, async () => {
    assert.deepEqual(await validator.validate(eventOf(sample)), [])
  })

  test(`${sample.name} keeps ${sample.profile ?? 'no profile'}, and says so`, { skip }, () => {
    const event = eventOf(sample)
    assert.equal(event.meta.profile?.[0]?.split('IHE.BasicAudit.')[1], sample.profile)
    for (const url of event.meta.profile ?? []) assert.deepEqual(profileIssues(url, event), [])
  })
}

test('a question by type looks at every kind that can be of that type', () => {
  for (const sample of sampleEntries) {
    assert.ok(kindsOfType(eventOf(sample).type.code).includes(sample.entry.kind), sample.name)
  }
})

test('an event carries who, whom, why, the question, the request and the proof', () => {
  const shown = sampleEntries.find(({ name }) => name === 'a patient shown')!
  const event = eventOf(shown)
  assert.equal(event.id, '12')
  const user = event.agent.find((agent) => agent.requestor)!
  assert.equal(user.who.reference, 'Practitioner/zhang-wei')
  assert.deepEqual(user.policy, ['https://chartward.org/fhir/policy/care-relation'])
  assert.equal(event.purposeOfEvent?.[0]?.coding?.[0]?.code, 'TREAT')
  const query = event.entity.find((entity) => entity.query !== undefined)!
  assert.equal(
    Buffer.from(query.query!, 'base64').toString(),
    'GET /fhir/Observation?code=http%3A%2F%2Floinc.org%7C8480-6',
  )
  assert.ok(event.entity.some((entity) => entity.what?.reference === 'Patient/p-1001'))
  assert.ok(event.entity.some((entity) => entity.what?.identifier?.value === '76d148b6-586d-11ec-bf63-0242ac130002'))
  const proof = event.entity.at(-1)!
  assert.deepEqual(proof.what?.identifier, { system: 'https://emr.hospital.example/ledger', value: '12' })
  assert.equal(proof.detail?.find(({ type }) => type === 'leaf-hash')?.valueString, context.leafHash)
})

test("another system's event has that system as its source", () => {
  const event = eventOf(sampleEntries.find(({ name }) => name === 'an event of another system')!)
  assert.equal(event.source.observer.identifier?.value, 'pacs')
  assert.equal(event.period?.start, '2026-03-01T07:59:00Z')
  assert.equal(event.type.code, '110103')
  assert.equal(event.action, 'R')
})

const examples = balpIsHere ? auditEventsIn(balpFolder) : []

test("IHE's 46 examples keep the profiles they claim", { skip }, () => {
  assert.equal(examples.length, 46)
  const issues = examples.flatMap(([name, event]) =>
    event.meta.profile.flatMap((url: string) => profileIssues(url, event).map((issue) => `${name} ${issue}`)),
  )
  assert.deepEqual(issues, [])
})

test("an example that breaks one of its profile's rules is refused", { skip }, () => {
  let broken = 0
  for (const [name, event] of examples) {
    for (const url of event.meta.profile as readonly string[]) {
      for (const [rule, mutant] of mutantsOf(url, event)) {
        broken += 1
        assert.notDeepEqual(profileIssues(url, mutant), [], `${name} without ${rule}`)
      }
    }
  }
  assert.ok(broken > 400, `${broken} mutants`)
})

/** The event with one demanded element taken away, or one patterned value changed. */
function* mutantsOf(url: string, event: Json): Generator<readonly [string, Json]> {
  for (const { id, min, pattern } of profileElements(url)) {
    const [, name = '', below] = id.split('.')
    if (name.includes(':') || below !== undefined) continue
    if (min !== undefined && min > 0) yield [id, { ...event, [name]: undefined }]
    if (typeof pattern === 'string') yield [id, { ...event, [name]: 'X' }]
    else if (pattern !== undefined) yield [id, { ...event, [name]: { ...event[name], code: 'none-of-them' } }]
  }
  for (const { id, pattern } of profileElements(url)) {
    const [, list, slice] = /^AuditEvent\.(agent|entity|subtype):(\w+?)(?:\.type)?$/.exec(id) ?? []
    const code = pattern?.code ?? pattern?.coding?.[0]?.code
    if (list === undefined || code === undefined) continue
    const members: readonly Json[] = event[list] ?? []
    const isMember = (one: Json) => [one, one.type, ...(one.type?.coding ?? [])].some((coding) => coding?.code === code)
    const found = members.filter(isMember)
    const { min = 0, max = '*' } =
      profileElements(url).findLast((one) => one.id === `AuditEvent.${list}:${slice}`) ?? {}
    const others = members.filter((one) => !isMember(one))
    if (min > 0) yield [`${list}:${slice}`, { ...event, [list]: others }]
    if (max === '1' && found.length > 0) yield [`${list}:${slice} once`, { ...event, [list]: [...members, ...found] }]
    const demanded = profileElements(url).find(
      (one) => /\.(who|what|query)$/.test(one.id) && one.id.startsWith(`AuditEvent.${list}:${slice}.`) && one.min === 1,
    )
    if (demanded && found.length > 0) {
      const poorer = found.map((one) => ({ ...one, [demanded.id.split('.').at(-1)!]: undefined }))
      yield [demanded.id, { ...event, [list]: [...others, ...poorer] }]
    }
  }
}
