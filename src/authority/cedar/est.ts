/** Cedar's JSON policy format (docs.cedarpolicy.com/policies/json-format.html), as cedar-wasm exports it. */
export interface EntityUid {
  readonly type: string
  readonly id: string
}
type EntityJson = EntityUid | { readonly __entity: EntityUid }

export type ScopeConstraint =
  | { readonly op: 'All' }
  | { readonly op: '=='; readonly entity: EntityJson }
  | { readonly op: 'in'; readonly entity: EntityJson }
  | { readonly op: 'in'; readonly entities: readonly EntityJson[] }
  | { readonly op: 'is'; readonly entity_type: string; readonly in?: { readonly entity: EntityJson } }

/** One operator and its operands: an object with a single key. */
export type Expression = { readonly [operator: string]: unknown }

export interface Clause {
  readonly kind: 'when' | 'unless'
  readonly body: Expression
}

export interface PolicySyntax {
  readonly effect: 'permit' | 'forbid'
  readonly principal: ScopeConstraint
  readonly action: ScopeConstraint
  readonly resource: ScopeConstraint
  readonly conditions: readonly Clause[]
  readonly annotations?: Readonly<Record<string, string>>
}

export type Variable = 'principal' | 'action' | 'resource' | 'context'

/** A Cedar expression as a tagged union: what the compiler, the list filter and the explanation walk over. */
export type Node =
  | { readonly op: 'value'; readonly value: unknown }
  | { readonly op: 'variable'; readonly name: Variable }
  | { readonly op: '!' | 'neg' | 'isEmpty'; readonly arg: Expression }
  | { readonly op: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly op: '.'; readonly left: Expression; readonly attribute: string }
  | { readonly op: 'has'; readonly left: Expression; readonly attributes: readonly string[] }
  | { readonly op: 'like'; readonly left: Expression; readonly pattern: readonly PatternElement[] }
  | { readonly op: 'is'; readonly left: Expression; readonly type: string; readonly in?: Expression }
  | { readonly op: 'if'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly op: 'set'; readonly items: readonly Expression[] }
  | { readonly op: 'record'; readonly entries: readonly (readonly [string, Expression])[] }

export type BinaryOperator =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '&&'
  | '||'
  | '+'
  | '-'
  | '*'
  | 'in'
  | 'contains'
  | 'containsAll'
  | 'containsAny'
export type PatternElement = 'Wildcard' | { readonly Literal: string }

/** An operator that the compiler does not know: the policy is refused, never approximated. */
export class UnsupportedSyntax extends Error {}

export function nodeOf(expression: Expression): Node {
  const operator = Object.keys(expression)[0] ?? ''
  const body = expression[operator]
  const operands = body as Readonly<Record<string, Expression>>
  switch (operator) {
    case 'Value':
      return { op: 'value', value: body }
    case 'Var':
      return { op: 'variable', name: body as Variable }
    case '!':
    case 'neg':
    case 'isEmpty':
      return { op: operator, arg: operands.arg! }
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '&&':
    case '||':
    case '+':
    case '-':
    case '*':
    case 'in':
    case 'contains':
    case 'containsAll':
    case 'containsAny':
      return { op: operator, left: operands.left!, right: operands.right! }
    case '.':
      return { op: '.', left: operands.left!, attribute: (body as { attr: string }).attr }
    case 'has': {
      const { attr } = body as { attr: string | readonly string[] }
      return { op: 'has', left: operands.left!, attributes: typeof attr === 'string' ? [attr] : attr }
    }
    case 'like':
      return {
        op: 'like',
        left: operands.left!,
        pattern: (body as { pattern: readonly PatternElement[] }).pattern,
      }
    case 'is':
      return {
        op: 'is',
        left: operands.left!,
        type: (body as { entity_type: string }).entity_type,
        ...(operands.in && { in: operands.in }),
      }
    case 'if-then-else':
      return { op: 'if', test: operands.if!, yes: operands.then!, no: operands.else! }
    case 'Set':
      return { op: 'set', items: body as readonly Expression[] }
    case 'Record':
      return { op: 'record', entries: Object.entries(operands) }
    default:
      throw new UnsupportedSyntax(`operator ${operator}`)
  }
}

export function entityUid(entity: EntityJson): EntityUid {
  return '__entity' in entity ? entity.__entity : entity
}

/** `principal.care.attending` for a chain of attributes on a variable; undefined for anything else. */
export function pathOf(expression: Expression): string | undefined {
  if ('Var' in expression) return expression.Var as string
  if (!('.' in expression)) return undefined
  const { left, attr } = expression['.'] as { left: Expression; attr: string }
  const base = pathOf(left)
  return base === undefined ? undefined : `${base}.${attr}`
}

/** The terms of a conjunction, in order. */
export function conjuncts(expression: Expression): readonly Expression[] {
  if (!('&&' in expression)) return [expression]
  const { left, right } = expression['&&'] as { left: Expression; right: Expression }
  return [...conjuncts(left), ...conjuncts(right)]
}

/** The terms of a disjunction, in order. */
export function disjuncts(expression: Expression): readonly Expression[] {
  if (!('||' in expression)) return [expression]
  const { left, right } = expression['||'] as { left: Expression; right: Expression }
  return [...disjuncts(left), ...disjuncts(right)]
}

/** Every path an expression reads, outermost first. */
export function pathsIn(expression: Expression): readonly string[] {
  const path = pathOf(expression)
  if (path !== undefined) return [path]
  const found: string[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) {
      for (const item of value) visit(item)
      return
    }
    const keys = Object.keys(value)
    const here = keys.length === 1 ? pathOf(value as Expression) : undefined
    if (here !== undefined) found.push(here)
    else for (const key of keys) visit((value as Readonly<Record<string, unknown>>)[key])
  }
  visit(expression)
  return found
}
