import type { Role, Term } from '../directory/index.ts'
import type { DepartmentId, PurposeOfUse } from '../kernel/index.ts'
import { Entity, entityKey } from './cedar/values.ts'
import type { Ground } from './decision.ts'
import type { PersonFacts } from './facts.ts'
import type { AuthoritySettings, WindowedKind } from './settings.ts'

/** A living fact: until when (absent: until an event), and what says so. */
export interface LivingFact {
  readonly until?: number
  readonly source?: string
}
/** Patient id → the fact with the latest end. Stands in policies as a set of patients. */
export type PatientIndex = ReadonlyMap<string, LivingFact>

/** A person at a moment, as policies see them. */
export interface LivingPerson {
  readonly facts: PersonFacts
  readonly principal: Entity
  readonly roles: readonly Role[]
  readonly departments: readonly DepartmentId[]
  readonly care: Readonly<Record<CareName, PatientIndex>>
  readonly declared: ReadonlyMap<PurposeOfUse, PatientIndex>
  /** Living facts that bear rights by themselves, by ground. */
  readonly standing: ReadonlyMap<Ground['kind'], LivingFact>
  readonly roleUntil: ReadonlyMap<Role, LivingFact>
  /** No term begins or ends between these two moments. */
  readonly holdsFrom: number
  readonly holdsUntil: number
}

export const careNames = ['attending', 'careTeam', 'ward', 'clinic', 'consult', 'onCall', 'order'] as const
export type CareName = (typeof careNames)[number]
export const careGround: Readonly<Record<CareName, WindowedKind>> = {
  attending: 'attending',
  careTeam: 'care-team',
  ward: 'ward',
  clinic: 'clinic',
  consult: 'consult',
  onCall: 'on-call',
  order: 'order',
}
const careNameOf = Object.fromEntries(careNames.map((name) => [careGround[name], name])) as Record<
  WindowedKind,
  CareName
>

const moments = new WeakMap<PersonFacts, LivingPerson>()

/** What of the facts lives at this moment. The last answer is kept while no term begins or ends. */
export function livingAt(facts: PersonFacts, at: number, settings: AuthoritySettings): LivingPerson {
  const before = moments.get(facts)
  if (before && before.holdsFrom <= at && at < before.holdsUntil) return before
  const living = computeLiving(facts, at, settings)
  moments.set(facts, living)
  return living
}

function computeLiving(facts: PersonFacts, at: number, settings: AuthoritySettings): LivingPerson {
  const bounds = new Bounds(at)
  const lives = (term: Term): boolean => bounds.lives(term.from, term.until)
  const { subject } = facts
  const posts = subject.posts.filter(lives)
  const rosters = subject.rosters.filter(lives)
  const roles = [...new Set(posts.map((post) => post.role))].sort()
  const roleUntil = new Map<Role, LivingFact>()
  for (const post of posts) keepLatest(roleUntil, post.role, { until: post.until, source: post.id })

  const standing = new Map<Ground['kind'], LivingFact>()
  for (const roster of rosters) keepLatest(standing, 'roster', { until: roster.until, source: roster.id })
  const departments = spread(facts, posts)
  const care = careOf(facts, { bounds, settings, roles, posts: departments, onCall: onCallPlaces(facts, rosters) })
  const declared = declaredOf(facts, bounds)
  const rotation = rotationOf(facts, lives, standing)
  const maintenance = maintenanceOf(facts, lives, standing)
  const trained = trainingOf(facts, bounds, standing)

  const attributes = {
    id: subject.person,
    active: subject.active,
    population: subject.population,
    licensed: subject.licence !== undefined,
    trained,
    departments,
    heads: spread(
      facts,
      posts.filter((post) => post.role === 'department-head'),
    ),
    care,
    rotation,
    maintenance,
  }
  const ancestors = new Set(roles.map((role) => entityKey('Role', role)))
  return {
    facts,
    principal: new Entity('Person', subject.person, attributes, ancestors),
    roles,
    departments: [...new Set(posts.map((post) => post.department))],
    care,
    declared,
    standing,
    roleUntil,
    holdsFrom: bounds.from,
    holdsUntil: bounds.until,
  }
}

/** Collects the nearest begin or end on each side of a moment, while terms are compared with it. */
class Bounds {
  readonly at: number
  from = Number.NEGATIVE_INFINITY
  until = Number.POSITIVE_INFINITY

  constructor(at: number) {
    this.at = at
  }

  lives(from: number, until = Number.POSITIVE_INFINITY): boolean {
    this.#boundary(from)
    this.#boundary(until)
    return from <= this.at && this.at < until
  }

  #boundary(moment: number): void {
    if (moment <= this.at) this.from = Math.max(this.from, moment)
    else this.until = Math.min(this.until, moment)
  }
}

/** Departments and the wards and clinics below them. */
function spread(
  facts: PersonFacts,
  places: readonly { readonly department: DepartmentId }[],
): ReadonlySet<DepartmentId> {
  return new Set(places.flatMap((place) => facts.below(place.department)))
}

function onCallPlaces(facts: PersonFacts, rosters: PersonFacts['subject']['rosters']): ReadonlySet<DepartmentId> {
  return spread(
    facts,
    rosters.filter((roster) => roster.kind === 'on-call'),
  )
}

interface CarePlaces {
  readonly bounds: Bounds
  readonly settings: AuthoritySettings
  readonly roles: readonly Role[]
  readonly posts: ReadonlySet<DepartmentId>
  readonly onCall: ReadonlySet<DepartmentId>
}

/** Relations as records state them; stays become `ward`, `on-call` or, for those who perform orders, `order`. */
function careOf(facts: PersonFacts, places: CarePlaces): Readonly<Record<CareName, PatientIndex>> {
  const care = Object.fromEntries(careNames.map((name) => [name, new Map<string, LivingFact>()])) as unknown as Record<
    CareName,
    Map<string, LivingFact>
  >
  const add = (kind: WindowedKind, fact: { patient: string; from: number; until?: number; source: string }): void => {
    const window = places.settings.windows[kind]
    const until = fact.until === undefined ? undefined : fact.until + window.afterMs
    if (!places.bounds.lives(fact.from - window.beforeMs, until)) return
    keepLatest(care[careNameOf[kind]], fact.patient, { ...(until !== undefined && { until }), source: fact.source })
  }
  for (const relation of facts.relations) add(relation.kind, relation)
  const treats = places.roles.includes('physician') || places.roles.includes('nurse')
  const performs = places.roles.includes('technician') || places.roles.includes('pharmacist')
  for (const stay of facts.stays) {
    if (places.posts.has(stay.department)) {
      if (treats) add('ward', stay)
      if (performs) add('order', stay)
    }
    if (treats && places.onCall.has(stay.department)) add('on-call', stay)
  }
  return care
}

function declaredOf(facts: PersonFacts, bounds: Bounds): ReadonlyMap<PurposeOfUse, PatientIndex> {
  const declared = new Map<PurposeOfUse, Map<string, LivingFact>>()
  for (const use of facts.declared) {
    if (!bounds.lives(use.from, use.until)) continue
    let patients = declared.get(use.purpose)
    if (!patients) {
      patients = new Map()
      declared.set(use.purpose, patients)
    }
    keepLatest(patients, use.patient, { until: use.until })
  }
  return declared
}

function rotationOf(facts: PersonFacts, lives: (term: Term) => boolean, standing: Map<Ground['kind'], LivingFact>) {
  const segments = facts.subject.rotations.filter(lives)
  const supervised = segments.filter((segment) => facts.activeOthers.has(segment.supervisor))
  for (const segment of segments) keepLatest(standing, 'rotation', { until: segment.until, source: segment.id })
  for (const segment of supervised) {
    keepLatest(standing, 'supervisor', { until: segment.until, source: segment.supervisor })
  }
  return {
    living: segments.length > 0,
    supervised: supervised.length > 0,
    departments: spread(facts, supervised),
    cases: new Set(supervised.flatMap((segment) => segment.cases)),
  }
}

function maintenanceOf(facts: PersonFacts, lives: (term: Term) => boolean, standing: Map<Ground['kind'], LivingFact>) {
  const { agreements, tickets } = facts.subject
  const confidential = agreements.filter((one) => one.kind === 'confidentiality' && lives(one))
  const authorizing = agreements.filter(
    (one) => one.kind === 'authorization' && lives(one) && one.purposes.includes('MAINT'),
  )
  const open = tickets.filter(
    (ticket) =>
      lives(ticket) &&
      facts.activeOthers.has(ticket.sponsor) &&
      authorizing.some((agreement) => agreement.id === ticket.agreement),
  )
  for (const one of authorizing) keepLatest(standing, 'agreement', { until: one.until, source: one.id })
  for (const one of open) keepLatest(standing, 'ticket', { until: one.until, source: one.id })
  const agreed = new Set(authorizing.flatMap((one) => one.categories))
  return {
    confidentiality: confidential.length > 0,
    authorization: authorizing.length > 0,
    ticket: open.length > 0,
    categories: new Set(open.flatMap((one) => one.categories).filter((category) => agreed.has(category))),
  }
}

/** A pass counts for the current version of its course, while it is in term. */
function trainingOf(facts: PersonFacts, bounds: Bounds, standing: Map<Ground['kind'], LivingFact>): boolean {
  const passes = facts.subject.training.filter(
    (pass) => facts.courses.get(pass.course) === pass.version && bounds.lives(pass.passedAt, pass.until),
  )
  for (const pass of passes) {
    keepLatest(standing, 'training', { ...(pass.until !== undefined && { until: pass.until }), source: pass.course })
  }
  return passes.length > 0
}

function keepLatest<Key>(index: Map<Key, LivingFact>, key: Key, fact: LivingFact): void {
  const before = index.get(key)
  if (before && (before.until ?? Number.POSITIVE_INFINITY) >= (fact.until ?? Number.POSITIVE_INFINITY)) return
  index.set(key, fact)
}
