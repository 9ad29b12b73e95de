import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FhirResource } from '../records/index.ts'
import { deIdentify } from './de-identify.ts'
import { maskIdentity } from './mask-identity.ts'

const patient: FhirResource = {
  resourceType: 'Patient',
  id: 'p1',
  text: { status: 'generated', div: '<div>欧阳明月</div>' },
  name: [{ use: 'official', text: '欧阳明月', family: '欧阳', given: ['明月'] }],
  identifier: [{ system: 'urn:id', value: '990000199001011234' }],
  telecom: [{ system: 'phone', value: '19900001234' }],
  address: [{ text: '某某路 1 号', line: ['某某路 1 号'], city: '某市', state: '某省' }],
  contact: [{ name: { text: '欧阳小小' } }],
  birthDate: '1990-01-01',
  gender: 'female',
}

const told = (resource: FhirResource) => JSON.stringify(resource)

test('masking hides every name, number and street and keeps sex, birth date and city', () => {
  const masked = maskIdentity(patient)
  for (const secret of ['欧阳明月', '明月', '990000199001011234', '19900001234', '某某路', '欧阳小小']) {
    assert.ok(!told(masked).includes(secret), secret)
  }
  assert.equal(masked.gender, 'female')
  assert.equal(masked.birthDate, '1990-01-01')
  assert.ok(told(masked).includes('某市'))
})

test('what stands beside a reference to the patient is masked in every other resource', () => {
  const masked = maskIdentity({
    resourceType: 'Observation',
    id: 'o',
    subject: { reference: 'Patient/p1', display: '欧阳明月', identifier: { value: '990000199001011234' } },
    performer: [{ reference: 'Practitioner/d1', display: '李医生' }],
  })
  assert.ok(!told(masked).includes('欧阳明月') && !told(masked).includes('9900001990'))
  assert.ok(told(masked).includes('李医生'))
})

test('de-identification leaves the year of birth and no direct identifier', () => {
  const bare = deIdentify(patient)
  for (const element of ['name', 'identifier', 'telecom', 'address', 'contact', 'text'])
    assert.ok(!(element in bare), element)
  assert.equal(bare.birthDate, '1990')
})

test('de-identification takes names and long numbers out of a narrative and leaves its values', () => {
  const note = deIdentify({
    resourceType: 'Composition',
    id: 'c',
    identifier: { value: 'ZY0012345678' },
    subject: { reference: 'Patient/p1', display: '王小明' },
    section: [
      {
        text: {
          status: 'generated',
          div: '<div>姓名：王小明。患者王小明，男，65岁，住院号 2026001234，血钾 3.45 mmol/L，白细胞 12345。</div>',
        },
      },
    ],
  })
  assert.ok(
    !told(note).includes('王小明') && !told(note).includes('2026001234') && !told(note).includes('ZY0012345678'),
  )
  assert.ok(told(note).includes('3.45') && told(note).includes('12345') && told(note).includes('65岁'))
})
