import type { Relation } from '../contract/index.ts'
import type { Directory } from '../directory/index.ts'
import {
  type Caller,
  type Clock,
  type Database,
  DatabaseFailure,
  type DepartmentId,
  type LastKnown,
  type PatientId,
  type PersonId,
  type PurposeOfUse,
} from '../kernel/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Catalogue, catalogueOf } from './catalogue.ts'
import { loadPolicies, type PolicyBundle } from './cedar/bundle.ts'
import { PolicyEngine } from './cedar/engine.ts'
import { decideUse, permitUse, settle } from './decide.ts'
import type { Decision, DecisionRequest, RecordFacts } from './decision.ts'
import { type Declaration, type Declared, declareUse } from './declare-use.ts'
import { type DeclaredReason, declaredReasons } from './declared-reason.ts'
import { type Explained, explainUse } from './explain.ts'
import { type FactDesk, FactStore, type PersonFacts } from './facts.ts'
import type { NarrowRequest } from './list-filter.ts'
import { careGround, careNames, type LivingPerson, livingAt } from './living.ts'
import { type Prepared, prepareList } from './prepared.ts'
import { type AuthoritySettings, defaultSettings } from './settings.ts'

/** How a person stands to a patient, before the record is opened. */
export interface PatientStanding {
  readonly standing: 'open' | 'remind' | 'refused'
  readonly decision: Decision
  /** What the reminder offers this person. */
  readonly choices: readonly DeclaredReason[]
}

/** A patient to whom a person stands in a living relation. */
export interface LivingRelation {
  readonly patient: PatientId
  readonly kind: Exclude<Relation, 'none'>
  /** Milliseconds since the epoch; absent while it is open. */
  readonly until?: number
  /** FHIR reference of what says so. */
  readonly source?: string
}

/**
 * The one decision for every channel. Trusted for: default deny, the policies of `policies/` and living facts, the same
 * answer for a record alone and as a row. Not for: leaving a trace, which is for whoever asks.
 */
export interface Authority {
  readonly bundle: PolicyBundle
  /** What this hospital has set, and the defaults of the rest. */
  readonly settings: AuthoritySettings
  decide(request: DecisionRequest): Promise<Decision>
  /** One person's decision about many rows, and the SQL that selects them. */
  prepare(request: NarrowRequest): Promise<Prepared>
  explain(request: DecisionRequest): Promise<Explained>
  /** Whether the patient may be opened at once, after the reminder, or not. */
  standing(request: StandingRequest): Promise<PatientStanding>
  declareUse(declaration: Declaration): Promise<Declared>
  /** The patients of a person, strongest relation first, each once. */
  relations(person: PersonId, at: number): Promise<readonly LivingRelation[]>
  catalogue(): Catalogue
  /** While the database is there: keeps what an outage would be decided on close to what is true. */
  refreshLastKnown(): Promise<void>
}

export interface StandingRequest {
  readonly caller: Caller
  readonly patient: PatientId
  readonly purpose?: PurposeOfUse
  readonly at: number
}

export interface AuthorityDesk extends Omit<FactDesk, 'settings' | 'bundle'> {
  readonly database: Database
  readonly directory: Directory
  readonly ledger: Ledger
  readonly clock: Clock
  readonly settings?: Partial<AuthoritySettings>
  readonly lastKnown?: LastKnown
  /** Folder of the policies; absent, the one that ships. */
  readonly policies?: string
}

/** @throws {AuthorityFailure} `policies-invalid`: no decision is ever made under policies that are wrong. */
export async function openAuthority(desk: AuthorityDesk): Promise<Authority> {
  const settings: AuthoritySettings = { ...defaultSettings, ...desk.settings }
  const bundle = await loadPolicies(desk.policies)
  const engine = new PolicyEngine(bundle)
  const facts = new FactStore({ ...desk, settings, bundle: bundle.digest })
  const personAt = (found: PersonFacts, at: number): LivingPerson => livingAt(found, at, settings)

  async function freshPerson(caller: PersonId, at: number): Promise<LivingPerson> {
    return personAt(await facts.fresh(caller), at)
  }

  /** Kept facts may support a permit and nothing else: a denial is decided on facts read for it. */
  async function decide(request: DecisionRequest): Promise<Decision> {
    const kept = facts.kept(request.caller.person)
    if (kept) {
      const person = personAt(kept, request.at)
      const decision = permitUse(engine, person, settle(person, request))
      if (decision) return decision
    }
    const { facts: found, isLastKnown } = await facts.freshOrLastKnown(request.caller.person)
    const person = personAt(found, request.at)
    const use = settle(person, request)
    if (!isLastKnown) return decideUse(engine, person, use)
    return permitUse(engine, person, use) ?? undecidable()
  }

  async function standing({ caller, patient, purpose, at }: StandingRequest): Promise<PatientStanding> {
    const request = { caller, action: 'view' as const, record: chartOf(patient), ...(purpose && { purpose }), at }
    const decision = await decide(request)
    if (decision.effect === 'permit') return { standing: 'open', decision, choices: [] }
    const reminds = decision.obligations.some((one) => one.type === 'remind')
    return { standing: reminds ? 'remind' : 'refused', decision, choices: reminds ? declaredReasons : [] }
  }

  return {
    bundle,
    settings,
    decide,
    async prepare(request) {
      const kept = facts.kept(request.caller.person)
      const isRecent = kept !== undefined && desk.clock.now() - kept.loadedAt <= settings.listFactsMaxAgeMs
      if (isRecent) {
        const prepared = prepareList(engine, personAt(kept, request.at), request)
        if (prepared.filter.kind !== 'never') return prepared
      }
      const { facts: found, isLastKnown } = await facts.freshOrLastKnown(request.caller.person)
      const prepared = prepareList(engine, personAt(found, request.at), request)
      return isLastKnown && prepared.filter.kind === 'never' ? undecidable() : prepared
    },
    async explain(request) {
      const person = await freshPerson(request.caller.person, request.at)
      const use = settle(person, request)
      return explainUse(engine, person, use, decideUse(engine, person, use))
    },
    standing,
    async declareUse(declaration) {
      const { caller, patient, purpose, at } = declaration
      const before = await standing({ caller, patient, purpose, at })
      const declared = await declareUse(declaration, before.decision, { ...desk, settings })
      facts.forget(caller.person)
      return declared
    },
    async relations(person, at) {
      return relationsOf(await freshPerson(person, at))
    },
    catalogue: () => catalogueOf(bundle),
    async refreshLastKnown() {
      await facts.refreshLastKnown(peopleRefreshedAtOnce)
    },
  }
}

const peopleRefreshedAtOnce = 200

/** Facts last known say yes or nothing: what they do not permit may have been granted since. */
function undecidable(): never {
  throw new DatabaseFailure('database-unavailable', 'facts last known do not permit it, and others cannot be read')
}

/** The patient as a whole: what is opened first when a chart is opened. */
function chartOf(patient: PatientId): RecordFacts {
  return { type: 'Patient', id: patient, patient, label: { category: 'identity', sensitivity: 2, kinds: [] } }
}

function relationsOf(person: LivingPerson): readonly LivingRelation[] {
  const found = new Map<PatientId, LivingRelation>()
  const keep = (patient: string, kind: LivingRelation['kind'], fact: { until?: number; source?: string }): void => {
    const id = patient as PatientId
    if (found.has(id)) return
    found.set(id, {
      patient: id,
      kind,
      ...(fact.until !== undefined && { until: fact.until }),
      ...(fact.source !== undefined && { source: fact.source }),
    })
  }
  for (const name of careNames) for (const [patient, fact] of person.care[name]) keep(patient, careGround[name], fact)
  for (const patients of person.declared.values())
    for (const [patient, fact] of patients) keep(patient, 'declared', fact)
  const rotation = person.standing.get('rotation')
  for (const segment of person.facts.subject.rotations) {
    if (segment.id !== rotation?.source) continue
    for (const patient of segment.cases) keep(patient, 'rotation', { ...rotation, ...stayOf(person, patient) })
  }
  return [...found.values()]
}

/** Where a bound case lies, as far as the rotation reaches. */
function stayOf(person: LivingPerson, patient: string): { readonly source?: string } {
  const stay = person.facts.stays.findLast((one) => one.patient === patient)
  return stay ? { source: stay.source } : {}
}

/** Facts of what `read-trace` asks for: whose uses, of which patient, by which department's people. */
export function traceFacts(question: {
  readonly person?: PersonId
  readonly patient?: PatientId
  readonly department?: DepartmentId
}): RecordFacts {
  const { person, patient, department } = question
  return {
    type: 'AuditEvent',
    id: '',
    ...(patient !== undefined && { patient }),
    ...(department !== undefined && { department }),
    ...(person !== undefined && { author: person }),
    label: { category: 'trace', sensitivity: 3, kinds: [] },
  }
}

export const settingAreas = [
  'people',
  'posts',
  'departments',
  'applications',
  'interfaces',
  'policies',
  'sessions',
  'security',
  'audit',
] as const
export type SettingArea = (typeof settingAreas)[number]

/** Facts of what `administer` asks for. */
export function settingFacts(area: SettingArea): RecordFacts {
  return { type: 'Setting', id: area, label: { category: 'setting', sensitivity: 1, kinds: [] } }
}
