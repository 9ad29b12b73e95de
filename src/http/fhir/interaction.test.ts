import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FhirFault } from './errors.ts'
import { readInteraction } from './interaction.ts'

const types = new Set(['Patient', 'Observation'])

function read(method: string, path: string): string {
  try {
    return JSON.stringify(readInteraction(method, path, types))
  } catch (error) {
    if (error instanceof FhirFault) return [error.code, ...(error.allow ?? [])].join(' ')
    throw error
  }
}

test('method and path name an interaction', () => {
  const cases: readonly [string, string, object][] = [
    ['GET', '/metadata', { kind: 'capabilities' }],
    ['GET', '', { kind: 'search-system' }],
    ['GET', '/', { kind: 'search-system' }],
    ['POST', '/_search', { kind: 'search-system' }],
    ['POST', '', { kind: 'bundle' }],
    ['GET', '/Patient', { kind: 'search', type: 'Patient' }],
    ['GET', '/Patient/', { kind: 'search', type: 'Patient' }],
    ['POST', '/Patient/_search', { kind: 'search', type: 'Patient' }],
    ['GET', '/Patient/_history', { kind: 'history', type: 'Patient' }],
    ['POST', '/Patient', { kind: 'create', type: 'Patient' }],
    ['PUT', '/Patient', { kind: 'conditional-update', type: 'Patient' }],
    ['DELETE', '/Patient', { kind: 'conditional-delete', type: 'Patient' }],
    ['POST', '/Patient/$validate', { kind: 'validate', type: 'Patient' }],
    ['GET', '/Patient/a-1.B', { kind: 'read', type: 'Patient', id: 'a-1.B' }],
    ['HEAD', '/Patient/1', { kind: 'read', type: 'Patient', id: '1' }],
    ['PUT', '/Patient/1', { kind: 'update', type: 'Patient', id: '1' }],
    ['PATCH', '/Patient/1', { kind: 'patch', type: 'Patient', id: '1' }],
    ['DELETE', '/Patient/1', { kind: 'delete', type: 'Patient', id: '1' }],
    ['GET', '/Patient/1/_history', { kind: 'history', type: 'Patient', id: '1' }],
    ['GET', '/Patient/1/_history/2', { kind: 'vread', type: 'Patient', id: '1', version: 2 }],
    ['GET', '/Patient/1/Observation', { kind: 'search-compartment', patient: '1', type: 'Observation' }],
    ['POST', '/Patient/1/Observation/_search', { kind: 'search-compartment', patient: '1', type: 'Observation' }],
    ['GET', '/Patient/1/$everything', { kind: 'everything', patient: '1' }],
  ]
  for (const [method, path, expected] of cases) {
    assert.equal(read(method, path), JSON.stringify(expected), `${method} ${path}`)
  }
})

test('every other path is refused for its own reason', () => {
  const cases: readonly [string, string, string][] = [
    ['GET', '/Patient/..%2f..%2fetc', 'path-not-fhir'],
    ['GET', '/Patient/%00', 'path-not-fhir'],
    ['GET', '/%50atient/1', 'path-not-fhir'],
    ['GET', '/Patient/../Observation', 'path-not-fhir'],
    ['GET', '/Patient/.', 'path-not-fhir'],
    ['GET', '//Patient', 'path-not-fhir'],
    ['GET', '/Patient//1', 'path-not-fhir'],
    ['GET', '/Patient/王小东', 'path-not-fhir'],
    ['GET', '/Patient/a_b', 'path-not-fhir'],
    ['GET', '/Patient/1;x=1', 'path-not-fhir'],
    ['GET', '/Patient/1\\..', 'path-not-fhir'],
    ['GET', `/Patient/${'a'.repeat(65)}`, 'path-not-fhir'],
    ['GET', `/Patient/${'a'.repeat(5000)}`, 'path-not-fhir'],
    ['GET', '/Nothing', 'type-unknown'],
    ['GET', '/patient/1', 'type-unknown'],
    ['GET', '/__proto__', 'interaction-unknown'],
    ['GET', '/constructor', 'type-unknown'],
    ['GET', '/Patient/1/Nothing', 'type-unknown'],
    ['GET', '/Observation/1/Patient', 'interaction-unknown'],
    ['GET', '/_history', 'interaction-unknown'],
    ['GET', '/$export', 'interaction-unknown'],
    ['POST', '/Patient/$merge', 'interaction-unknown'],
    ['GET', '/Patient/1/_history/2/3', 'interaction-unknown'],
    ['GET', '/Patient/1/Observation/2', 'interaction-unknown'],
    ['GET', '/Patient/1/_history/abc', 'record-not-found'],
    ['GET', '/Patient/1/_history/0', 'record-not-found'],
    ['GET', '/Patient/1/_history/99999999999', 'record-not-found'],
    ['POST', '/Patient/1', 'method-not-allowed GET HEAD PUT PATCH DELETE'],
    ['DELETE', '/metadata', 'method-not-allowed GET HEAD'],
    ['PUT', '', 'method-not-allowed GET HEAD POST'],
    ['GET', '/Patient/_search', 'method-not-allowed POST'],
    ['DELETE', '/Patient/1/_history', 'method-not-allowed GET HEAD'],
    ['PUT', '/Patient/1/_history/1', 'method-not-allowed GET HEAD'],
  ]
  for (const [method, path, expected] of cases)
    assert.equal(read(method, path), expected, `${method} ${path.slice(0, 40)}`)
})
