import { AuthorityFailure } from '../errors.ts'
import type { Policy } from './bundle.ts'
import { compileCondition, compileValue } from './compile.ts'
import { type Expression, nodeOf, pathOf, pathsIn } from './est.ts'
import { type CedarRecord, type CedarSet, type Entity, EvaluationError, isSet, type MemberKey } from './values.ts'

/** What a list filter may read of a row: the declared columns of `resource r`, and nothing else. */
const columns: Readonly<Record<string, { readonly sql: string; readonly nullable: boolean }>> = {
  'resource.type': { sql: 'r.type', nullable: false },
  'resource.id': { sql: 'r.id', nullable: false },
  'resource.patient': { sql: 'r.patient_id', nullable: true },
  'resource.department': { sql: 'r.department_id', nullable: true },
  'resource.author': { sql: 'r.author_id', nullable: true },
  'resource.category': { sql: 'r.category', nullable: false },
  'resource.sensitivity': { sql: 'r.sensitivity', nullable: false },
  'resource.kinds': { sql: 'r.kinds', nullable: false },
}

/** What is known of every row before it is read: its type, the categories of that type, the patient of a confined list. */
export interface RowBounds {
  readonly 'resource.patient'?: ReadonlySet<string>
  readonly 'resource.type'?: ReadonlySet<string>
  readonly 'resource.category'?: ReadonlySet<string>
}

export interface NarrowInput {
  readonly policies: readonly Policy[]
  readonly principal: Entity
  readonly action: Entity
  readonly context: CedarRecord
  readonly bounds: RowBounds
}

export type Narrowed = 'never' | 'always' | { readonly sql: string; readonly values: readonly unknown[] }

type Formula =
  | boolean
  | { readonly op: 'and' | 'or'; readonly terms: readonly Formula[] }
  | { readonly op: 'not'; readonly term: Formula }
  | { readonly op: 'compare'; readonly column: string; readonly sign: string; readonly value: unknown }
  | { readonly op: 'one-of'; readonly column: string; readonly members: CedarSet }
  | { readonly op: 'holds'; readonly column: string; readonly value: unknown }
  | { readonly op: 'present'; readonly column: string }

/**
 * Partial evaluation of policies with the person and the use known and the row not, into SQL. An error in what is
 * known makes a permit not apply and a forbid deny, as in a decision.
 * @throws {AuthorityFailure} `policy-not-narrowable` where a policy needs what no column holds: nothing is dropped.
 */
export function narrowPolicies(input: NarrowInput): Narrowed {
  const evaluation = new PartialEvaluation(input)
  const permits = input.policies.filter((one) => one.effect === 'permit').map((one) => evaluation.policy(one, false))
  const permitted = or(permits)
  if (permitted === false) return 'never'
  const forbids = input.policies.filter((one) => one.effect === 'forbid').map((one) => evaluation.policy(one, true))
  if (forbids.includes(true)) return 'never'
  const standing = forbids.filter((one) => one !== false)
  if (permitted === true && standing.length === 0) return 'always'

  const text = new SqlText()
  const conditions: string[] = []
  const patients = impliedPatients(permitted)
  if (patients) conditions.push(`r.patient_id = any(${text.parameter(patients)})`)
  if (permitted !== true) conditions.push(text.of(permitted))
  // A forbid that comes out unknown (a NULL where none should be) hides the row.
  for (const forbid of standing) conditions.push(`(${text.of(forbid)}) is false`)
  return { sql: conditions.join(' and '), values: text.values }
}

class PartialEvaluation {
  readonly #input: NarrowInput

  constructor(input: NarrowInput) {
    this.#input = input
  }

  policy(policy: Policy, onError: boolean): Formula {
    const { principal, action, resource, conditions } = policy.syntax
    if (resource.op !== 'All') throw notNarrowable(`${policy.id}: scope of the resource`)
    if (principal.op === 'is' || action.op === 'is') throw notNarrowable(`${policy.id}: scope`)
    try {
      const terms: Formula[] = []
      for (const clause of conditions) {
        const term = this.condition(clause.body)
        terms.push(clause.kind === 'when' ? term : not(term))
        if (terms.at(-1) === false) return false
      }
      return and(terms)
    } catch (error) {
      if (error instanceof EvaluationError) return onError
      throw error
    }
  }

  condition(expression: Expression): Formula {
    const node = nodeOf(expression)
    if (!readsRow(expression)) return this.#known(expression)
    switch (node.op) {
      case '&&': {
        const left = this.condition(node.left)
        return left === false ? false : and([left, this.condition(node.right)])
      }
      case '||': {
        const left = this.condition(node.left)
        return left === true ? true : or([left, this.condition(node.right)])
      }
      case '!':
        return not(this.condition(node.arg))
      case 'if': {
        const test = this.condition(node.test)
        if (typeof test === 'boolean') return this.condition(test ? node.yes : node.no)
        return or([and([test, this.condition(node.yes)]), and([not(test), this.condition(node.no)])])
      }
      case '==':
        return this.#comparison(node.left, node.right, '=')
      case '!=':
        return not(this.#comparison(node.left, node.right, '='))
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.#comparison(node.left, node.right, node.op)
      case 'contains':
        return this.#membership(node.left, node.right)
      case 'has':
        return this.#presence(node.left, node.attributes)
      default:
        throw notNarrowable(`operator ${node.op} over a row`)
    }
  }

  #known(expression: Expression): boolean {
    const { principal, action, context } = this.#input
    return conditionOf(expression)(principal, action, noRow, context)
  }

  #value(expression: Expression): unknown {
    const { principal, action, context } = this.#input
    return valueCodeOf(expression)(principal, action, noRow, context)
  }

  #comparison(left: Expression, right: Expression, sign: string): Formula {
    const [leftColumn, rightColumn] = [columnOf(left), columnOf(right)]
    if (leftColumn && rightColumn) throw notNarrowable('comparison of two columns')
    if (leftColumn && !readsRow(right)) return this.#compare(leftColumn, sign, this.#value(right))
    if (rightColumn && !readsRow(left)) return this.#compare(rightColumn, mirrored[sign]!, this.#value(left))
    throw notNarrowable('comparison')
  }

  #compare(column: string, sign: string, value: unknown): Formula {
    if (typeof value !== 'string' && typeof value !== 'number') throw notNarrowable(`comparison with ${typeof value}`)
    const possible = this.#input.bounds[column as keyof RowBounds]
    if (sign === '=' && possible) {
      if (!possible.has(value as string)) return false
      if (possible.size === 1) return true
    }
    return { op: 'compare', column, sign, value }
  }

  #membership(set: Expression, member: Expression): Formula {
    const memberColumn = columnOf(member)
    if (memberColumn && !readsRow(set)) {
      const members = this.#value(set)
      if (!isSet(members)) throw new EvaluationError('type error: expected a set')
      if (members.size === 0) return false
      const possible = this.#input.bounds[memberColumn as keyof RowBounds]
      if (possible) {
        const met = [...possible].filter((value) => members.has(value))
        if (met.length === 0) return false
        if (met.length === possible.size) return true
      }
      return { op: 'one-of', column: memberColumn, members }
    }
    const setColumn = columnOf(set)
    if (setColumn === 'resource.kinds' && !readsRow(member)) {
      return { op: 'holds', column: setColumn, value: this.#value(member) }
    }
    throw notNarrowable('contains')
  }

  #presence(holder: Expression, attributes: readonly string[]): Formula {
    const path = `${pathOf(holder)}.${attributes[0]}`
    const column = columns[path]
    if (attributes.length !== 1 || !column) throw notNarrowable(`has ${path}`)
    return column.nullable ? { op: 'present', column: path } : true
  }
}

const mirrored: Readonly<Record<string, string>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }
const noRow = undefined as unknown as Entity

function notNarrowable(what: string): AuthorityFailure {
  return new AuthorityFailure('policy-not-narrowable', `no list can be planned: ${what}`)
}

const readsRowCache = new WeakMap<Expression, boolean>()
function readsRow(expression: Expression): boolean {
  let reads = readsRowCache.get(expression)
  if (reads === undefined) {
    reads = pathsIn(expression).some((path) => path === 'resource' || path.startsWith('resource.'))
    readsRowCache.set(expression, reads)
  }
  return reads
}

function columnOf(expression: Expression): string | undefined {
  const path = pathOf(expression)
  if (path === undefined || !path.startsWith('resource')) return undefined
  if (!Object.hasOwn(columns, path)) throw notNarrowable(`${path} has no column`)
  return path
}

const values = new WeakMap<Expression, ReturnType<typeof compileValue>>()
function valueCodeOf(expression: Expression) {
  let compiled = values.get(expression)
  if (!compiled) {
    compiled = compileValue(expression)
    values.set(expression, compiled)
  }
  return compiled
}

const conditions = new WeakMap<Expression, ReturnType<typeof compileCondition>>()
/** Compiled without specialisation, so that one compilation serves every person. */
function conditionOf(expression: Expression) {
  let compiled = conditions.get(expression)
  if (!compiled) {
    compiled = compileCondition(expression)
    conditions.set(expression, compiled)
  }
  return compiled
}

function and(terms: readonly Formula[]): Formula {
  if (terms.includes(false)) return false
  const open = terms.filter((term) => term !== true)
  if (open.length === 0) return true
  return open.length === 1 ? open[0]! : { op: 'and', terms: open }
}

function or(terms: readonly Formula[]): Formula {
  if (terms.includes(true)) return true
  const open = terms.filter((term) => term !== false)
  if (open.length === 0) return false
  return open.length === 1 ? open[0]! : { op: 'or', terms: open }
}

function not(term: Formula): Formula {
  return typeof term === 'boolean' ? !term : { op: 'not', term }
}

/**
 * The patients outside of whom no row can pass: stated once at the head, they let the database start from its index
 * over patients. Undefined where rows of other patients, or of none, may pass as well.
 */
function impliedPatients(formula: Formula): readonly MemberKey[] | undefined {
  const found = patientsOf(formula)
  return found && found.size <= 10_000 ? [...found] : undefined
}

function patientsOf(formula: Formula): ReadonlySet<MemberKey> | undefined {
  if (typeof formula === 'boolean') return formula ? undefined : new Set()
  if (formula.op === 'one-of' && formula.column === 'resource.patient') return new Set(formula.members.keys())
  if (formula.op === 'compare' && formula.column === 'resource.patient' && formula.sign === '=') {
    return new Set([formula.value as string])
  }
  if (formula.op === 'and') {
    const bounds = formula.terms.map(patientsOf).filter((bound) => bound !== undefined)
    return bounds.sort((one, other) => one.size - other.size)[0]
  }
  if (formula.op !== 'or') return undefined
  const all = new Set<MemberKey>()
  for (const term of formula.terms) {
    const bound = patientsOf(term)
    if (!bound) return undefined
    for (const patient of bound) all.add(patient)
  }
  return all
}

/** Formulas as SQL text; every value is a parameter, and the same set is sent once. */
class SqlText {
  readonly values: unknown[] = []
  readonly #places = new Map<unknown, string>()

  of(formula: Formula): string {
    if (typeof formula === 'boolean') return String(formula)
    switch (formula.op) {
      case 'and':
      case 'or':
        return `(${formula.terms.map((term) => this.of(term)).join(` ${formula.op} `)})`
      case 'not':
        return `not (${this.of(formula.term)})`
      case 'compare':
        return `${sqlOf(formula.column)} ${formula.sign} ${this.parameter(formula.value)}`
      case 'one-of':
        return `${sqlOf(formula.column)} = any(${this.parameter(formula.members)})`
      case 'holds':
        return `${this.parameter(formula.value)} = any(${sqlOf(formula.column)})`
      case 'present':
        return `${sqlOf(formula.column)} is not null`
    }
  }

  parameter(value: unknown): string {
    let place = this.#places.get(value)
    if (place === undefined) {
      const isList = isSet(value) || Array.isArray(value)
      const cast = isList ? '::text[]' : typeof value === 'number' ? '::int' : '::text'
      place = `$${this.values.push(isSet(value) ? [...value.keys()] : value)}${cast}`
      this.#places.set(value, place)
    }
    return place
  }
}

const sqlOf = (column: string): string => columns[column]!.sql
