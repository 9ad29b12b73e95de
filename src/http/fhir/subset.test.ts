import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSubset, subsetOf } from './subset.ts'

const observation = JSON.stringify({
  resourceType: 'Observation',
  id: 'o1',
  meta: { versionId: '1', tag: [{ system: 'receipt', code: '7' }] },
  text: { status: 'generated', div: '<div/>' },
  status: 'final',
  code: { text: 'x' },
  valueQuantity: { value: 1 },
  valueSetLike: 'no choice',
  note: [{ text: 'long' }],
  component: [{ code: { text: 'y' }, valueString: 'z', interpretation: [{ text: 'no' }] }],
})

const keysOf = (text: string): string[] => Object.keys(JSON.parse(text)).sort()

test('a summary keeps what the definitions call summary, choices and parts of parts included', () => {
  const text = subsetOf(observation, { summary: 'true' })
  assert.deepEqual(keysOf(text), ['code', 'component', 'id', 'meta', 'resourceType', 'status', 'valueQuantity'])
  assert.deepEqual(JSON.parse(text).component, [{ code: { text: 'y' }, valueString: 'z' }])
})

test('text keeps the narrative and what is mandatory, data drops the narrative', () => {
  assert.deepEqual(keysOf(subsetOf(observation, { summary: 'text' })), [
    'code',
    'id',
    'meta',
    'resourceType',
    'status',
    'text',
  ])
  assert.ok(!keysOf(subsetOf(observation, { summary: 'data' })).includes('text'))
})

test('elements keep what is named and what is mandatory', () => {
  const text = subsetOf(observation, { summary: 'false', elements: ['Observation.value', 'Patient.name'] })
  assert.deepEqual(keysOf(text), ['code', 'id', 'meta', 'resourceType', 'status', 'valueQuantity'])
})

test('the receipt stays, SUBSETTED is added, and a whole resource is left as it is', () => {
  const { tag } = JSON.parse(subsetOf(observation, { summary: 'true' })).meta
  assert.deepEqual(
    tag.map((one: { code: string }) => one.code),
    ['7', 'SUBSETTED'],
  )
  assert.equal(subsetOf(observation, { summary: 'false' }), observation)
})

test('wishes that mean nothing are refused', () => {
  for (const pairs of [
    [['_summary', 'some']],
    [['_summary', 'count']],
    [['_elements', '../x']],
    [
      ['_summary', 'true'],
      ['_summary', 'text'],
    ],
  ]) {
    assert.throws(() => readSubset(pairs as [string, string][]), { code: 'invalid-input' })
  }
})
