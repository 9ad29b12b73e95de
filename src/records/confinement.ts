import type { PatientId } from '../kernel/index.ts'
import type { SearchParameterUse, SearchQuery } from './search.ts'
import { searchParametersOf } from './search-parameters.ts'

/**
 * The one patient to whom a search confines itself: by its compartment, or because its terms name one patient and no
 * other, in types that have one subject. Every row it can find then belongs to this patient.
 */
export function confinementOf(query: SearchQuery): PatientId | undefined {
  if (query.compartment !== undefined) return query.compartment
  if (!query.types.every(hasOneSubject)) return undefined
  for (const use of query.parameters) {
    const patient = onePatientNamed(use)
    if (patient !== undefined) return patient
  }
  return undefined
}

/** `X.subject` or `X.patient`: at most one in R4 (Account is the exception), and the compartment it decides. */
function hasOneSubject(type: string): boolean {
  if (type === 'Account') return false
  const parameter = searchParametersOf(type).get('patient')
  return parameter !== undefined && new RegExp(`\\b${type}\\.(subject|patient)\\b`).test(parameter.expression)
}

function onePatientNamed({ name, modifier, chain, values }: SearchParameterUse): PatientId | undefined {
  if (chain || values.length !== 1) return undefined
  const [, explicit, id] = /^(Patient\/)?([A-Za-z0-9\-.]{1,64})$/.exec(values[0] as string) ?? []
  if (id === undefined) return undefined
  const isPatient =
    (name === 'patient' && (modifier === undefined || modifier === 'Patient')) ||
    (name === 'subject' && (modifier === 'Patient' || (modifier === undefined && explicit !== undefined)))
  return isPatient ? (id as PatientId) : undefined
}
