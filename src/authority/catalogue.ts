import type { Policy, PolicyBundle } from './cedar/bundle.ts'
import { conjuncts, entityUid, type ScopeConstraint } from './cedar/est.ts'
import { conditionWords } from './condition-words.ts'
import type { Text } from './explain.ts'

/** A policy in readable form: what the console shows and an inspector checks against the notice. */
export interface CataloguedPolicy {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  readonly family: string
  readonly clause: string
  readonly clauseText?: string
  readonly titleZh: string
  readonly titleEn: string
  readonly owner: string
  readonly since: string
  readonly conditions: readonly Text[]
  readonly cedar: string
}

export interface Catalogue {
  readonly bundle: string
  readonly policies: readonly CataloguedPolicy[]
}

export function catalogueOf(bundle: PolicyBundle): Catalogue {
  const policies = bundle.policies
    .map(({ id, effect, family, clause, titleZh, titleEn, owner, since, cedar, ...policy }) => {
      const clauseText = bundle.clauses[clause]?.text
      return {
        id,
        effect,
        family,
        clause,
        ...(clauseText !== undefined && { clauseText }),
        titleZh,
        titleEn,
        owner,
        since,
        conditions: conditionsOf(policy.syntax),
        cedar,
      }
    })
    .sort((one, other) => (one.family + one.id < other.family + other.id ? -1 : 1))
  return { bundle: bundle.digest, policies }
}

function conditionsOf(syntax: Policy['syntax']): readonly Text[] {
  const texts: (Text | undefined)[] = [scopeWords('principal', syntax.principal), scopeWords('action', syntax.action)]
  for (const { kind, body } of syntax.conditions) {
    for (const expression of kind === 'when' ? conjuncts(body) : [body]) {
      const words = conditionWords(expression)
      if (!words) continue
      const { zh, en } = words
      texts.push(kind === 'when' ? { zh, en } : { zh: `除非：${zh}`, en: `unless ${en}` })
    }
  }
  return texts.filter((text) => text !== undefined)
}

/** The head of a policy, said with the same words as a condition. */
function scopeWords(variable: 'principal' | 'action', scope: ScopeConstraint): Text | undefined {
  if (scope.op === 'All' || scope.op === 'is') return undefined
  const entities = 'entities' in scope ? scope.entities : [scope.entity]
  const words = conditionWords({
    in: {
      left: { Var: variable },
      right: { Set: entities.map((entity) => ({ Value: { __entity: entityUid(entity) } })) },
    },
  })
  return words && { zh: words.zh, en: words.en }
}
