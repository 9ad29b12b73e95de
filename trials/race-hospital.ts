import type { AccessDesk } from '../src/access/index.ts'
import { loadCare, openAuthority } from '../src/authority/index.ts'
import { type Directory, loadDirectory, openDirectory } from '../src/directory/index.ts'
import {
  type Caller,
  type Database,
  type DepartmentId,
  openDatabase,
  type PersonId,
  systemClock,
} from '../src/kernel/index.ts'
import { openLedger } from '../src/ledger/index.ts'
import { careOf, type FhirResource, loadRecords, openRecordStore } from '../src/records/index.ts'

const day = 86_400_000
const ward = 'dep-card' as DepartmentId

/** Doctors whose rights are taken and given back while they read; each attends a patient with four results. */
export const doctors = Array.from({ length: 8 }, (_, i) => `dr-${i + 1}` as PersonId)
export const recordsOf = (doctor: PersonId): readonly string[] => [1, 2, 3, 4].map((n) => `o-${doctor}-${n}`)

/** A server process of the race: the rooms that a use passes, on the shared database. */
export interface RaceProcess extends AccessDesk {
  readonly directory: Directory
  close(): Promise<void>
}

export async function openRaceProcess(databaseUrl: string): Promise<RaceProcess> {
  const database = openDatabase(databaseUrl, { maxConnections: 8 })
  const clock = systemClock
  const ledger = await openLedger({ database, clock })
  const directory = openDirectory({ database, ledger, clock })
  return {
    ledger,
    directory,
    clock,
    authority: await openAuthority({ database, directory, ledger, clock }),
    records: openRecordStore({ database, ledger, clock }),
    async close() {
      await ledger.close()
      await database.close()
    },
  }
}

export function callerOf(doctor: PersonId): Caller {
  return {
    person: doctor,
    session: `session-${doctor}`,
    assurance: 2,
    methods: ['pwd', 'otp'],
    terminal: { address: '127.0.0.1' },
  }
}

export async function fillRaceHospital(database: Database): Promise<void> {
  const now = Date.now()
  const [from, until] = [now - 30 * day, now + 300 * day]
  await database.transaction((tx) =>
    loadDirectory(tx, {
      institutions: [{ id: 'hosp', name: '竞态试验医院', timeZone: 'Asia/Shanghai' }],
      departments: [{ id: ward, name: '心血管内科', kind: 'clinical' }],
      people: doctors.map((id, i) => ({
        id,
        staffNumber: `N-${id}`,
        name: `医生${i + 1}`,
        sex: 'female' as const,
        population: 'staff' as const,
        licence: `11000000000000${i + 1}`,
      })),
      courses: [{ id: 'emr-use', name: '电子病历使用规范', currentVersion: '1' }],
      training: doctors.map((person) => ({ person, course: 'emr-use', version: '1', passedAt: from })),
      posts: doctors.map((person) => ({
        id: `post-${person}`,
        person,
        role: 'physician' as const,
        title: '医师',
        department: ward,
        from,
        until,
      })),
    }),
  )
  const resources = doctors.flatMap((doctor) => chartOf(doctor, now))
  await loadRecords(database, resources, { at: now - day })
  const care = resources.map((resource) => careOf(resource, now))
  await database.transaction((tx) =>
    loadCare(tx, { relations: care.flatMap((one) => one.relations), stays: care.flatMap((one) => one.stays) }),
  )
}

function chartOf(doctor: PersonId, now: number): readonly FhirResource[] {
  const admitted = new Date(now - 3 * day).toISOString()
  const subject = { reference: `Patient/p-${doctor}` }
  const attending = {
    type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND' }] }],
    individual: { reference: `Practitioner/${doctor}` },
    period: { start: admitted },
  }
  return [
    { resourceType: 'Patient', id: `p-${doctor}`, name: [{ text: '张三丰' }], gender: 'female' },
    {
      resourceType: 'Encounter',
      id: `e-${doctor}`,
      status: 'in-progress',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      subject,
      serviceProvider: { reference: `Organization/${ward}` },
      period: { start: admitted },
      participant: [attending],
    },
    ...recordsOf(doctor).map((id) => ({
      resourceType: 'Observation',
      id,
      status: 'final',
      category: [
        { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
      ],
      code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
      subject,
      effectiveDateTime: admitted,
      valueQuantity: { value: 3.4, unit: 'mmol/L' },
    })),
  ]
}
