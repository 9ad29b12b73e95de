import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Subject } from '../directory/index.ts'
import { roles } from '../directory/index.ts'
import {
  type Action,
  type AuthorityEpoch,
  type Caller,
  type Database,
  type DepartmentId,
  type PatientId,
  type PersonId,
  type PurposeOfUse,
  purposes,
} from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { careKinds } from './care.ts'
import { loadPolicies } from './cedar/bundle.ts'
import { PolicyEngine } from './cedar/engine.ts'
import { narrowPolicies } from './cedar/narrow.ts'
import { mulberry32 } from './cedar/random-use.ts'
import { categoriesOf } from './classify.ts'
import type { RecordFacts } from './decision.ts'
import type { PersonFacts } from './facts.ts'
import { type SensitiveKind, sensitiveKinds } from './label.ts'
import { type LivingPerson, livingAt } from './living.ts'
import { prepareList } from './prepared.ts'
import { defaultSettings } from './settings.ts'
import { callerOf } from './test-world.ts'

let database: Database
let drop: () => Promise<void>
let engine: PolicyEngine
const rows: RecordFacts[] = []
const random = mulberry32(4711)
const chance = (probability: number): boolean => random() < probability
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
const some = <Item>(items: readonly Item[], probability: number): Item[] => items.filter(() => chance(probability))

const patients = Array.from({ length: 40 }, (_, index) => `p${index}` as PatientId)
const places = ['d1', 'd2', 'd3', 'w1'] as DepartmentId[]
const authors = ['me', 'other'] as PersonId[]
const types = [
  'Patient',
  'Observation',
  'Composition',
  'MedicationRequest',
  'Claim',
  'Organization',
  'Schedule',
  'Binary',
]
const at = Date.parse('2026-11-22T00:00:00Z')

before(async () => {
  const test = await openTestDatabase()
  database = test.database
  drop = test.drop
  engine = new PolicyEngine(await loadPolicies())
  // A table of the same columns: the filter must not lean on anything else of the record store.
  await database.query(`create table sample_row (type text not null, id text primary key, patient_id text,
    department_id text, author_id text, category text not null, sensitivity smallint not null, kinds text[] not null)`)
  for (let index = 0; index < 1500; index += 1) {
    const type = pick(types)
    rows.push({
      type,
      id: `r${index}`,
      ...(chance(type === 'Organization' ? 0.02 : 0.9) && { patient: pick(patients) }),
      ...(chance(0.7) && { department: pick(places) }),
      ...(chance(0.6) && { author: pick(authors) }),
      label: {
        category: pick(categoriesOf(type)),
        sensitivity: pick([1, 1, 2, 2, 2, 3, 3, 4, 5] as const),
        kinds: some<SensitiveKind>(sensitiveKinds, 0.1),
      },
    })
  }
  await database.query(
    `insert into sample_row select one->>0, one->>1, one->>2, one->>3, one->>4, one->>5, (one->>6)::int,
       array(select json_array_elements_text(one->7)) from json_array_elements($1::json) one`,
    [
      JSON.stringify(
        rows.map((row) => [
          row.type,
          row.id,
          row.patient ?? null,
          row.department ?? null,
          row.author ?? null,
          row.label.category,
          row.label.sensitivity,
          row.label.kinds,
        ]),
      ),
    ],
  )
})
after(() => drop?.())

describe('a list filter', () => {
  it('selects exactly the rows that are permitted one by one, for random people and uses', async () => {
    let permitted = 0
    const kinds = new Set<string>()
    for (let round = 0; round < 300; round += 1) {
      const person = randomPerson()
      const caller = randomCaller()
      const action = pick<Action>(['view', 'view', 'list', 'list', 'print', 'export', 'update', 'delete'])
      const asked = chance(0.5) ? types : some(types, 0.4)
      const purpose = chance(0.6) ? pick(purposes) : undefined
      const confinedTo = chance(0.3) ? pick(patients) : undefined
      const prepared = prepareList(engine, person, {
        caller,
        action,
        types: asked,
        ...(purpose && { purpose }),
        ...(confinedTo && { confinedTo }),
        at,
      })
      for (const [filter, candidates, onlyOf] of [
        // Whoever confines a list promises that its rows are of that patient; includes may be of anybody.
        [prepared.filter, rows.filter((row) => asked.includes(row.type)), confinedTo],
        [prepared.includeFilter, rows, undefined],
      ] as const) {
        kinds.add(filter.kind)
        const expected = candidates
          .filter((row) => (!onlyOf || row.patient === onlyOf) && prepared.admits(row))
          .map((row) => row.id)
        const limit = candidates === rows ? types : asked
        const found =
          filter.kind === 'never'
            ? []
            : await database.query<{ id: string }>(
                `select r.id from sample_row r where r.type = any($${filter.kind === 'always' ? 1 : filter.values.length + 1})
                 ${onlyOf ? `and r.patient_id = '${onlyOf}'` : ''} ${filter.kind === 'always' ? '' : `and (${filter.sql})`}`,
                [...(filter.kind === 'always' ? [] : filter.values), limit],
              )
        assert.deepEqual(
          found.map((row) => row.id).sort(),
          [...expected].sort(),
          `${action} ${purpose} ${person.roles} ${JSON.stringify(filter)}`,
        )
        permitted += expected.length
        const sample = pick(rows)
        assert.equal(prepared.decide(sample).effect === 'permit', prepared.admits(sample))
      }
    }
    assert.ok(permitted > 10_000, `a world where ${permitted} rows are permitted shows little`)
    assert.ok(kinds.has('never') && kinds.has('predicate'))
  })

  it('begins from the patients of the person where no other row can pass', () => {
    const person = livingAt(factsOf('physician', [['attending', 'p1']]), at, defaultSettings)
    const { filter } = prepareList(engine, person, {
      caller: callerOf('me' as PersonId),
      action: 'view',
      types: ['Observation'],
      at,
    })
    assert.ok(
      filter.kind === 'predicate' && filter.sql.startsWith('r.patient_id = any($1::text[]) and '),
      JSON.stringify(filter),
    )
    assert.deepEqual(filter.values[0], ['p1'])
  })

  it('is never for one who stands to nobody', () => {
    const person = livingAt(factsOf('physician', []), at, defaultSettings)
    const caller = callerOf('me' as PersonId)
    const prepared = prepareList(engine, person, { caller, action: 'view', types: ['Observation'], at })
    assert.equal(prepared.filter.kind, 'never')
    assert.equal(prepared.summary.effect === 'deny' && prepared.summary.code, 'no-care-relation')
  })

  it('throws for a policy that needs what no column holds', async () => {
    const { policies } = engine.bundle
    const person = livingAt(factsOf('physician', [['attending', 'p1']]), at, defaultSettings)
    const strange = {
      ...policies.find((policy) => policy.effect === 'permit')!,
      syntax: {
        effect: 'permit',
        principal: { op: 'All' },
        action: { op: 'All' },
        resource: { op: 'All' },
        conditions: [{ kind: 'when', body: { '.': { left: { Var: 'resource' }, attr: 'sealed' } } }],
      },
    } as const
    assert.throws(
      () =>
        narrowPolicies({
          policies: [strange],
          principal: person.principal,
          action: engine.actions.get('view')!,
          context: {},
          bounds: {},
        }),
      { code: 'policy-not-narrowable' },
    )
  })
})

function factsOf(
  role: (typeof roles)[number],
  relations: readonly (readonly [(typeof careKinds)[number], string])[],
): PersonFacts {
  return {
    ...bareFacts,
    subject: {
      ...bareFacts.subject,
      posts: [{ id: 'post', role, title: role, department: places[0]!, from: at - 1, until: at + 1 }],
    },
    relations: relations.map(([kind, patient]) => ({ kind, patient, source: 'Encounter/1', from: at - 1 })),
  }
}

const bareFacts: PersonFacts = {
  subject: {
    person: 'me' as PersonId,
    name: '某人',
    staffNumber: '1',
    sex: 'unknown',
    population: 'staff',
    active: true,
    licence: '1',
    posts: [],
    rosters: [],
    rotations: [],
    training: [],
    agreements: [],
    tickets: [],
  } satisfies Subject,
  relations: [],
  stays: [],
  declared: [],
  activeOthers: new Set(['boss']),
  courses: new Map([['c', '1']]),
  below: (department) => (department === 'd1' ? [department, 'w1' as DepartmentId] : [department]),
  epoch: 1 as AuthorityEpoch,
  loadedAt: at,
}

function randomPerson(): LivingPerson {
  const population = pick(['staff', 'staff', 'staff', 'staff', 'trainee', 'vendor'] as const)
  const own = population === 'trainee' ? 'trainee' : population === 'vendor' ? 'vendor-engineer' : pick(roles)
  const term = { from: at - 1, until: at + (chance(0.9) ? 1 : 0) }
  const held = chance(0.2) ? [own, pick(roles)] : [own]
  return livingAt(
    {
      ...bareFacts,
      subject: {
        ...bareFacts.subject,
        population,
        active: chance(0.95),
        posts: held.map((role) => ({ id: role, role, title: role, department: pick(places), ...term })),
        rosters: some(places, 0.2).map((department) => ({ id: 'r', department, kind: 'on-call' as const, ...term })),
        rotations:
          population === 'trainee'
            ? [
                {
                  id: 'rot',
                  programme: 'x',
                  department: pick(places),
                  supervisor: pick(['boss', 'gone']) as PersonId,
                  cases: some(patients, 0.2),
                  ...term,
                },
              ]
            : [],
        training: chance(0.8) ? [{ course: 'c', version: pick(['1', '1', '0']), passedAt: at - 1 }] : [],
        agreements:
          population === 'vendor'
            ? (['confidentiality', 'authorization'] as const).map((kind) => ({
                id: kind,
                kind,
                title: kind,
                systems: ['emr'],
                categories: ['laboratory', 'note', 'billing'],
                purposes: ['MAINT'],
                ...term,
              }))
            : [],
        tickets:
          population === 'vendor'
            ? [
                {
                  id: 't',
                  agreement: 'authorization',
                  sponsor: 'boss' as PersonId,
                  title: 't',
                  systems: [],
                  categories: ['laboratory', 'note'],
                  ...term,
                },
              ]
            : [],
      },
      relations: patients.flatMap((patient) =>
        some(careKinds, 0.04).map((kind) => ({ patient, kind, source: 'Encounter/1', from: at - 1 })),
      ),
      stays: some(patients, 0.3).map((patient) => ({
        patient,
        department: pick(places),
        source: 'Encounter/2',
        from: at - 1,
      })),
      declared: some(patients, 0.1).map((patient) => ({
        patient,
        purpose: pick<PurposeOfUse>(['TREAT', 'ETREAT']),
        from: at - 1,
        until: at + 1,
      })),
    },
    at,
    defaultSettings,
  )
}

function randomCaller(): Caller {
  return callerOf('me' as PersonId, {
    assurance: pick([1, 2, 2, 3] as const),
    ...(chance(0.15) && { scopes: [pick(['user/Observation.rs', 'user/*.cruds', 'user/Patient.r', 'launch'])] }),
  })
}
