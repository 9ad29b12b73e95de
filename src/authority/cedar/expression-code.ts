import {
  type Expression,
  entityUid,
  nodeOf,
  type PatternElement,
  pathOf,
  type ScopeConstraint,
  UnsupportedSyntax,
} from './est.ts'
import { entityKey } from './values.ts'

/** What is known when code is made: folding it away is what makes the code fast. */
export interface Specialisation {
  /** The action's key and those of its groups. */
  readonly action?: ReadonlySet<string>
  /** Keys of the roles of the person: `principal in Role::"x"` becomes true or false. */
  readonly roles?: ReadonlySet<string>
}

const text = (value: unknown): string => JSON.stringify(value)
const truth = 'true'
const falsehood = 'false'
const roleMark = entityKey('Role', '')

/**
 * Cedar expressions as JavaScript text. Every literal passes through `JSON.stringify`; names of attributes are only
 * ever string literals. The code reads `p`, `a`, `r`, `c` (the request) and calls {@link operations} as `o`.
 * Constants are hoisted: {@link ExpressionCode.constants} stands at the head of the module.
 */
export class ExpressionCode {
  readonly constants: string[] = []
  readonly #known: Specialisation

  constructor(known: Specialisation) {
    this.#known = known
  }

  /** Code whose value is surely a boolean, or that throws. */
  condition(expression: Expression): string {
    const code = this.value(expression)
    return isBoolean(expression) ? code : `o.bool(${code})`
  }

  scope(variable: 'p' | 'a' | 'r', constraint: ScopeConstraint): string {
    switch (constraint.op) {
      case 'All':
        return truth
      case '==':
        return this.#equalsEntity(variable, keyOf(constraint.entity))
      case 'in': {
        const entities = 'entities' in constraint ? constraint.entities : [constraint.entity]
        return anyOf(entities.map((entity) => this.#isWithin(variable, keyOf(entity))))
      }
      case 'is': {
        const isType = `(${variable}.type===${text(constraint.entity_type)})`
        return constraint.in ? both(isType, this.#isWithin(variable, keyOf(constraint.in.entity))) : isType
      }
    }
  }

  value(expression: Expression): string {
    const node = nodeOf(expression)
    switch (node.op) {
      case 'value':
        return this.#literal(node.value)
      case 'variable':
        return { principal: 'p', action: 'a', resource: 'r', context: 'c' }[node.name]
      case '!':
        return negate(this.condition(node.arg))
      case 'neg':
        return `o.exact(-${this.#long(node.arg)})`
      case 'isEmpty':
        return `o.isEmpty(${this.value(node.arg)})`
      case '&&':
        return both(this.condition(node.left), this.condition(node.right))
      case '||':
        return either(this.condition(node.left), this.condition(node.right))
      case '==':
        return this.#equality(node.left, node.right)
      case '!=':
        return negate(this.#equality(node.left, node.right))
      case '<':
      case '<=':
      case '>':
      case '>=':
        return `(${this.#long(node.left)}${node.op}${this.#long(node.right)})`
      case '+':
      case '-':
      case '*':
        return `o.exact(${this.#long(node.left)}${node.op}${this.#long(node.right)})`
      case 'contains':
      case 'containsAll':
      case 'containsAny':
        return `o.${node.op}(${this.value(node.left)},${this.value(node.right)})`
      case 'in':
        return this.#membership(node.left, node.right)
      case '.':
        return this.#attribute(this.#holder(node.left), node.attribute)
      case 'has': {
        let holder = this.#holder(node.left)
        const tests = node.attributes.map((attribute) => {
          const test = `(${holder}[${text(attribute)}]!==undefined)`
          holder = `o.attributesOf(${this.#attribute(holder, attribute)})`
          return test
        })
        return `(${tests.join('&&')})`
      }
      case 'like':
        return `o.like(${this.value(node.left)},${this.#constant(`new RegExp(${text(likePattern(node.pattern))},"su")`)})`
      case 'is': {
        const entity = this.value(node.left)
        const isType = `o.isType(${entity},${text(node.type)})`
        return node.in ? `(${isType}&&o.within(${entity},${this.value(node.in)}))` : isType
      }
      case 'if':
        return `(${this.condition(node.test)}?${this.value(node.yes)}:${this.value(node.no)})`
      case 'set':
        return this.#set(node.items)
      case 'record':
        return `o.record([${node.entries.map(([name, item]) => `[${text(name)},${this.value(item)}]`).join(',')}])`
    }
  }

  /** Code of the record in which an attribute is looked up; named loads keep the generated code fast. */
  #holder(expression: Expression): string {
    const variable = 'Var' in expression ? expression.Var : undefined
    if (variable === 'context') return 'c'
    if (variable === 'principal') return '(p.attributes??none)'
    return variable === 'resource' ? '(r.attributes??none)' : `o.attributesOf(${this.value(expression)})`
  }

  #attribute(holder: string, name: string): string {
    return `o.present(${holder}[${text(name)}],${text(name)})`
  }

  #long(expression: Expression): string {
    const code = this.value(expression)
    return typeof expression.Value === 'number' ? `(${code})` : `o.long(${code})`
  }

  #equality(left: Expression, right: Expression): string {
    const [one, other] = [this.value(left), this.value(right)]
    return isPrimitive(left) || isPrimitive(right) ? `(${one}===${other})` : `o.same(${one},${other})`
  }

  #membership(left: Expression, right: Expression): string {
    const variable = { principal: 'p', action: 'a', resource: 'r' }[pathOf(left) ?? ''] as 'p' | 'a' | 'r' | undefined
    const targets = entityTargets(right)
    if (variable && targets) return anyOf(targets.map((key) => this.#isWithin(variable, key)))
    return `o.within(${this.value(left)},${this.value(right)})`
  }

  #isWithin(variable: 'p' | 'a' | 'r', key: string): string {
    const { action, roles } = this.#known
    if (variable === 'a' && action) return action.has(key) ? truth : falsehood
    if (variable === 'p' && roles && key.startsWith(roleMark)) return roles.has(key) ? truth : falsehood
    return `(${variable}.key===${text(key)}||${variable}.ancestors.has(${text(key)}))`
  }

  #equalsEntity(variable: 'p' | 'a' | 'r', key: string): string {
    const { action } = this.#known
    if (variable === 'a' && action) return action.values().next().value === key ? truth : falsehood
    return `(${variable}.key===${text(key)})`
  }

  #literal(value: unknown): string {
    if (typeof value === 'boolean' || typeof value === 'string') return text(value)
    if (typeof value === 'number' && Number.isSafeInteger(value)) return text(value)
    if (Array.isArray(value)) return this.#constant(`o.set([${value.map((item) => this.#literal(item)).join(',')}])`)
    if (typeof value === 'object' && value !== null && '__entity' in value) {
      const { type, id } = value.__entity as { type: string; id: string }
      return this.#constant(`o.entity(${text(type)},${text(id)})`)
    }
    throw new UnsupportedSyntax(`literal ${text(value)}`)
  }

  #set(items: readonly Expression[]): string {
    const code = `o.set([${items.map((item) => this.value(item)).join(',')}])`
    return items.every((item) => 'Value' in item) ? this.#constant(code) : code
  }

  #constant(code: string): string {
    const known = this.constants.indexOf(code)
    return `k${known >= 0 ? known : this.constants.push(code) - 1}`
  }
}

const keyOf = (entity: Parameters<typeof entityUid>[0]): string => {
  const { type, id } = entityUid(entity)
  return entityKey(type, id)
}

function entityTargets(expression: Expression): readonly string[] | undefined {
  const node = nodeOf(expression)
  if (node.op === 'set') {
    const keys = node.items.map((item) => entityTargets(item))
    return keys.every((key) => key?.length === 1) ? keys.map((key) => key![0]!) : undefined
  }
  if (node.op !== 'value' || typeof node.value !== 'object' || node.value === null) return undefined
  return '__entity' in node.value ? [keyOf(node.value as { __entity: { type: string; id: string } })] : undefined
}

const isPrimitive = (expression: Expression): boolean => 'Value' in expression && typeof expression.Value !== 'object'

const booleanOperators = new Set([
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '&&',
  '||',
  '!',
  'in',
  'is',
  'has',
  'like',
  'contains',
  'containsAll',
  'containsAny',
  'isEmpty',
])
function isBoolean(expression: Expression): boolean {
  const operator = Object.keys(expression)[0] ?? ''
  return booleanOperators.has(operator) || (operator === 'Value' && typeof expression.Value === 'boolean')
}

/** Folding keeps Cedar's order of evaluation: a left side that decides means the right one is never looked at. */
export function both(left: string, right: string): string {
  if (left === falsehood) return falsehood
  if (left === truth) return right
  return right === truth ? left : `(${left}&&${right})`
}

function either(left: string, right: string): string {
  if (left === truth) return truth
  if (left === falsehood) return right
  return right === falsehood ? left : `(${left}||${right})`
}

export function negate(code: string): string {
  if (code === truth) return falsehood
  return code === falsehood ? truth : `!${code}`
}

const anyOf = (codes: readonly string[]): string => codes.reduce(either, falsehood)

function likePattern(pattern: readonly PatternElement[]): string {
  const parts = pattern.map((part) =>
    part === 'Wildcard' ? '.*' : part.Literal.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, (mark) => `\\${mark}`),
  )
  return `^${parts.join('')}$`
}
