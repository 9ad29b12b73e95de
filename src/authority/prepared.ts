import type { PatientId } from '../kernel/index.ts'
import type { PolicyEngine } from './cedar/engine.ts'
import { narrowPolicies, type RowBounds } from './cedar/narrow.ts'
import { categoriesOf } from './classify.ts'
import { admitsUse, decideUse } from './decide.ts'
import type { Decision, RecordFacts } from './decision.ts'
import type { ListFilter, NarrowRequest } from './list-filter.ts'
import type { LivingPerson } from './living.ts'
import { listPurposeOf } from './purpose.ts'
import { contextOf } from './use-under-decision.ts'

/** One person's decision about many rows, under one authority state: as SQL, and row by row from the same policies. */
export interface Prepared {
  /** For rows of the types asked for. Planned when first read. */
  readonly filter: ListFilter
  /** For rows of any type, e.g. those an `_include` brings. */
  readonly includeFilter: ListFilter
  /** Synchronous decision about one row. */
  decide(facts: RecordFacts): Decision
  /** The same without the why: for parts of a record, and to verify rows. */
  admits(facts: RecordFacts): boolean
  /** The list as a whole: denied where no row could ever pass. */
  readonly summary: Decision
}

export function prepareList(engine: PolicyEngine, person: LivingPerson, request: NarrowRequest): Prepared {
  const { caller, action, confinedTo } = request
  const purpose = listPurposeOf(person, {
    action,
    ...(request.purpose && { stated: request.purpose }),
    ...(confinedTo !== undefined && { confinedTo }),
  })
  const use = { caller, action, purpose, ...(confinedTo !== undefined && { confinedTo }) }
  const context = contextOf(person, use)
  const { epoch } = person.facts

  const plan = (bounds: RowBounds): ListFilter => {
    const narrowed = narrowPolicies({
      policies: engine.inScope(action, person.principal),
      principal: person.principal,
      action: engine.actions.get(action)!,
      context,
      bounds,
    })
    return typeof narrowed === 'string' ? { kind: narrowed, epoch } : { kind: 'predicate', ...narrowed, epoch }
  }
  const plans = plansOf(person)
  // All that the context and the bounds of a plan are made of, beside the person.
  const circumstances = [action, purpose, caller.assurance, caller.scopes?.join(' '), confinedTo].join('|')
  const ownFilter = () => plans.find(`${circumstances}|${request.types.join()}`, () => plan(boundsOf(request)))
  const decide = (record: RecordFacts): Decision => decideUse(engine, person, { ...use, record }, context)
  return {
    get filter() {
      return ownFilter()
    },
    get includeFilter() {
      return plans.find(circumstances, () => plan({}))
    },
    decide,
    admits: (record) => admitsUse(engine, person, { ...use, record }, context),
    get summary() {
      return ownFilter().kind === 'never' ? decide(nothingIn(request.types[0], confinedTo)) : permitOf()
    },
  }

  function permitOf(): Decision {
    return {
      effect: 'permit',
      ...(purpose && { purpose }),
      policies: [],
      grounds: [],
      obligations: [],
      epoch,
      bundle: engine.bundle.digest,
      roles: person.roles,
      departments: person.departments,
    }
  }
}

/** Filters planned for one person as they stand: who asks for the next page, or for another patient, asks the same. */
class Plans {
  readonly #byCircumstances = new Map<string, ListFilter>()

  find(circumstances: string, plan: () => ListFilter): ListFilter {
    const known = this.#byCircumstances.get(circumstances)
    if (known) return known
    const planned = plan()
    if (this.#byCircumstances.size >= mostPlans) this.#byCircumstances.clear()
    this.#byCircumstances.set(circumstances, planned)
    return planned
  }
}
const mostPlans = 256

/** A person's facts at a moment are one object for as long as they hold; their plans go with it. */
const plansByPerson = new WeakMap<LivingPerson, Plans>()

function plansOf(person: LivingPerson): Plans {
  const known = plansByPerson.get(person)
  if (known) return known
  const plans = new Plans()
  plansByPerson.set(person, plans)
  return plans
}

function boundsOf({ types, confinedTo }: NarrowRequest): RowBounds {
  return {
    'resource.type': new Set(types),
    'resource.category': new Set(types.flatMap((type) => categoriesOf(type))),
    ...(confinedTo !== undefined && { 'resource.patient': new Set([confinedTo as string]) }),
  }
}

/** What a refused list is refused about: a record of the type asked for, of some patient, that nobody stands to. */
function nothingIn(type: string | undefined, patient: PatientId | undefined): RecordFacts {
  const category = categoriesOf(type ?? '')[0]!
  const isAboutPatients = category !== 'directory' && category !== 'definition'
  return {
    type: type ?? '',
    id: '',
    ...(isAboutPatients && { patient: patient ?? ('' as PatientId) }),
    label: { category, sensitivity: 2, kinds: [] },
  }
}
