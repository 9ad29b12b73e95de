import assert from 'node:assert/strict'
import { test } from 'node:test'
import { confinementOf } from './confinement.ts'
import { parseSearch } from './parse-search.ts'

const confined = (type: string, query: string) =>
  confinementOf(parseSearch(type, new URLSearchParams(query), { strict: true }))

const cases: readonly (readonly [string, string, string | undefined])[] = [
  ['Observation', 'patient=p1', 'p1'],
  ['Observation', 'patient=Patient/p1&code=x', 'p1'],
  ['Observation', 'subject=Patient/p1', 'p1'],
  ['Observation', 'subject:Patient=p1', 'p1'],
  ['Encounter', 'patient=p1', 'p1'],
  ['AllergyIntolerance', 'patient=p1', 'p1'],
  // A subject without a type may be a group or a device.
  ['Observation', 'subject=p1', undefined],
  ['Observation', 'patient=p1,p2', undefined],
  ['Observation', 'patient.name=王', undefined],
  ['Observation', 'patient:missing=true', undefined],
  ['Observation', 'code=x', undefined],
  // Several patients may take part in one appointment, and an account may be of several.
  ['Appointment', 'patient=p1', undefined],
  ['Account', 'patient=p1', undefined],
]
for (const [type, query, expected] of cases) {
  test(`${type}?${query} is confined to ${expected ?? 'nobody'}`, () => {
    assert.equal(confined(type, query), expected)
  })
}
