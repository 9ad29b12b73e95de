import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FhirResource } from '../records/index.ts'
import { withholdPart } from './withhold.ts'

const note: FhirResource = {
  resourceType: 'Composition',
  id: 'c1',
  section: [
    { title: '主诉', text: { status: 'generated', div: '<div>胸痛</div>' } },
    {
      title: '精神检查',
      code: { text: 'PSY' },
      text: { status: 'generated', div: '<div>私密</div>' },
      entry: [{ reference: 'Observation/1' }],
    },
  ],
}

test('a withheld section keeps its title, says so, and carries nothing of its content', () => {
  const left = withholdPart(note, '/section/1')
  const section = (left.section as { title: string; emptyReason?: { coding: { code: string }[] } }[])[1]
  assert.equal(section?.title, '精神检查')
  assert.equal(section?.emptyReason?.coding[0]?.code, 'withheld')
  assert.ok(!JSON.stringify(left).includes('私密') && !JSON.stringify(left).includes('Observation/1'))
})

test('the parts that were not named stay as they were', () => {
  const left = withholdPart(note, '/section/1')
  assert.deepEqual((left.section as unknown[])[0], (note.section as unknown[])[0])
})

test('a withheld value of an observation is masked, not absent without a word', () => {
  const left = withholdPart(
    { resourceType: 'Observation', id: 'o', status: 'final', valueString: '阳性' },
    '/valueString',
  )
  assert.equal(left.valueString, undefined)
  assert.deepEqual((left.dataAbsentReason as { coding: { code: string }[] }).coding[0]?.code, 'masked')
})

test('an element whose last member goes, goes with it', () => {
  const left = withholdPart({ resourceType: 'Patient', id: 'p', telecom: [{ value: '1' }] }, '/telecom/0')
  assert.ok(!('telecom' in left))
})

test('a member of a list goes without leaving a hole', () => {
  const left = withholdPart(
    { resourceType: 'Patient', id: 'p', identifier: [{ value: 'a' }, { value: 'b' }] },
    '/identifier/0',
  )
  assert.deepEqual(left.identifier, [{ value: 'b' }])
})

test('a pointer to nowhere changes nothing', () => {
  assert.deepEqual(withholdPart(note, '/author/3/name'), note)
})
