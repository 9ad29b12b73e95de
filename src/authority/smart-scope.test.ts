import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Action, ApplicationId, PersonId } from '../kernel/index.ts'
import { scopeBound } from './smart-scope.ts'
import { callerOf } from './test-world.ts'

const application = 'app' as ApplicationId
const bound = (scopes: readonly string[] | undefined, action: Action = 'view') =>
  scopeBound(callerOf('p' as PersonId, { application, ...(scopes && { scopes }) }), action)

it('a person without an application is not bounded', () => {
  assert.equal(scopeBound(callerOf('p' as PersonId), 'export').scoped, false)
})

const cases: readonly (readonly [string, readonly string[] | undefined, Action, readonly string[] | 'unbounded'])[] = [
  ['no scopes cover nothing', undefined, 'view', []],
  ['a read scope covers reading its type', ['user/Observation.r'], 'view', ['Observation']],
  ['… not searching it', ['user/Observation.r'], 'list', []],
  ['… not writing it', ['user/Observation.rs'], 'update', []],
  ['types add up', ['user/Observation.rs', 'system/Patient.s'], 'list', ['Observation', 'Patient']],
  ['a star covers all types', ['system/*.cruds'], 'delete', 'unbounded'],
  ['version 1 words are read', ['user/Patient.read', 'user/Claim.write'], 'create', ['Claim']],
  ['a narrowed scope covers nothing', ['user/Observation.rs?category=laboratory'], 'view', []],
  ['other scopes are no scopes', ['openid', 'fhirUser', 'launch/patient', 'user/Observation.x'], 'view', []],
]
for (const [fact, scopes, action, expected] of cases) {
  it(fact, () => {
    const found = bound(scopes, action)
    assert.deepEqual(found.scoped ? [...found.types] : 'unbounded', expected)
  })
}
