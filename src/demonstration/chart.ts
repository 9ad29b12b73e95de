import type { FhirResource } from '../records/index.ts'
import { instant } from './calendar.ts'
import type { Chance } from './chance.ts'
import type { Reference } from './coding.ts'
import type { Story } from './story.ts'
import type { World } from './world.ts'

/** The records of one patient while they are written. */
export interface Chart {
  readonly world: World
  readonly story: Story
  readonly draw: Chance
  readonly subject: Reference
  readonly records: FhirResource[]
  /** Numbers the records of this patient. */
  serial: number
}

/** What the hospital knows of a result, for the notes that speak of it. */
export interface Finding {
  readonly at: number
  readonly text: string
  readonly abnormal: boolean
}

const prefixes: Readonly<Record<string, string>> = {
  Encounter: 'en',
  Condition: 'co',
  Observation: 'ob',
  DiagnosticReport: 'dr',
  ServiceRequest: 'sr',
  MedicationRequest: 'mr',
  Procedure: 'pr',
  ImagingStudy: 'is',
  Media: 'me',
  Binary: 'bi',
  Composition: 'no',
  AllergyIntolerance: 'al',
  Immunization: 'im',
  Appointment: 'ap',
  CareTeam: 'ct',
}

/** Adds the first version of a record, written at `at`. */
export function write(
  chart: Chart,
  at: number,
  resource: Omit<FhirResource, 'id' | 'meta'> & { readonly resourceType: string },
): FhirResource {
  chart.serial += 1
  const id = `${prefixes[resource.resourceType]}-${chart.story.index + 1}-${chart.serial}`
  const { resourceType, ...elements } = resource
  const written: FhirResource = {
    resourceType,
    id,
    meta: { versionId: '1', lastUpdated: instant(at) },
    ...elements,
  }
  chart.records.push(written)
  return written
}

/** Adds a later version of a record: the same id, the next `meta.versionId`. */
export function amend(
  chart: Chart,
  at: number,
  before: FhirResource,
  changes: Readonly<Record<string, unknown>>,
): FhirResource {
  const version = Number(before.meta?.versionId ?? '1') + 1
  const after: FhirResource = {
    ...before,
    ...changes,
    meta: { ...before.meta, versionId: String(version), lastUpdated: instant(at) },
  }
  chart.records.push(after)
  return after
}
