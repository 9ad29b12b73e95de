import { loadCare, openAuthority } from '../authority/index.ts'
import { loadDirectory, openDirectory, type Role } from '../directory/index.ts'
import { type Caller, type DepartmentId, fixedClock, type PersonId } from '../kernel/index.ts'
import { openTestDatabase } from '../kernel/test-database.ts'
import { openLedger, openTrace } from '../ledger/index.ts'
import { careOf, type FhirResource, loadRecords, openRecordStore } from '../records/index.ts'

/** For tests only: the rooms below `access/`, opened on a database of their own. */
export async function openTestHospital() {
  const at = await openTestDatabase()
  const { database } = at
  const clock = fixedClock(Date.now())
  const ledger = await openLedger({ database, clock })
  const directory = openDirectory({ database, ledger, clock })
  const authority = await openAuthority({ database, directory, ledger, clock })
  const records = openRecordStore({ database, ledger, clock })
  return {
    database,
    url: at.url,
    clock,
    ledger,
    directory,
    authority,
    records,
    trace: openTrace({ database }),
    async close() {
      await ledger.close()
      await at.drop()
    },
  }
}

export function callerFor(person: string, assurance: 1 | 2 | 3 = 2): Caller {
  return {
    person: person as PersonId,
    session: `session-${person}`,
    assurance,
    methods: ['pwd', 'otp'],
    terminal: { address: '127.0.0.1' },
  }
}

const hour = 3_600_000
const day = 24 * hour

/**
 * A hospital small enough to reason about: `dr-own` attends patient `p-own` in the ward; `dr-other` treats nobody;
 * `p-hiv` is of `dr-own` too and has a level 5 result; a trainee, a vendor's engineer, an administrator, an inspector.
 */
export async function openSmallHospital() {
  const hospital = await openTestHospital()
  const { database, clock } = hospital
  const from = clock.now() - 30 * day
  const until = clock.now() + 300 * day
  const staff = (id: string, name: string, licence?: string) => ({
    id: id as PersonId,
    staffNumber: `N-${id}`,
    name,
    sex: 'female' as const,
    population: 'staff' as const,
    ...(licence && { licence }),
  })
  const post = (person: string, role: Role, department = 'dep-card') => ({
    id: `post-${person}-${role}`,
    person: person as PersonId,
    role,
    title: role,
    department: department as DepartmentId,
    from,
    until,
  })
  await database.transaction((tx) =>
    loadDirectory(tx, {
      institutions: [{ id: 'hosp', name: '测试医院' }] as never,
      departments: [
        { id: 'dep-card' as DepartmentId, name: '心血管内科', kind: 'clinical' },
        { id: 'ward-card' as DepartmentId, name: '心内一病区', kind: 'ward', parent: 'dep-card' as DepartmentId },
        { id: 'dep-ent' as DepartmentId, name: '耳鼻喉科', kind: 'clinical' },
        { id: 'dep-neuro' as DepartmentId, name: '神经内科', kind: 'clinical' },
        { id: 'office' as DepartmentId, name: '机关', kind: 'administrative' },
      ],
      people: [
        staff('dr-own', '李主管', '110000000000001'),
        staff('dr-other', '王旁人', '110000000000002'),
        staff('inspector', '赵纪检'),
        staff('admin', '钱系统'),
      ],
      courses: [{ id: 'emr-use', name: '电子病历使用规范', currentVersion: '1' }],
      training: ['dr-own', 'dr-other', 'inspector', 'admin'].map((person) => ({
        person: person as PersonId,
        course: 'emr-use',
        version: '1',
        passedAt: from,
      })),
      posts: [
        post('dr-own', 'physician'),
        post('dr-other', 'physician', 'dep-ent'),
        post('inspector', 'discipline-inspector', 'office'),
        post('admin', 'system-admin', 'office'),
      ],
    }),
  )
  const resources = smallRecords(clock.now())
  await loadRecords(database, resources, { at: clock.now() - day })
  const care = resources.map((resource) => careOf(resource, clock.now()))
  await database.transaction((tx) =>
    loadCare(tx, { relations: care.flatMap((one) => one.relations), stays: care.flatMap((one) => one.stays) }),
  )
  return hospital
}

function smallRecords(now: number): readonly FhirResource[] {
  const admitted = new Date(now - 3 * day).toISOString()
  const patient = (id: string, name: string): FhirResource => ({
    resourceType: 'Patient',
    id,
    name: [{ use: 'official', text: name }],
    gender: 'female',
    birthDate: '1960-02-03',
    identifier: [
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
        system: 'urn:mr',
        value: `MR0000${id}`,
      },
    ],
  })
  const encounter = (id: string, of: string, by: string, department: string): FhirResource => ({
    resourceType: 'Encounter',
    id,
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: `Patient/${of}` },
    serviceProvider: { reference: `Organization/${department}` },
    period: { start: admitted },
    participant: [
      {
        type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND' }] }],
        individual: { reference: `Practitioner/${by}` },
        period: { start: admitted },
      },
    ],
  })
  const potassium = (id: string, of: string, value: number): FhirResource => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
    ],
    code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: '血钾' },
    subject: { reference: `Patient/${of}` },
    effectiveDateTime: admitted,
    valueQuantity: { value, unit: 'mmol/L' },
  })
  return [
    patient('p-own', '张三丰'),
    patient('p-none', '李四光'),
    encounter('e-own', 'p-own', 'dr-own', 'dep-card'),
    encounter('e-none', 'p-none', 'dr-elsewhere', 'dep-neuro'),
    potassium('o-own-1', 'p-own', 3.4),
    potassium('o-own-2', 'p-own', 3.9),
    potassium('o-none-1', 'p-none', 4.1),
  ]
}
