import type { Action } from '../../kernel/index.ts'
import type { Policy, PolicyBundle } from './bundle.ts'
import { compilePolicies, type Evaluate, headAdmits } from './compile.ts'
import type { Specialisation } from './expression-code.ts'
import { Entity, entityKey } from './values.ts'

/** Actions with the groups they belong to: the same as in `schema.cedarschema`, which a test compares. */
export const actionGroups: Readonly<Record<Action, 'read' | 'write' | 'carry' | undefined>> = {
  view: 'read',
  list: 'read',
  create: 'write',
  update: 'write',
  delete: 'write',
  print: 'carry',
  copy: 'carry',
  export: 'carry',
  'read-trace': undefined,
  administer: undefined,
}

export interface Verdict {
  readonly effect: 'permit' | 'deny'
  /** The policies that determined it; empty for a denial by default. */
  readonly determining: readonly Policy[]
  /** Policies whose evaluation failed: an erring forbid denies, an erring permit does not apply. */
  readonly errors: readonly Policy[]
}

/**
 * The compiled policies. For each action and set of roles a function of its own is made on first use: only the
 * policies that can apply are in it.
 */
export class PolicyEngine {
  readonly bundle: PolicyBundle
  readonly actions: ReadonlyMap<Action, Entity>
  readonly #functions = new Map<string, Evaluate>()
  /** The same functions by the set of roles itself, which lives as long as the facts do. */
  readonly #byRoles = new WeakMap<ReadonlySet<string>, Map<Action, Evaluate>>()
  readonly #scopes = new Map<string, readonly Policy[]>()

  constructor(bundle: PolicyBundle) {
    this.bundle = bundle
    this.actions = new Map(
      Object.entries(actionGroups).map(([action, group]) => [
        action as Action,
        new Entity('Action', action, {}, new Set(group ? [entityKey('Action', group)] : [])),
      ]),
    )
  }

  evaluate(principal: Entity, action: Action, resource: Entity, context: Parameters<Evaluate>[3]): Verdict {
    const evaluate = this.#byRoles.get(principal.ancestors)?.get(action) ?? this.#functionFor(action, principal)
    const found = evaluate(principal, this.actions.get(action)!, resource, context)
    const { policies } = this.bundle
    const errors = found.errors.length === 0 ? noPolicies : found.errors.map((index) => policies[index]!)
    if (found.forbids.length > 0) {
      return { effect: 'deny', determining: found.forbids.map((index) => policies[index]!), errors }
    }
    const erringForbids = errors.filter((policy) => policy.effect === 'forbid')
    if (erringForbids.length > 0) return { effect: 'deny', determining: erringForbids, errors }
    if (found.permits.length === 0) return { effect: 'deny', determining: noPolicies, errors }
    return { effect: 'permit', determining: found.permits.map((index) => policies[index]!), errors }
  }

  #functionFor(action: Action, principal: Entity): Evaluate {
    const known = this.specialise(action, principal)
    let evaluate = this.#functions.get(known.signature)
    if (evaluate === undefined) {
      evaluate = compilePolicies(this.bundle.policies, known)
      // Sets of roles are few; a bound keeps a strange directory from filling the memory.
      if (this.#functions.size >= 2000) this.#functions.clear()
      this.#functions.set(known.signature, evaluate)
    }
    let byAction = this.#byRoles.get(principal.ancestors)
    if (!byAction) {
      byAction = new Map()
      this.#byRoles.set(principal.ancestors, byAction)
    }
    byAction.set(action, evaluate)
    return evaluate
  }

  specialise(action: Action, principal: Entity): Specialisation & { readonly signature: string } {
    const entity = this.actions.get(action)!
    return {
      action: new Set([entity.key, ...entity.ancestors]),
      roles: principal.ancestors,
      signature: `${action}|${signatureOf(principal)}`,
    }
  }

  /** Policies whose head admits this action and these roles. */
  inScope(action: Action, principal: Entity): readonly Policy[] {
    const known = this.specialise(action, principal)
    let policies = this.#scopes.get(known.signature)
    if (policies === undefined) {
      policies = this.bundle.policies.filter((policy) => headAdmits(policy.syntax, known))
      if (this.#scopes.size >= 2000) this.#scopes.clear()
      this.#scopes.set(known.signature, policies)
    }
    return policies
  }
}
const noPolicies: readonly Policy[] = Object.freeze([])

const signatures = new WeakMap<ReadonlySet<string>, string>()
function signatureOf(principal: Entity): string {
  let signature = signatures.get(principal.ancestors)
  if (signature === undefined) {
    signature = [...principal.ancestors].sort().join()
    signatures.set(principal.ancestors, signature)
  }
  return signature
}
