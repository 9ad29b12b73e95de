import cedar from '@cedar-policy/cedar-wasm/nodejs'
import { roles } from '../../directory/index.ts'
import { type Action, actions, purposes } from '../../kernel/index.ts'
import { recordCategories } from '../label.ts'
import { careNames } from '../living.ts'
import type { PolicyBundle } from './bundle.ts'
import { type CedarRecord, Entity, entityKey } from './values.ts'

/** For tests and the bench only: random uses, and the Cedar engine itself to ask about them. */

/** A request in plain data: for the WASM engine as JSON, for ours as values. */
export interface RandomUse {
  readonly roles: readonly string[]
  readonly principal: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
  readonly context: Readonly<Record<string, unknown>>
  readonly action: Action
}

/** Cedar's own engine (WASM) with this bundle: slow, and right by definition. */
export function openOracle(bundle: PolicyBundle): (use: RandomUse) => { effect: string; determining: string[] } {
  const staticPolicies = Object.fromEntries(bundle.policies.map((policy) => [policy.id, policy.cedar]))
  const parsed = [cedar.preparsePolicySet('oracle', { staticPolicies }), cedar.preparseSchema('oracle', bundle.schema)]
  if (parsed.some((answer) => answer.type === 'failure')) throw new Error('the oracle does not take the policies')
  return askOracle
}

function askOracle(request: RandomUse) {
  const { principal, resource, context, action } = request
  const answer = cedar.statefulIsAuthorized({
    principal: { type: 'Person', id: 'me' },
    action: { type: 'Action', id: action },
    resource: { type: 'Record', id: 'it' },
    context: context as never,
    preparsedPolicySetId: 'oracle',
    preparsedSchemaName: 'oracle',
    validateRequest: true,
    entities: [
      {
        uid: { type: 'Person', id: 'me' },
        attrs: principal as never,
        parents: request.roles.map((id) => ({ type: 'Role', id })),
      },
      { uid: { type: 'Record', id: 'it' }, attrs: resource as never, parents: [] },
    ],
  })
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
  const { decision, diagnostics } = answer.response
  if (diagnostics.errors.length > 0) throw new Error(JSON.stringify(diagnostics.errors))
  return { effect: decision === 'allow' ? 'permit' : 'deny', determining: [...diagnostics.reason].sort() }
}

/** The same request as our engine takes it. */
export function engineInput(
  request: RandomUse,
): [principal: Entity, action: Action, resource: Entity, context: CedarRecord] {
  const ancestors = new Set([...request.roles].sort().map((role) => entityKey('Role', role)))
  return [
    new Entity('Person', 'me', asValue(request.principal) as CedarRecord, ancestors),
    request.action,
    new Entity('Record', 'it', asValue(request.resource) as CedarRecord),
    asValue(request.context) as CedarRecord,
  ]
}

function asValue(value: unknown): unknown {
  if (Array.isArray(value)) return new Set(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asValue(inner)]))
}

const exporters: readonly string[] = ['discipline-inspector', 'audit-admin', 'security-admin', 'medical-affairs']

/** Biased towards what rules are about: few patients and departments, often the right role for the purpose. */
export function randomUse(random: () => number): RandomUse {
  const chance = (probability: number): boolean => random() < probability
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
  const some = (items: readonly string[], probability: number): string[] => items.filter(() => chance(probability))
  const patients = ['p1', 'p2', 'p3']
  const places = ['d1', 'd2']
  const population = pick(['staff', 'staff', 'staff', 'staff', 'trainee', 'vendor', 'service'])
  const own = population === 'trainee' ? ['trainee'] : population === 'vendor' ? ['vendor-engineer'] : [pick(roles)]
  const held = chance(0.1) ? [...new Set([...own, pick(roles)])] : own
  const usual: Readonly<Record<string, string>> = {
    trainee: 'EDU',
    'vendor-engineer': 'MAINT',
    'quality-control': 'HQUALIMP',
    insurance: 'HPAYMT',
    'record-room': pick(['PATRQT', 'HOPERAT']),
    'medical-affairs': pick(['HOPERAT', 'HLEGAL']),
    'discipline-inspector': 'SUPERVISE',
    'audit-admin': 'HLEGAL',
    'security-admin': 'HOPERAT',
  }
  const action =
    held.includes('department-head') && chance(0.5)
      ? 'read-trace'
      : pick([...actions, 'view', 'view', 'list', 'create', 'update'] as const)
  const usualCategory = usualCategories[held[0]!]
  const likelyCategory =
    action === 'read-trace'
      ? pick(['trace', 'trace', 'note'])
      : action === 'administer'
        ? 'setting'
        : chance(0.05)
          ? pick(['directory', 'definition', 'schedule'])
          : pick(usualCategory && chance(0.7) ? usualCategory : recordCategories)
  const category = action === 'export' && exporters.includes(held[0]!) ? 'trace' : likelyCategory
  const patient = pick(patients)
  return {
    roles: held,
    principal: {
      id: 'me',
      active: chance(0.97),
      population,
      licensed: chance(0.9),
      trained: chance(0.85),
      departments: some(places, 0.4),
      heads: some(places, 0.4),
      care: Object.fromEntries(careNames.map((name) => [name, some(patients, 0.35)])),
      rotation: {
        living: chance(0.9),
        supervised: chance(0.9),
        departments: some(places, 0.6),
        cases: some(patients, 0.4),
      },
      maintenance: {
        confidentiality: chance(0.9),
        authorization: chance(0.9),
        ticket: chance(0.9),
        categories: some(recordCategories, 0.6),
      },
    },
    resource: {
      type: pick(['Observation', 'Composition', 'Patient', 'Patient']),
      id: action === 'administer' ? pick(['people', 'posts', 'policies', 'audit']) : 'it',
      category,
      sensitivity: pick([1, 1, 2, 2, 2, 3, 4, 5]),
      kinds: some(['HIV', 'PSY'], 0.1),
      ...(chance(category === 'directory' || category === 'definition' ? 0.1 : 0.9) && { patient }),
      ...(chance(0.7) && { department: pick(places) }),
      ...(chance(0.5) && { author: pick(['me', 'other']) }),
    },
    context: {
      purpose: chance(0.65) ? (usual[held[0]!] ?? 'TREAT') : pick([...purposes, '']),
      assurance: pick([1, 2, 2, 3]),
      scoped: chance(0.1),
      scopeTypes: some(['Observation', 'Patient'], 0.6),
      declared: some(patients, 0.5),
      ...(chance(0.5) && { confinedTo: patient }),
    },
    action,
  }
}

const usualCategories: Readonly<Record<string, readonly string[]>> = {
  technician: ['laboratory', 'order', 'identity', 'allergy'],
  pharmacist: ['medication', 'identity', 'diagnosis'],
  physician: ['note', 'laboratory', 'identity', 'order'],
  nurse: ['nursing-note', 'vital-sign', 'laboratory'],
  insurance: ['billing', 'diagnosis', 'identity'],
  'quality-control': ['note', 'diagnosis', 'identity'],
  'record-room': ['identity', 'encounter', 'note'],
}

/** A small seeded generator, so that a failure can be seen again. */
export function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
