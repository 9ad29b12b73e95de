import type { Action, Caller, PatientId, PurposeOfUse } from '../kernel/index.ts'
import { type CedarRecord, Entity } from './cedar/values.ts'
import type { RecordFacts } from './decision.ts'
import type { LivingPerson } from './living.ts'
import { scopeBound } from './smart-scope.ts'

/** Everything of a use that is not the record, as policies see it. */
export function contextOf(
  person: LivingPerson,
  use: {
    readonly caller: Caller
    readonly action: Action
    readonly purpose: PurposeOfUse | undefined
    readonly confinedTo?: PatientId
  },
): CedarRecord {
  const bound = scopeBound(use.caller, use.action)
  return {
    purpose: use.purpose ?? '',
    assurance: use.caller.assurance,
    scoped: bound.scoped,
    scopeTypes: bound.types,
    declared: (use.purpose && person.declared.get(use.purpose)) || nobody,
    confinedTo: use.confinedTo,
  }
}
const nobody: ReadonlyMap<string, unknown> = new Map()

/** The record as policies see it. */
export function resourceOf(record: RecordFacts): Entity {
  const { label } = record
  return new Entity('Record', record.id, {
    type: record.type,
    id: record.id,
    category: label.category,
    sensitivity: label.sensitivity,
    kinds: label.kinds.length === 0 ? noKinds : new Set(label.kinds),
    patient: record.patient,
    department: record.department,
    author: record.author,
  })
}
const noKinds: ReadonlySet<string> = new Set()
