import { type Caller, type PatientId, type PurposeOfUse, purposes } from '../kernel/index.ts'
import type { Policy } from './cedar/bundle.ts'
import type { PolicyEngine } from './cedar/engine.ts'
import type { CedarRecord } from './cedar/values.ts'
import type {
  Decision,
  DecisionRequest,
  Ground,
  Obligation,
  Permitted,
  PolicyCitation,
  RecordFacts,
  RefusalCode,
} from './decision.ts'
import { groundsOf, obligationsOf } from './grounds.ts'
import type { LivingPerson } from './living.ts'
import { nearestRights } from './nearest-rights.ts'
import { listPurposeOf, purposeOf } from './purpose.ts'
import { contextOf, resourceOf } from './use-under-decision.ts'

/** A use with its purpose settled and its person's living facts at hand: from here on all is computation. */
export interface SettledUse {
  readonly caller: Caller
  readonly action: DecisionRequest['action']
  readonly record: RecordFacts
  readonly purpose: PurposeOfUse | undefined
  readonly confinedTo?: PatientId
}

export function settle(person: LivingPerson, request: DecisionRequest): SettledUse {
  const { caller, action, record, purpose: stated, confinedTo } = request
  const purpose = purposeOf(person, {
    action,
    ...(record.patient !== undefined && { patient: record.patient }),
    ...(stated && { stated }),
  })
  return { caller, action, record, purpose, ...(confinedTo !== undefined && { confinedTo }) }
}

/** One use under one person's living facts. Pure: the same facts give the same decision. */
export function decideUse(
  engine: PolicyEngine,
  person: LivingPerson,
  use: SettledUse,
  context: CedarRecord = contextOf(person, use),
): Decision {
  const verdict = engine.evaluate(person.principal, use.action, resourceOf(use.record), context)
  if (verdict.effect === 'permit') return permitted(engine, person, use, verdict.determining)
  const { code, obligations } = refusalOf(engine, person, use, verdict.determining)
  return {
    effect: 'deny',
    code,
    ...circumstances(engine, person, use, verdict.determining),
    grounds: noGrounds,
    obligations,
  }
}
const noGrounds: readonly Ground[] = Object.freeze([])

/** The permit, if it is one: a denial on kept facts is not worked out, because it will be decided again. */
export function permitUse(engine: PolicyEngine, person: LivingPerson, use: SettledUse): Permitted | undefined {
  const verdict = engine.evaluate(person.principal, use.action, resourceOf(use.record), contextOf(person, use))
  return verdict.effect === 'permit' ? permitted(engine, person, use, verdict.determining) : undefined
}

function permitted(
  engine: PolicyEngine,
  person: LivingPerson,
  use: SettledUse,
  determining: readonly Policy[],
): Permitted {
  return {
    effect: 'permit',
    ...circumstances(engine, person, use, determining),
    // Worked out when someone looks: most permits are never explained.
    get grounds() {
      return groundsOf(determining, person, use.record, use.purpose)
    },
    obligations: obligationsOf(determining),
  }
}

function circumstances(
  engine: PolicyEngine,
  person: LivingPerson,
  use: SettledUse,
  determining: readonly Policy[],
): Omit<Permitted, 'effect' | 'grounds' | 'obligations'> {
  return {
    ...(use.purpose && { purpose: use.purpose }),
    policies: citationsOf(determining),
    epoch: person.facts.epoch,
    bundle: engine.bundle.digest,
    roles: person.roles,
    departments: person.departments,
  }
}

/** A row or a part that is not let through: no one asks why, so no one works it out. */
export function admitsUse(engine: PolicyEngine, person: LivingPerson, use: SettledUse, context: CedarRecord): boolean {
  return engine.evaluate(person.principal, use.action, resourceOf(use.record), context).effect === 'permit'
}

interface Refusal {
  readonly code: RefusalCode
  readonly obligations: readonly Obligation[]
}

/**
 * Why not, and what would change it: each way out is tried on the same policies before it is offered, so that nobody
 * is sent to a reminder or a second factor that would not help.
 */
function refusalOf(engine: PolicyEngine, person: LivingPerson, use: SettledUse, forbids: readonly Policy[]): Refusal {
  const wouldPermit = (change: Partial<CedarRecord>, purpose = use.purpose): boolean => {
    const context = { ...contextOf(person, { ...use, purpose }), ...change } as CedarRecord
    return engine.evaluate(person.principal, use.action, resourceOf(use.record), context).effect === 'permit'
  }
  const { assurance } = use.caller
  for (const stronger of [2, 3] as const) {
    if (assurance < stronger && wouldPermit({ assurance: stronger })) {
      return { code: 'step-up-needed', obligations: [{ type: 'step-up', assurance: stronger }] }
    }
  }
  const { patient } = use.record
  if (patient !== undefined) {
    for (const purpose of declarablePurposes) {
      if (use.purpose !== undefined && use.purpose !== purpose) continue
      if (wouldPermit({ declared: new Set([patient]) }, purpose)) {
        return { code: 'no-care-relation', obligations: [{ type: 'remind' }] }
      }
    }
  }
  const grave = forbids.find((policy) => policy.code !== 'step-up-needed' && policy.code !== 'purpose-missing')
  if (grave) return { code: grave.code as RefusalCode, obligations: noObligations }
  if (use.purpose === undefined && purposes.some((purpose) => wouldPermit({}, purpose))) {
    return { code: 'purpose-missing', obligations: noObligations }
  }
  // Nobody comes to read a trace by declaring a use: what is missing is never the reader's own care relation alone.
  if (use.action === 'read-trace') return { code: 'trace-closed', obligations: noObligations }
  const purpose = listPurposeOf(person, { action: use.action, ...(use.purpose && { stated: use.purpose }) })
  const [nearest] = nearestRights(engine, person, { ...use, purpose })
  return { code: nearest?.code ?? 'default-deny', obligations: noObligations }
}
const noObligations: readonly Obligation[] = Object.freeze([])
export const declarablePurposes = ['TREAT', 'ETREAT'] as const

const citations = new WeakMap<Policy, PolicyCitation>()
export function citationsOf(policies: readonly Policy[]): readonly PolicyCitation[] {
  return policies.map((policy) => {
    let citation = citations.get(policy)
    if (!citation) {
      const { id, effect, clause, titleZh, titleEn } = policy
      citation = { id, effect, clause, titleZh, titleEn }
      citations.set(policy, citation)
    }
    return citation
  })
}
