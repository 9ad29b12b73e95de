import type { FhirResource } from '../records/index.ts'
import { date, instant } from './calendar.ts'
import { organization, systems, terminology } from './coding.ts'
import type { Staff } from './staff.ts'
import { type Bed, intensiveWard } from './ward-plan.ts'
import type { World } from './world.ts'

/** Organizations, locations and practitioners: the frame in which patients' records hang. */
export function* hospitalRecords(world: World): Generator<FhirResource> {
  const { hospital } = world.parameters
  const meta = { versionId: '1', lastUpdated: instant(world.start) }
  const whole = { reference: `Organization/${hospital.id}`, display: hospital.name }
  yield {
    resourceType: 'Organization',
    id: hospital.id,
    meta,
    active: true,
    type: [terminology('organization-type', 'prov', 'Healthcare Provider')],
    name: hospital.name,
    alias: [hospital.nameEn, '三级甲等综合医院'],
  }
  for (const department of world.departments) {
    yield {
      resourceType: 'Organization',
      id: department.id,
      meta,
      active: true,
      type: [terminology('organization-type', 'dept', 'Hospital Department')],
      name: department.name,
      alias: [department.english],
      partOf: whole,
    }
    if (department.clinic) {
      yield {
        resourceType: 'Organization',
        id: department.clinic,
        meta,
        active: true,
        name: `${department.name}门诊`,
        partOf: organization(department),
      }
      yield place(department.clinic, `${department.name}门诊`, 'ro', department)
    }
    for (const ward of department.rooms) {
      yield place(ward.id, ward.name, 'wa', department)
      for (const bed of [...ward.lanes, ...ward.spare]) yield placeOfBed(bed, ward.id, department)
    }
  }
  const intensive = world.department.get('intensive-care')!
  yield place(intensiveWard, '重症监护病区', 'wa', intensive)
  for (const department of world.departments) {
    for (const ward of department.rooms)
      if (ward.intensiveBed) yield placeOfBed(ward.intensiveBed, intensiveWard, intensive)
  }
  yield place('place-emergency', '急诊诊区', 'area', world.department.get('emergency')!)

  for (const staff of world.personnel.all) {
    yield practitionerRecord(staff, meta)
    yield roleRecord(world, staff, meta)
  }

  function place(
    id: string,
    name: string,
    kind: string,
    department: { readonly id: string; readonly name: string },
  ): FhirResource {
    return {
      resourceType: 'Location',
      id,
      meta,
      status: 'active',
      name,
      mode: 'instance',
      physicalType: terminology('location-physical-type', kind),
      managingOrganization: organization(department),
    }
  }

  function placeOfBed(
    bed: Bed,
    ward: string,
    department: { readonly id: string; readonly name: string },
  ): FhirResource {
    return { ...place(bed.id, bed.name, 'bd', department), partOf: { reference: `Location/${ward}` } }
  }
}

function practitionerRecord(staff: Staff, meta: NonNullable<FhirResource['meta']>): FhirResource {
  const given = staff.name.slice(staff.surname.length)
  return {
    resourceType: 'Practitioner',
    id: staff.id,
    meta,
    identifier: [
      { system: `${systems.identifier}/staff-number`, value: staff.number },
      ...(staff.licence ? [{ system: `${systems.identifier}/licence`, value: staff.licence }] : []),
    ],
    active: true,
    name: [{ use: 'official', text: staff.name, family: staff.surname, given: [given] }],
    gender: staff.sex,
  }
}

function roleRecord(world: World, staff: Staff, meta: NonNullable<FhirResource['meta']>): FhirResource {
  const department =
    world.departments.find(
      (one) =>
        one.id === staff.department ||
        one.clinic === staff.department ||
        one.rooms.some((ward) => ward.id === staff.department),
    ) ?? world.department.get('intensive-care')!
  const isWard = staff.department.startsWith('ward-')
  return {
    resourceType: 'PractitionerRole',
    id: `role-${staff.id}`,
    meta,
    active: staff.employedUntil > world.end,
    period: { start: date(staff.employedFrom), end: date(staff.employedUntil) },
    practitioner: { reference: `Practitioner/${staff.id}`, display: staff.name },
    organization: organization(department),
    code: [{ coding: [{ system: `${systems.house}`, code: staff.role, display: staff.title }], text: staff.title }],
    ...(isWard ? { location: [{ reference: `Location/${staff.department}` }] } : {}),
  }
}
