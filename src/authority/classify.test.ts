import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { type Classification, categoriesOf, classify } from './classify.ts'
import { recordCategories, securityOf, sensitiveKinds } from './label.ts'

const said = ({ label }: Classification): string => [label.category, label.sensitivity, ...label.kinds].join(' ')
const coded = (system: string, code: string, display?: string) => ({
  code: { coding: [{ system, code, ...(display && { display }) }] },
})
const loinc = 'http://loinc.org'
const icd10 = 'http://hl7.org/fhir/sid/icd-10'

describe('the label of a record', () => {
  const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['a blood count', { resourceType: 'Observation', ...coded(loinc, '718-7') }, 'laboratory 2'],
    [
      'a temperature',
      { resourceType: 'Observation', category: [{ coding: [{ code: 'vital-signs' }] }] },
      'vital-sign 2',
    ],
    ['an HIV antibody', { resourceType: 'Observation', ...coded(loinc, '75622-1') }, 'laboratory 5 HIV'],
    [
      'an HIV antibody by its Chinese name',
      { resourceType: 'Observation', code: { text: '人类免疫缺陷病毒抗体测定' } },
      'laboratory 5 HIV',
    ],
    ['an HIV infection', { resourceType: 'Condition', ...coded(icd10, 'B20.101') }, 'diagnosis 5 HIV'],
    ['carrier state', { resourceType: 'Condition', ...coded(icd10, 'Z21.x00') }, 'diagnosis 5 HIV'],
    ['schizophrenia', { resourceType: 'Condition', ...coded(icd10, 'F20.900') }, 'diagnosis 4 PSY'],
    ['dependence on opioids', { resourceType: 'Condition', ...coded(icd10, 'F11.2') }, 'diagnosis 4 ETH'],
    ['an abortion', { resourceType: 'Procedure', code: { text: '人工流产术' } }, 'procedure 4 SEX'],
    ['infertility', { resourceType: 'Condition', ...coded(icd10, 'N97.9') }, 'diagnosis 4 SEX'],
    ['hypertension', { resourceType: 'Condition', ...coded(icd10, 'I10.x02', '高血压') }, 'diagnosis 2'],
    [
      'ST depression is no depression',
      { resourceType: 'Observation', code: { text: 'ST depression' } },
      'laboratory 2',
    ],
    [
      'the same letters in another code system',
      { resourceType: 'Condition', ...coded('urn:local', 'F20') },
      'diagnosis 2',
    ],
    ['a nursing note', { resourceType: 'Composition', type: { text: '一般护理记录' } }, 'nursing-note 2'],
    ['a pathology report', { resourceType: 'DiagnosticReport', category: [{ text: '病理' }] }, 'pathology 2'],
    ['an imaging report', { resourceType: 'DiagnosticReport', category: [{ coding: [{ code: 'RAD' }] }] }, 'imaging 2'],
    [
      'an encounter for a sensitive reason',
      { resourceType: 'Encounter', reasonCode: [{ coding: [{ system: icd10, code: 'F32.9' }] }] },
      'encounter 4 PSY',
    ],
    [
      'an encounter in psychiatry',
      { resourceType: 'Encounter', serviceProvider: { display: '精神科' } },
      'encounter 4 PSY',
    ],
    ['a department', { resourceType: 'Organization', name: '精神科' }, 'directory 1'],
    ['a type nobody knows', { resourceType: 'Zebra' }, 'other 3'],
    ['no type at all', {}, 'other 3'],
    ['a type named after an inherited property', { resourceType: 'constructor' }, 'other 3'],
  ]
  for (const [fact, resource, expected] of cases) it(fact, () => assert.equal(said(classify(resource)), expected))

  it('is higher for a note of a psychiatric department than for its visit', () => {
    const note = { resourceType: 'Composition', type: { text: '日常病程记录' } }
    assert.equal(said(classify(note)), 'note 2')
    assert.equal(said(classify(note, { departmentName: '精神卫生科' })), 'note 5 PSY')
  })

  it('is raised by what the source says, and never lowered', () => {
    const system = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
    const at = (code: string) => said(classify({ resourceType: 'Condition', meta: { security: [{ system, code }] } }))
    assert.equal(at('V'), 'diagnosis 5')
    assert.equal(at('U'), 'diagnosis 2')
    const hiv = { resourceType: 'Observation', ...coded(loinc, '75622-1'), meta: { security: [{ system, code: 'L' }] } }
    assert.equal(said(classify(hiv)), 'laboratory 5 HIV')
    assert.equal(
      said(classify({ resourceType: 'Encounter', meta: { security: [{ code: 'SDV' }] } })),
      'encounter 5 SDV',
    )
  })

  it('is published as v3-Confidentiality and v3-ActCode', () => {
    assert.deepEqual(
      securityOf({ category: 'laboratory', sensitivity: 5, kinds: ['HIV'] }).map(({ code }) => code),
      ['V', 'HIV'],
    )
  })
})

describe('parts of a record', () => {
  it('what identifies a patient is more than the patient', () => {
    const { label, parts } = classify({ resourceType: 'Patient', name: [], identifier: [], telecom: [], address: [] })
    assert.equal(label.sensitivity, 2)
    assert.deepEqual(
      parts.map((part) => [part.path, part.label.category, part.label.sensitivity]),
      ['/identifier', '/telecom', '/address'].map((path) => [path, 'identity', 3]),
    )
  })

  it('a section that says more than its note has a label of its own, however deep, and a name that tells nothing', () => {
    const { label, parts } = classify({
      resourceType: 'Composition',
      section: [
        { title: '主诉', text: { div: '<div>发热三天</div>' } },
        { title: '婚育史' },
        { title: '检验', section: [{ title: '结果', text: { div: '<div>HIV抗体阳性</div>' } }] },
      ],
    })
    assert.equal(label.sensitivity, 2)
    assert.deepEqual(
      parts.map((part) => [part.path, part.name, part.label.sensitivity, ...part.label.kinds]),
      [
        ['/section/1', 'Composition.section[1]', 3, 'SEX'],
        ['/section/2/section/0', 'Composition.section[2].section[0]', 5, 'HIV'],
      ],
    )
  })

  it('a component of a panel has its own', () => {
    const { label, parts } = classify({
      resourceType: 'Observation',
      component: [coded(loinc, '718-7'), coded(loinc, '56888-1')],
    })
    assert.equal(label.sensitivity, 2)
    assert.deepEqual(
      parts.map((part) => [part.path, part.label.sensitivity]),
      [['/component/1', 5]],
    )
  })
})

describe('classification', () => {
  it('is total: any object gets a label of the closed sets, whose category the type may have', () => {
    const json = fc.dictionary(
      fc.constantFrom(
        'resourceType',
        'code',
        'meta',
        'section',
        'component',
        'category',
        'type',
        'serviceProvider',
        'x',
      ),
      fc.jsonValue({ maxDepth: 6 }),
    )
    fc.assert(
      fc.property(
        json,
        fc.constantFrom('Patient', 'Observation', 'Composition', 'DiagnosticReport', 'Foo', undefined),
        (value, type) => {
          const { label, parts } = classify({ ...value, ...(type && { resourceType: type }) })
          for (const one of [label, ...parts.map((part) => part.label)]) {
            assert.ok(recordCategories.includes(one.category) && one.sensitivity >= 1 && one.sensitivity <= 5)
            assert.ok(one.kinds.every((kind) => sensitiveKinds.includes(kind)))
          }
          if (type) assert.ok(categoriesOf(type).includes(label.category))
          for (const part of parts) assert.ok(part.label.sensitivity >= label.sensitivity)
        },
      ),
      { numRuns: 500 },
    )
  })

  const examples = fileURLToPath(new URL('../../../shared/data/fhir-r4-examples/', import.meta.url))
  it('knows the types of the published FHIR R4 examples', {
    skip: existsSync(examples) ? false : `${examples} is not here`,
  }, () => {
    const strange = new Map<string, number>()
    let seen = 0
    for (const name of readdirSync(examples).filter((one) => one.endsWith('.json'))) {
      const resource = JSON.parse(readFileSync(join(examples, name), 'utf8')) as Record<string, unknown>
      const { label } = classify(resource)
      seen += 1
      if (label.category === 'other') strange.set(String(resource.resourceType), label.sensitivity)
    }
    assert.ok(seen > 300)
    // What is not known is not for everyone.
    assert.deepEqual(
      [...strange.values()].filter((level) => level < 3),
      [],
    )
    for (const type of ['Observation', 'Condition', 'Encounter', 'Patient']) assert.equal(strange.has(type), false)
  })
})
