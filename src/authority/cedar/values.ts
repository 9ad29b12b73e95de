/**
 * Cedar values at run time: boolean, number (a safe integer), string, {@link Entity}, a set of member keys, or a record.
 * A set is a `Set` (or the keys of a `Map`) of {@link memberKey}s, so that a fact index can stand in as a set.
 */
export type CedarValue = boolean | number | string | Entity | CedarSet | CedarRecord
export type CedarSet = ReadonlySet<MemberKey> | ReadonlyMap<MemberKey, unknown>
export type MemberKey = boolean | number | string
export interface CedarRecord {
  readonly [attribute: string]: CedarValue | undefined
}

const mark = '\u0000'
const entityMark = `${mark}e`

export class Entity {
  readonly type: string
  readonly id: string
  readonly key: string
  /** Undefined for an entity that is named but not given: its attributes cannot be read. */
  attributes: CedarRecord | undefined
  ancestors: ReadonlySet<string>

  constructor(type: string, id: string, attributes?: CedarRecord, ancestors: ReadonlySet<string> = noAncestors) {
    this.type = type
    this.id = id
    this.key = entityKey(type, id)
    this.attributes = attributes
    this.ancestors = ancestors
  }
}
const noAncestors: ReadonlySet<string> = new Set()
const noAttributes: CedarRecord = Object.freeze(Object.create(null))

export const entityKey = (type: string, id: string): string => `${entityMark}${type}${mark}${id}`

/** What Cedar calls an evaluation error: the policy does not apply (and a forbid that errs denies). */
export class EvaluationError extends Error {}
/** Arithmetic beyond 2^53: Cedar's Long is 64 bits wide, ours is not, so no answer is given. */
export class BeyondSafeInteger extends EvaluationError {}

/** Equal values have equal keys; primitives are their own, so that membership of a string costs one look-up. */
export function memberKey(value: CedarValue): MemberKey {
  if (typeof value === 'string') return value.charCodeAt(0) === 0 ? `${mark}s${value}` : value
  if (typeof value !== 'object') return value
  if (value instanceof Entity) return value.key
  if (isSet(value)) return `${mark}S${JSON.stringify([...value.keys()].map(sortable).sort())}`
  const entries = Object.keys(value).sort()
  return `${mark}R${JSON.stringify(entries.map((name) => [name, sortable(memberKey(value[name]!))]))}`
}
const sortable = (key: MemberKey): string => `${typeof key}:${key}`

export function isSet(value: unknown): value is CedarSet {
  return value instanceof Set || value instanceof Map
}

/** The operations that generated code calls. Each checks its operands as Cedar does. */
export const operations = {
  bool(value: unknown): boolean {
    if (typeof value === 'boolean') return value
    throw new EvaluationError('type error: expected a boolean')
  },
  long(value: unknown): number {
    if (typeof value === 'number') return value
    throw new EvaluationError('type error: expected a long')
  },
  exact(value: number): number {
    if (Number.isSafeInteger(value)) return value
    throw new BeyondSafeInteger('integer beyond 2^53')
  },
  present(value: CedarValue | undefined, name: string): CedarValue {
    if (value === undefined) throw new EvaluationError(`attribute ${name} does not exist`)
    return value
  },
  /** Where the attributes of a value are; those of an entity that is only named are none. */
  attributesOf(holder: unknown): CedarRecord {
    if (holder instanceof Entity) return holder.attributes ?? noAttributes
    if (typeof holder !== 'object' || holder === null || isSet(holder)) {
      throw new EvaluationError('type error: expected an entity or a record')
    }
    return holder as CedarRecord
  },
  same(left: CedarValue, right: CedarValue): boolean {
    if (typeof left !== 'object' || typeof right !== 'object') return left === right
    return memberKey(left) === memberKey(right)
  },
  contains(set: unknown, value: CedarValue): boolean {
    return asSet(set).has(memberKey(value))
  },
  containsAll(set: unknown, other: unknown): boolean {
    const [members, wanted] = [asSet(set), asSet(other)]
    for (const key of wanted.keys()) if (!members.has(key)) return false
    return true
  },
  containsAny(set: unknown, other: unknown): boolean {
    const [members, wanted] = [asSet(set), asSet(other)]
    for (const key of wanted.keys()) if (members.has(key)) return true
    return false
  },
  isEmpty(set: unknown): boolean {
    return asSet(set).size === 0
  },
  within(entity: unknown, other: unknown): boolean {
    const low = asEntity(entity)
    if (other instanceof Entity) return isWithin(low, other.key)
    const keys = [...asSet(other).keys()]
    for (const key of keys) {
      if (typeof key !== 'string' || !key.startsWith(entityMark))
        throw new EvaluationError('type error: in a non-entity')
    }
    return keys.some((key) => isWithin(low, key as string))
  },
  isType(entity: unknown, type: string): boolean {
    return asEntity(entity).type === type
  },
  like(value: unknown, pattern: RegExp): boolean {
    if (typeof value !== 'string') throw new EvaluationError('type error: expected a string')
    return pattern.test(value)
  },
  set(values: readonly CedarValue[]): CedarSet {
    return new Set(values.map(memberKey))
  },
  record(entries: readonly (readonly [string, CedarValue])[]): CedarRecord {
    const record = Object.create(null) as Record<string, CedarValue>
    for (const [name, value] of entries) record[name] = value
    return record
  },
  entity: (type: string, id: string): Entity => new Entity(type, id),
  /** Keeps the ids of policies that erred; anything but an evaluation error is a bug and goes on. */
  erred(errors: readonly number[], index: number, error: unknown): readonly number[] {
    if (!(error instanceof EvaluationError)) throw error
    return [...errors, index]
  },
} as const
export type Operations = typeof operations

export const isWithin = (entity: Entity, key: string): boolean => entity.key === key || entity.ancestors.has(key)

function asSet(value: unknown): CedarSet {
  if (isSet(value)) return value
  throw new EvaluationError('type error: expected a set')
}

function asEntity(value: unknown): Entity {
  if (value instanceof Entity) return value
  throw new EvaluationError('type error: expected an entity')
}
