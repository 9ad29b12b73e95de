import type { Role } from '../directory/index.ts'
import type { PurposeOfUse } from '../kernel/index.ts'
import type { Policy } from './cedar/bundle.ts'
import { pathsIn } from './cedar/est.ts'
import type { Ground, Obligation, RecordFacts } from './decision.ts'
import { careGround, careNames, type LivingFact, type LivingPerson } from './living.ts'

/** How each ground is said on its chip. */
export const groundWords: Readonly<Record<Ground['kind'], { readonly zh: string; readonly en: string }>> = {
  post: { zh: '岗位在任', en: 'post held' },
  roster: { zh: '当班', en: 'on duty' },
  attending: { zh: '主管或接诊医师', en: 'attending' },
  'care-team': { zh: '诊疗团队成员', en: 'care team' },
  ward: { zh: '本科室在院患者', en: 'inpatient of your department' },
  clinic: { zh: '门诊就诊', en: 'clinic visit' },
  consult: { zh: '会诊', en: 'consultation' },
  'on-call': { zh: '值班科室在院患者', en: 'inpatient while you are on call' },
  order: { zh: '申请或医嘱', en: 'order placed with you' },
  declared: { zh: '已说明目的和原因', en: 'purpose and reason stated' },
  rotation: { zh: '轮转期内', en: 'within the rotation' },
  supervisor: { zh: '带教老师在岗', en: 'supervisor active' },
  training: { zh: '培训合格', en: 'training passed' },
  agreement: { zh: '授权协议有效', en: 'agreement in term' },
  ticket: { zh: '工单在办', en: 'ticket open' },
  self: { zh: '本人', en: 'yourself' },
  grant: { zh: '临时授权', en: 'temporary grant' },
}

interface GroundPlan {
  readonly care: readonly (typeof careNames)[number][]
  readonly roles: readonly Role[]
  readonly standing: readonly Ground['kind'][]
  readonly declared: boolean
  readonly self: boolean
}

const plans = new WeakMap<Policy, GroundPlan>()

/** On which living facts a permit stands: those that its policies read. */
export function groundsOf(
  policies: readonly Policy[],
  person: LivingPerson,
  record: RecordFacts,
  purpose: PurposeOfUse | undefined,
): readonly Ground[] {
  const grounds = new Map<string, Ground>()
  const add = (kind: Ground['kind'], fact: LivingFact | undefined): void => {
    if (!fact || grounds.has(kind)) return
    grounds.set(kind, {
      kind,
      ...groundWords[kind],
      ...(fact.until !== undefined && { until: new Date(fact.until).toISOString() }),
      ...(fact.source !== undefined && { source: fact.source }),
    })
  }
  const { patient } = record
  for (const policy of policies) {
    const plan = planOf(policy)
    for (const name of plan.care) if (patient !== undefined) add(careGround[name], person.care[name].get(patient))
    if (plan.declared && patient !== undefined && purpose) add('declared', person.declared.get(purpose)?.get(patient))
    if (plan.self) add('self', {})
    for (const role of plan.roles) add('post', person.roleUntil.get(role))
    for (const kind of plan.standing) add(kind, person.standing.get(kind))
  }
  return [...grounds.values()]
}

function planOf(policy: Policy): GroundPlan {
  let plan = plans.get(policy)
  if (!plan) {
    const paths = new Set(policy.syntax.conditions.flatMap((clause) => pathsIn(clause.body)))
    const text = JSON.stringify(policy.syntax)
    const reads = (path: string) => paths.has(path)
    plan = {
      care: careNames.filter((name) => reads(`principal.care.${name}`)),
      roles: [...text.matchAll(/"type":"Role","id":"([a-z-]+)"/g)].map((match) => match[1] as Role),
      standing: [
        ...(reads('principal.rotation.living') ? (['rotation'] as const) : []),
        ...(reads('principal.rotation.supervised') ? (['supervisor'] as const) : []),
        ...(reads('principal.trained') ? (['training'] as const) : []),
        ...(reads('principal.maintenance.authorization') ? (['agreement'] as const) : []),
        ...(reads('principal.maintenance.ticket') ? (['ticket'] as const) : []),
      ],
      declared: reads('context.declared'),
      self: policy.effect === 'permit' && reads('principal.id') && reads('resource.author'),
    }
    plans.set(policy, plan)
  }
  return plan
}

/** A permit obliges only to what every policy that grants it obliges to. */
export function obligationsOf(policies: readonly Policy[]): readonly Obligation[] {
  const [first, ...others] = policies
  if (first?.obligation === undefined || others.some((other) => other.obligation === undefined)) return none
  const named = new Set(policies.map((policy) => policy.obligation))
  // Two policies with different obligations: the milder one holds, and removing identifiers includes masking them.
  return named.has('mask-identity') ? mask : deIdentify
}
const none: readonly Obligation[] = Object.freeze([])
const mask: readonly Obligation[] = Object.freeze([{ type: 'mask-identity' }])
const deIdentify: readonly Obligation[] = Object.freeze([{ type: 'de-identify' }])
