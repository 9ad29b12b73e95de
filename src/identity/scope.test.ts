import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grantScopes, parseScope } from './scope.ts'

// Examples of SMART App Launch 2.2, "Scopes for requesting FHIR resources".
test('v2 scopes are understood', () => {
  assert.deepEqual(parseScope('system/*.cruds'), { context: 'system', type: '*', permissions: 'cruds' })
  const coded = 'category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory'
  assert.equal(parseScope(`patient/Observation.rs?${coded}`)?.query, coded)
  assert.deepEqual(parseScope('user/Observation.rs?category=laboratory'), {
    context: 'user',
    type: 'Observation',
    permissions: 'rs',
    query: 'category=laboratory',
  })
})

const wrong = [
  '',
  'openid',
  'system/Observation.',
  'system/Observation.sr',
  'system/Observation.rr',
  'system/Observation.read',
  'system/observation.rs',
  'system/*.*',
  'system/Observation.rs ',
  'system/../Patient.rs',
  'launch/patient',
  'fhirUser',
] // prettier-ignore
for (const text of wrong) {
  test(`not a v2 resource scope: "${text}"`, () => assert.equal(parseScope(text), undefined))
}

const grants: readonly [readonly string[], readonly string[], readonly string[]][] = [
  [['system/*.rs'], ['system/Patient.rs'], ['system/Patient.rs']],
  [['system/*.rs'], ['system/Patient.cruds'], []],
  [['system/Patient.rs'], ['system/*.rs'], []],
  [['system/Patient.rs'], ['user/Patient.rs'], []],
  [['system/Observation.rs?category=laboratory'], ['system/Observation.rs'], []],
  [
    ['system/Observation.rs'],
    ['system/Observation.r?category=laboratory'],
    ['system/Observation.r?category=laboratory'],
  ],
  [['system/Patient.r'], ['system/Patient.r', 'system/Patient.r'], ['system/Patient.r']],
]
for (const [registered, asked, granted] of grants) {
  test(`registered ${registered}, asked ${asked}: ${granted.length === 0 ? 'nothing' : granted}`, () => {
    assert.deepEqual(grantScopes(registered, asked), granted)
  })
}
