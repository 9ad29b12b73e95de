import type { FhirResource } from '../records/index.ts'
import type { Staff } from './staff.ts'

/** Code systems and the small shapes of FHIR that every record is made of. */
export const systems = {
  icd10: 'http://hl7.org/fhir/sid/icd-10',
  icd9: 'http://hl7.org/fhir/sid/icd-9-cm',
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
  house: 'https://chartward.org/fhir/CodeSystem/demonstration',
  identifier: 'https://chartward.org/fhir/NamingSystem/demonstration',
  terminology: 'http://terminology.hl7.org/CodeSystem',
} as const

export interface Coding {
  readonly system?: string
  readonly code?: string
  readonly display?: string
}

export interface Concept {
  readonly coding?: readonly Coding[]
  readonly text?: string
}

export interface Reference {
  readonly reference: string
  readonly display?: string
}

export const concept = (system: string, code: string, display: string, text = display): Concept => ({
  coding: [{ system, code, display }],
  text,
})
export const words = (text: string): Concept => ({ text })
export const terminology = (name: string, code: string, display?: string): Concept => ({
  coding: [{ system: `${systems.terminology}/${name}`, code, ...(display ? { display } : {}) }],
})

export const practitioner = (staff: Staff): Reference => ({
  reference: `Practitioner/${staff.id}`,
  display: staff.name,
})
export const organization = (department: { readonly id: string; readonly name: string }): Reference => ({
  reference: `Organization/${department.id}`,
  display: department.name,
})
export const reference = (resource: FhirResource): Reference => ({
  reference: `${resource.resourceType}/${resource.id}`,
})

export const quantity = (value: number, unit: string) => ({
  value,
  unit,
  system: systems.ucum,
  code: unit.replace('IU', '[IU]'),
})

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** FHIR narrative: one paragraph for each line. */
export function narrative(text: string) {
  const escaped = /[&<>]/.test(text) ? text.replace(/[&<>]/g, (sign) => escapes[sign]!) : text
  return {
    status: 'generated',
    div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${escaped.replaceAll('\n', '</p><p>')}</p></div>`,
  }
}
