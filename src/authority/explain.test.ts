import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { type Action, purposes } from '../kernel/index.ts'
import { catalogueOf } from './catalogue.ts'
import { loadPolicies } from './cedar/bundle.ts'
import { PolicyEngine } from './cedar/engine.ts'
import { conjuncts, type Expression, nodeOf, pathOf } from './cedar/est.ts'
import { engineInput, mulberry32, type RandomUse, randomUse } from './cedar/random-use.ts'
import { conditionWords } from './condition-words.ts'
import { failingConditions } from './nearest-rights.ts'

let engine: PolicyEngine
before(async () => {
  engine = new PolicyEngine(await loadPolicies())
})

describe('conditions in words', () => {
  it('every condition of every policy has words in both languages', () => {
    const wordless = engine.bundle.policies.flatMap((policy) =>
      policy.syntax.conditions
        .flatMap(({ body }) => conjuncts(body))
        .filter((expression) => !conditionWords(expression))
        .map((expression) => `${policy.id}: ${JSON.stringify(expression)}`),
    )
    assert.deepEqual(wordless, [])
  })

  it('a catalogue names each policy with its clause, the sentence of it, and its conditions', () => {
    const { bundle, policies } = catalogueOf(engine.bundle)
    assert.equal(bundle, engine.bundle.digest)
    assert.equal(policies.length, engine.bundle.policies.length)
    const maintenance = policies.find((policy) => policy.id === 'vendor-maintenance')!
    assert.match(maintenance.clauseText ?? '', /严格的保密协议和授权协议/)
    assert.deepEqual(maintenance.conditions.slice(0, 3), [
      { zh: '岗位为外部服务商工程师', en: 'the post is vendor-engineer' },
      { zh: '操作为查阅', en: 'the action is read' },
      { zh: '使用目的为系统运维', en: 'purpose is MAINT' },
    ])
    for (const policy of policies) assert.ok(policy.conditions.length > 0 || policy.id === 'guard-inactive', policy.id)
  })
})

describe('why not', () => {
  it('names exactly what is missing: making it true permits, unless a guard forbids', () => {
    const random = mulberry32(99)
    let flipped = 0
    for (let round = 0; round < 4000 && flipped < 300; round += 1) {
      const use = randomUse(random)
      const [principal, action, resource, context] = engineInput(use)
      if (engine.evaluate(principal, action, resource, context).effect === 'permit') continue
      const nearby = failingConditions(engine, { principal }, { action, resource, context })
      for (const { policy, failed } of nearby) {
        if (failed.length !== 1 || failed[0]!.kind !== 'when') continue
        const mended = mend(use, failed[0]!.expression)
        if (!mended) continue
        const verdict = engine.evaluate(...engineInput(mended))
        const decides = verdict.determining.map((one) => one.id)
        assert.ok(
          decides.includes(policy.id) || verdict.determining.every((one) => one.effect === 'forbid'),
          `${policy.id} ${JSON.stringify(failed[0]!.expression)} ${JSON.stringify(mended)}`,
        )
        if (verdict.effect === 'permit') flipped += 1
      }
    }
    assert.ok(flipped >= 300, `only ${flipped} denials were flipped`)
  })
})

/** The same use with one condition made true; undefined where that takes more than one fact. */
function mend(use: RandomUse, expression: Expression): RandomUse | undefined {
  const node = nodeOf(expression)
  const copy = structuredClone(use) as { -readonly [Key in keyof RandomUse]: Record<string, unknown> & RandomUse[Key] }
  const set = (path: string, value: unknown): RandomUse => {
    const steps = path.split('.')
    let holder: Record<string, unknown> = copy as never
    for (const step of steps.slice(0, -1)) holder = holder[step] as Record<string, unknown>
    holder[steps.at(-1)!] = value
    return copy as never
  }
  if (node.op === '||') return mend(use, node.left)
  if (node.op === '.') return set(pathOf(expression)!, true)
  if (node.op === 'has') return set(`${pathOf(node.left)}.${node.attributes[0]}`, 'p1')
  if (node.op === 'contains') {
    const [setPath, elementPath] = [pathOf(node.left), pathOf(node.right)]
    const inner = nodeOf(node.left)
    if (inner.op === 'set' && elementPath) {
      const first = nodeOf(inner.items[0]!)
      return first.op === 'value' ? set(elementPath, first.value) : undefined
    }
    const element = elementPath && read(use, elementPath)
    return setPath && element !== undefined ? set(setPath, [element]) : undefined
  }
  if (node.op === '==' || node.op === '<=' || node.op === '>=') {
    const right = nodeOf(node.right)
    const value = right.op === 'value' ? right.value : read(use, pathOf(node.right) ?? '')
    return value === undefined ? undefined : set(pathOf(node.left)!, value)
  }
  return undefined
}

function read(use: RandomUse, path: string): unknown {
  return path.split('.').reduce<unknown>((holder, step) => (holder as Record<string, unknown> | undefined)?.[step], use)
}

describe('purposes and actions', () => {
  it('are all known to the words', () => {
    const asked: readonly (readonly [string, readonly string[]])[] = [['context.purpose', purposes]]
    for (const [path, codes] of asked) {
      const [variable, attr] = path.split('.') as [string, string]
      for (const code of codes) {
        const words = conditionWords({
          '==': { left: { '.': { left: { Var: variable }, attr } }, right: { Value: code } },
        })
        assert.notEqual(words?.zh, `使用目的为${code}`)
      }
    }
    const scope = (action: Action) =>
      conditionWords({
        in: { left: { Var: 'action' }, right: { Value: { __entity: { type: 'Action', id: action } } } },
      })
    assert.match(scope('view')?.en ?? '', /view/)
  })
})
