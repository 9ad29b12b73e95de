import { Script } from 'node:vm'
import type { Expression, PolicySyntax } from './est.ts'
import { both, ExpressionCode, negate, type Specialisation } from './expression-code.ts'
import { type CedarRecord, type Entity, operations } from './values.ts'

export interface NamedPolicy {
  readonly id: string
  readonly syntax: PolicySyntax
}

/** Indices into the policies compiled; determining ones only: permits are looked at when no forbid holds. */
export interface Evaluation {
  readonly forbids: readonly number[]
  readonly permits: readonly number[]
  readonly errors: readonly number[]
}

export type Evaluate = (principal: Entity, action: Entity, resource: Entity, context: CedarRecord) => Evaluation
export type Condition = (principal: Entity, action: Entity, resource: Entity, context: CedarRecord) => boolean

/**
 * Policies as one JavaScript function: guards first, each policy's errors kept to itself. A policy that the
 * specialisation shows cannot apply leaves no code behind. WASM decides some 1,200 a second; this over a million.
 * @throws {UnsupportedSyntax} for an operator outside the supported set.
 */
export function compilePolicies(policies: readonly NamedPolicy[], known: Specialisation = {}): Evaluate {
  const code = new ExpressionCode(known)
  const parts = (effect: 'permit' | 'forbid', list: string) =>
    policies.flatMap(({ syntax }, index) => {
      if (syntax.effect !== effect) return []
      const test = applies(code, syntax)
      if (test === 'false') return []
      return [
        `try{if(${test})${list}=${list}===noPolicy?[${index}]:(${list}.push(${index}),${list})}catch(x){e=o.erred(e,${index},x)}`,
      ]
    })
  const [forbids, permits] = [parts('forbid', 'f'), parts('permit', 'q')]
  return load(`
    "use strict";
    const noPolicy = Object.freeze([]), nothing = Object.freeze({ forbids: noPolicy, permits: noPolicy, errors: noPolicy });
    ${constantsOf(code)}
    return function evaluate(p, a, r, c) {
      let f = noPolicy, q = noPolicy, e = noPolicy;
      ${forbids.join('\n')}
      if (f !== noPolicy) return { forbids: f, permits: noPolicy, errors: e };
      ${permits.join('\n')}
      return q === noPolicy && e === noPolicy ? nothing : { forbids: noPolicy, permits: q, errors: e };
    }`) as Evaluate
}

/** One condition by itself, for the explanation and for what is known in a list filter. Throws as Cedar would. */
export function compileCondition(expression: Expression, known: Specialisation = {}): Condition {
  const code = new ExpressionCode(known)
  const test = code.condition(expression)
  return load(`"use strict";${constantsOf(code)}return function test(p, a, r, c) { return ${test} }`) as Condition
}

/** The same for an expression of any type. */
export function compileValue(expression: Expression, known: Specialisation = {}) {
  const code = new ExpressionCode(known)
  const value = code.value(expression)
  return load(`"use strict";${constantsOf(code)}return function value(p, a, r, c) { return ${value} }`) as (
    ...request: Parameters<Condition>
  ) => unknown
}

/** Does the policy's head (principal, action) admit this request, as far as the specialisation tells? */
export function headAdmits(syntax: PolicySyntax, known: Specialisation): boolean {
  const code = new ExpressionCode(known)
  return both(code.scope('p', syntax.principal), code.scope('a', syntax.action)) !== 'false'
}

function applies(code: ExpressionCode, syntax: PolicySyntax): string {
  let test = both(code.scope('p', syntax.principal), code.scope('a', syntax.action))
  test = both(test, code.scope('r', syntax.resource))
  for (const clause of syntax.conditions) {
    if (test === 'false') return test
    const body = code.condition(clause.body)
    test = both(test, clause.kind === 'when' ? body : negate(body))
  }
  return test
}

const constantsOf = (code: ExpressionCode): string =>
  ['none=Object.freeze(Object.create(null))', ...code.constants.map((constant, index) => `k${index}=${constant}`)]
    .map((constant) => `const ${constant};`)
    .join('')

function load(body: string): unknown {
  const factory: unknown = new Script(`(function(o){${body}})`, { filename: 'policies.cedar.js' }).runInThisContext()
  return (factory as (o: typeof operations) => unknown)(operations)
}
