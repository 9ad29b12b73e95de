import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gatherItems } from '../timeline/gathering.ts'
import { timelineItem } from '../timeline/item.ts'
import { readBundle } from './bundle.ts'
import { readComposition } from './composition.ts'
import { conceptText, momentMs, numberText, personName, quantityText, readReference } from './datatype.ts'
import { isJson, type Json } from './element.ts'
import { presentEncounter, readEncounter } from './encounter.ts'
import { mainDiagnosis, readAllergy, readCondition } from './finding.ts'
import { pathWords, readFields } from './generic.ts'
import { narrativeText, readNarrative } from './narrative.ts'
import { observationText, readObservation } from './observation.ts'
import { readOrder } from './order.ts'
import { ageAt, readPatient } from './patient.ts'
import { readMedia, readStudy } from './picture.ts'
import { readReport } from './report.ts'
import { recordIsRedacted } from './withheld.ts'

const synthea = new URL('../../../../../shared/data/synthea/', import.meta.url)
const examples = new URL('../../../../../shared/data/fhir-r4-examples/', import.meta.url)
const absent = (folder: URL) => (existsSync(folder) ? false : `${folder.pathname} is not here`)

function jsonFiles(folder: URL): readonly { name: string; json: unknown }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !name.startsWith('_'))
    .map((name) => ({
      name,
      json: JSON.parse(readFileSync(new URL(encodeURIComponent(name), folder), 'utf8')) as unknown,
    }))
}

/** Every reader on every record: what each says is text or absent, never an error, `[object Object]` or `undefined`. */
function readEverything(resource: Json): void {
  const said = [
    timelineItem(resource),
    readPatient(resource),
    readEncounter(resource),
    readComposition(resource),
    readObservation(resource),
    readReport(resource),
    readOrder(resource),
    readCondition(resource),
    readAllergy(resource),
    readStudy(resource),
    readMedia(resource),
    readFields(resource),
  ]
  for (const text of textsIn(said)) assert.doesNotMatch(text, /\[object |^undefined$|\bNaN\b(?! )/)
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length > 5000 ? [] : [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isJson(value) ? Object.values(value).flatMap(textsIn) : []
}

test('Synthea bundles: every record has a line with a kind and a title, every dated one its time', {
  skip: absent(synthea),
}, () => {
  const files = jsonFiles(synthea)
  assert.ok(files.length > 0)
  for (const { json } of files) {
    const { resources } = readBundle(json)
    const clinical = resources.filter(
      (one) => !['Organization', 'Practitioner', 'Patient'].includes(String(one.resourceType)),
    )
    for (const resource of resources) readEverything(resource)
    for (const resource of clinical) {
      const item = timelineItem(resource)
      assert.ok(item.title.length > 0, item.key)
      // Synthea's goals bear no date at all.
      if (item.type !== 'Goal') assert.notEqual(item.at, undefined, `${item.key} has no time`)
    }
    const lines = gatherItems(clinical)
    assert.ok(lines.length > 0 && lines.length < clinical.length)
    const moments = lines.map((line) => line.at ?? Number.NEGATIVE_INFINITY)
    assert.deepEqual(
      moments,
      [...moments].sort((a, b) => b - a),
    )
  }
})

test('Synthea observations say their value', { skip: absent(synthea) }, () => {
  const observations = jsonFiles(synthea)
    .flatMap(({ json }) => readBundle(json).resources)
    .filter((resource) => resource.resourceType === 'Observation')
    .map(readObservation)
  assert.ok(observations.length > 1000)
  const silent = observations.filter((observation) => observationText(observation) === undefined)
  assert.equal(silent.length, 0, silent.map((observation) => observation.name).join())
  const pressure = observations.find((observation) => observation.code?.code === '55284-4')!
  assert.match(observationText(pressure)!, /^\d+(\.\d+)?\/\d+(\.\d+)? mmHg$/)
})

test('the R4 examples are all read, whatever their type', { skip: absent(examples) }, () => {
  const files = jsonFiles(examples)
  assert.ok(files.length > 500)
  for (const { name, json } of files) {
    assert.ok(isJson(json), name)
    readEverything(json)
    for (const resource of readBundle(json).resources) readEverything(resource)
  }
})

test('names: Chinese runs together, others are spaced, text wins', () => {
  assert.equal(personName([{ family: '欧阳', given: ['娜'] }]), '欧阳娜')
  assert.equal(personName([{ family: 'Goldner', given: ['Barrett', 'A'] }]), 'Barrett A Goldner')
  assert.equal(personName([{ text: '张*三', family: '张', given: ['小三'] }]), '张*三')
  assert.equal(personName([]), undefined)
})

test('a concept is told by its text, then a display, then its code', () => {
  assert.equal(conceptText({ text: '高血压', coding: [{ code: 'I10', display: '原发性高血压' }] }), '高血压')
  assert.equal(conceptText({ coding: [{ code: 'I10' }, { display: '原发性高血压' }] }), '原发性高血压')
  assert.equal(conceptText({ coding: [{ code: 'I10' }] }), 'I10')
  assert.equal(conceptText({ code: 'AMB', system: 'x' }), 'AMB')
  assert.equal(conceptText(7), undefined)
})

test('numbers carry no binary dust', () => {
  assert.equal(numberText(171.5278753471479), '171.5')
  assert.equal(numberText(0.0421), '0.0421')
  assert.equal(numberText(5), '5')
  assert.equal(quantityText({ value: Math.PI, unit: 'mmol/L', comparator: '<' }), '<3.14 mmol/L')
  assert.equal(quantityText({ value: 7, unit: '{score}' }), '7')
  assert.equal(quantityText({ value: 5.94, unit: '10*9/L' }), '5.94 10⁹/L')
})

test('references: relative, absolute, versioned and urn', () => {
  assert.deepEqual(readReference({ reference: 'Observation/a-1' }), { type: 'Observation', id: 'a-1' })
  assert.deepEqual(readReference('https://h.example/fhir/Media/9/_history/2'), { type: 'Media', id: '9' })
  assert.equal(readReference({ reference: 'urn:uuid:0b77' })?.id, '0b77')
  assert.equal(readReference({ reference: '#contained' }), undefined)
})

test('a day without a time is the same day in Shanghai and in New York', () => {
  assert.equal(new Date(momentMs('2026-11-22')!).toISOString(), '2026-11-22T12:00:00.000Z')
  assert.equal(momentMs('2026-11-22T03:41:00+08:00'), Date.UTC(2026, 10, 21, 19, 41))
  assert.equal(momentMs('yesterday'), undefined)
})

test('age is told in days, months or years as in paediatrics', () => {
  const at = Date.parse('2026-11-22T10:00:00Z')
  assert.deepEqual(ageAt('2026-11-02', at), { value: 19, unit: 'day' })
  assert.deepEqual(ageAt('2025-01-23', at), { value: 21, unit: 'month' })
  assert.deepEqual(ageAt('1958-11-23', at), { value: 67, unit: 'year' })
  assert.equal(ageAt('2027-01-01', at), undefined)
  assert.equal(ageAt(undefined, at), undefined)
})

test('narrative becomes text blocks and never markup', () => {
  const blocks = readNarrative(
    '<div xmlns="http://www.w3.org/1999/xhtml"><h3>查体</h3><p>体温&#160;38.5℃<br/>心率 &lt; 100</p><ul><li>一</li><li>二</li></ul><table><tr><th>项目</th></tr><tr><td>血压</td></tr></table><script>alert(1)</script>尾</div>',
  )
  assert.deepEqual(blocks, [
    { kind: 'heading', text: '查体' },
    { kind: 'paragraph', text: '体温\u00a038.5℃\n心率 < 100' },
    { kind: 'list', ordered: false, items: ['一', '二'] },
    { kind: 'table', head: ['项目'], rows: [['血压']] },
    { kind: 'paragraph', text: '尾' },
  ])
  assert.equal(narrativeText(readNarrative('<div><p onclick="x">a &amp; <b>b</b></p></div>')), 'a & b')
  assert.deepEqual(readNarrative(undefined), [])
})

test('a withheld section is known by its empty reason, and a redacted record by its label', () => {
  const document = readComposition({
    resourceType: 'Composition',
    title: '入院记录',
    section: [
      { title: '主诉', text: { div: '<div>发热 3 天</div>' } },
      { title: '个人史', emptyReason: { coding: [{ code: 'withheld' }] } },
    ],
  })
  assert.deepEqual(
    document.sections.map((section) => [section.title, section.isWithheld]),
    [
      ['主诉', false],
      ['个人史', true],
    ],
  )
  assert.equal(recordIsRedacted({ meta: { security: [{ code: 'REDACTED' }] } }), true)
  assert.equal(recordIsRedacted({ meta: { security: [{ code: 'N' }] } }), false)
})

test('a bundle tells what was withheld and where the next page is', () => {
  const page = readBundle({
    total: 3,
    link: [{ relation: 'next', url: '/fhir/Observation?_cursor=x' }],
    entry: [
      { resource: { resourceType: 'Observation', id: '1' } },
      { resource: { resourceType: 'Patient', id: 'p' }, search: { mode: 'include' } },
      {
        resource: {
          resourceType: 'OperationOutcome',
          issue: [{ code: 'suppressed', details: { text: '部分内容未显示' } }],
        },
      },
    ],
  })
  assert.deepEqual(
    [page.resources.length, page.included.length, page.withheld, page.next],
    [1, 1, ['部分内容未显示'], '/fhir/Observation?_cursor=x'],
  )
  assert.equal(readBundle({}).withheld, undefined)
})

test('the laboratory’s flag wins over the range, and the range speaks where it is silent', () => {
  const base = {
    valueQuantity: { value: 9, unit: 'g/L' },
    referenceRange: [{ low: { value: 10 }, high: { value: 20 } }],
  }
  assert.equal(readObservation(base).values[0]!.flag, 'low')
  assert.equal(
    readObservation({ ...base, interpretation: [{ coding: [{ code: 'LL' }] }] }).values[0]!.flag,
    'critical-low',
  )
  assert.equal(readObservation({ valueQuantity: { value: 9 } }).values[0]!.flag, 'none')
  assert.equal(readObservation(base).values[0]!.range?.text, '10 – 20')
  const printed = { valueQuantity: { value: 1, unit: '1' }, referenceRange: [{ text: '0.8–1.2 1' }] }
  assert.equal(readObservation(printed).values[0]!.range?.text, '0.8–1.2')
  assert.equal(readObservation({ dataAbsentReason: { coding: [{ code: 'masked' }] } }).values[0]!.isWithheld, true)
})

test('the head of the dossier: the stay under way, its bed, its diagnosis', () => {
  const stay = readEncounter({
    id: 'e2',
    status: 'in-progress',
    class: { code: 'IMP' },
    period: { start: '2026-11-20T08:00:00+08:00' },
    serviceProvider: { reference: 'Organization/card', display: '心血管内科' },
    participant: [
      { type: [{ coding: [{ code: 'CON' }] }], individual: { display: '会诊医师' } },
      { type: [{ coding: [{ code: 'ATND' }] }], individual: { display: '李医师' } },
    ],
    location: [
      {
        location: { display: '3 床' },
        physicalType: { coding: [{ code: 'bd' }] },
        period: { start: '2026-11-20', end: '2026-11-21' },
      },
      { location: { display: '12 床' }, physicalType: { coding: [{ code: 'bd' }] }, period: { start: '2026-11-21' } },
      { location: { display: '心内一病区' }, physicalType: { coding: [{ code: 'wa' }] } },
    ],
  })
  assert.deepEqual([stay.bed, stay.ward, stay.attending], ['12 床', '心内一病区', '李医师'])
  const clinic = readEncounter({
    id: 'e3',
    status: 'finished',
    class: { code: 'AMB' },
    period: { start: '2026-11-21T09:00:00Z' },
  })
  assert.equal(presentEncounter([clinic, stay])?.id, 'e2')

  const conditions = [
    {
      id: 'old',
      code: { text: '阑尾炎' },
      clinicalStatus: { coding: [{ code: 'resolved' }] },
      recordedDate: '2026-11-22',
    },
    { id: 'now', code: { text: '心力衰竭' }, encounter: { reference: 'Encounter/e2' }, recordedDate: '2026-11-20' },
  ].map(readCondition)
  assert.equal(mainDiagnosis(conditions, 'e2')?.name, '心力衰竭')
})

test('no known allergy is a fact of its own', () => {
  assert.equal(readAllergy({ code: { coding: [{ code: '716186003' }] } }).isNoneKnown, true)
  assert.equal(readAllergy({ code: { text: '否认药物过敏史' } }).isNoneKnown, true)
  const penicillin = readAllergy({
    code: { text: '青霉素' },
    criticality: 'high',
    reaction: [{ manifestation: [{ text: '皮疹' }] }],
  })
  assert.deepEqual([penicillin.isNoneKnown, penicillin.isSevere, penicillin.reactions], [false, true, ['皮疹']])
})

test('a dosage without text is put together', () => {
  const order = readOrder({
    resourceType: 'MedicationRequest',
    medicationCodeableConcept: { text: '阿司匹林肠溶片' },
    dosageInstruction: [
      {
        doseAndRate: [{ doseQuantity: { value: 100, unit: 'mg' } }],
        route: { text: '口服' },
        timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } },
      },
    ],
  })
  assert.deepEqual(order.instructions, ['100 mg · 口服 · 1 × / 1 d'])
})

test('any other type is told field by field', () => {
  const fields = readFields({
    resourceType: 'CarePlan',
    id: '1',
    status: 'active',
    period: { start: '2026-01-01' },
    author: { reference: 'Practitioner/1', display: '王护士' },
    activity: [{ detail: { code: { text: '翻身' } } }, { detail: { code: { text: '吸氧' } } }],
  })
  assert.deepEqual(fields, [
    { path: 'status', value: 'active' },
    { path: 'period', value: '2026-01-01 → …' },
    { path: 'author', value: '王护士' },
    { path: 'activity[1].detail.code', value: '翻身' },
    { path: 'activity[2].detail.code', value: '吸氧' },
  ])
  assert.equal(pathWords('activity[1].detail.codeText'), 'activity 1 · detail · code text')
})
