import type { Policy } from './cedar/bundle.ts'
import { type Condition, compileCondition } from './cedar/compile.ts'
import type { PolicyEngine } from './cedar/engine.ts'
import { conjuncts, type Expression, pathsIn } from './cedar/est.ts'
import { type CedarRecord, type Entity, EvaluationError } from './cedar/values.ts'
import { type ConditionWords, conditionWords } from './condition-words.ts'
import type { SettledUse } from './decide.ts'
import type { RefusalCode } from './decision.ts'
import type { LivingPerson } from './living.ts'
import { contextOf, resourceOf } from './use-under-decision.ts'

/** A policy that would give the right, and the conditions of it that do not hold. */
export interface NearbyRight {
  readonly policy: Policy
  readonly failed: readonly FailedCondition[]
  readonly code: RefusalCode
}

export interface FailedCondition extends ConditionWords {
  readonly expression: Expression
  /** `unless`: the right is there once this no longer holds. */
  readonly kind: 'when' | 'unless'
}

interface PlannedCondition {
  readonly expression: Expression
  readonly kind: 'when' | 'unless'
  readonly holds: Condition
  readonly words: ConditionWords
  /** About what the record or the person is: nothing that one could do changes it. */
  readonly isGiven: boolean
}

/**
 * The permits that could admit this person's action, nearest first: fewest conditions missing, those that nobody can
 * change counted heavily. On demand only; a permit never comes here.
 */
export function nearestRights(engine: PolicyEngine, person: LivingPerson, use: SettledUse): readonly NearbyRight[] {
  const { action, record } = use
  return failingConditions(engine, person, { action, resource: resourceOf(record), context: contextOf(person, use) })
}

interface Asked {
  readonly action: SettledUse['action']
  readonly resource: Entity
  readonly context: CedarRecord
}

export function failingConditions(
  engine: PolicyEngine,
  { principal }: Pick<LivingPerson, 'principal'>,
  { action, resource, context }: Asked,
): readonly NearbyRight[] {
  const verb = engine.actions.get(action)!
  return engine
    .inScope(action, principal)
    .filter((policy) => policy.effect === 'permit')
    .map((policy) => {
      const missing = planOf(policy).filter((planned) => {
        return holds(() => planned.holds(principal, verb, resource, context)) !== (planned.kind === 'when')
      })
      const failed = missing.map(({ expression, kind, words }) => ({ expression, kind, ...words }))
      const distance = missing.reduce((sum, one) => sum + (one.isGiven ? 10 : 1), 0)
      return { policy, failed, code: codeOf(missing), distance }
    })
    .sort((one, other) => one.distance - other.distance || (one.policy.id < other.policy.id ? -1 : 1))
}

/** Which of several missing conditions a refusal is named after. */
const codeOrder: readonly RefusalCode[] = [
  'untrained',
  'outside-rotation',
  'outside-agreement',
  'no-care-relation',
  'purpose-not-allowed',
  'sensitivity',
  'step-up-needed',
  'scope',
]

/** A condition that cannot be met names the refusal before one that could. */
function codeOf(missing: readonly PlannedCondition[]): RefusalCode {
  const given = missing.filter((one) => one.isGiven)
  if (given.length > 0) return given.every((one) => one.words.code === 'sensitivity') ? 'sensitivity' : 'default-deny'
  return codeOrder.find((wanted) => missing.some((one) => one.words.code === wanted)) ?? 'default-deny'
}

const givenPaths = new Set(['principal', 'principal.population', 'principal.licensed', 'principal.id'])

const plans = new WeakMap<Policy, readonly PlannedCondition[]>()
function planOf(policy: Policy): readonly PlannedCondition[] {
  let plan = plans.get(policy)
  if (!plan) {
    plan = policy.syntax.conditions.flatMap(({ kind, body }) =>
      (kind === 'when' ? conjuncts(body) : [body]).map((expression) => ({
        expression,
        kind,
        holds: compileCondition(expression),
        words: conditionWords(expression) ?? { zh: policy.titleZh, en: policy.titleEn, code: 'default-deny' as const },
        isGiven: pathsIn(expression).every((path) => path.startsWith('resource') || givenPaths.has(path)),
      })),
    )
    plans.set(policy, plan)
  }
  return plan
}

/** What cannot be evaluated (an attribute that is not there) does not hold. */
function holds(test: () => boolean): boolean {
  try {
    return test()
  } catch (error) {
    if (error instanceof EvaluationError) return false
    throw error
  }
}
