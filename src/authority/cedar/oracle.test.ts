import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import cedar from '@cedar-policy/cedar-wasm/nodejs'
import { actions } from '../../kernel/index.ts'
import { loadPolicies, type PolicyBundle } from './bundle.ts'
import { actionGroups, PolicyEngine } from './engine.ts'
import { engineInput, mulberry32, openOracle, randomUse } from './random-use.ts'

let bundle: PolicyBundle
let engine: PolicyEngine
let oracle: ReturnType<typeof openOracle>
before(async () => {
  bundle = await loadPolicies()
  engine = new PolicyEngine(bundle)
  oracle = openOracle(bundle)
})

describe('compiled policies and the Cedar engine', () => {
  it('agree on the decision and on the determining policies of 3,500 random uses', () => {
    const random = mulberry32(20261101)
    const permits = new Set<string>()
    const forbids = new Set<string>()
    for (let round = 0; round < 3500; round += 1) {
      const request = randomUse(random)
      const expected = oracle(request)
      const verdict = engine.evaluate(...engineInput(request))
      const found = {
        effect: verdict.effect,
        determining: verdict.determining.map((policy) => policy.id).sort(),
      }
      assert.deepEqual(found, expected, JSON.stringify(request))
      for (const id of found.determining) (found.effect === 'permit' ? permits : forbids).add(id)
    }
    // A generator that never reaches a policy proves nothing about it.
    const unreached = bundle.policies.filter((one) => !permits.has(one.id) && !forbids.has(one.id)).map((one) => one.id)
    assert.deepEqual(unreached, [])
  })

  it('know the same actions and groups', () => {
    const answer = cedar.schemaToJson(bundle.schema)
    assert.equal(answer.type, 'success')
    const declared = answer.type === 'success' ? (answer.json['']?.actions ?? {}) : {}
    const groups = Object.entries(declared)
      .filter(([name]) => (actions as readonly string[]).includes(name))
      .map(([name, action]) => [name, action.memberOf?.[0]?.id])
    assert.deepEqual(Object.fromEntries(groups), { ...actionGroups })
  })
})
