import type { PatientId, PersonId } from '../kernel/index.ts'
import type { FhirResource } from './fhir.ts'
import type { SearchIndex } from './search-index.ts'
import { localReference } from './search-index.ts'
import { compartmentParametersOf, searchParametersOf } from './search-parameters.ts'

/** To whom and where a resource belongs, as its own content says. */
export interface Belonging {
  readonly patient?: PatientId
  /** Encounter.id. */
  readonly encounter?: string
  /** Organization.id; only an encounter says it itself, others inherit it from theirs. */
  readonly department?: string
  /** Practitioner.id of the author it names. */
  readonly author?: PersonId
}

export function belongingOf(resource: FhirResource): Belonging {
  const patient = patientOf(resource)
  const encounter =
    resource.resourceType === 'Encounter' ? resource.id : referenced(resource, ['encounter', 'context'], 'Encounter')
  const department = resource.resourceType === 'Encounter' ? idOf(resource.serviceProvider, 'Organization') : undefined
  const author = authorOf(resource)
  return {
    ...(patient && { patient }),
    ...(encounter && { encounter }),
    ...(department && { department }),
    ...(author && { author }),
  }
}

/** R4 CompartmentDefinition `patient`: the first patient that its compartment references name. */
export function patientOf(resource: FhirResource): PatientId | undefined {
  const { resourceType } = resource
  if (resourceType === 'Patient') return resource.id as PatientId | undefined
  // A document in a Bundle or a Binary says whose it is inside; neither has a compartment parameter.
  if (resourceType === 'Bundle') return patientInBundle(resource)
  if (resourceType === 'Binary') return idOf(resource.securityContext, 'Patient') as PatientId | undefined
  return referenced(resource, compartmentParametersOf(resourceType), 'Patient') as PatientId | undefined
}

function patientInBundle(bundle: FhirResource): PatientId | undefined {
  for (const entry of Array.isArray(bundle.entry) ? bundle.entry : []) {
    const inner: unknown = (entry as { resource?: unknown } | null)?.resource
    if (typeof inner !== 'object' || inner === null || (inner as FhirResource).resourceType === 'Bundle') continue
    const patient = patientOf(inner as FhirResource)
    if (patient) return patient
  }
  return undefined
}

function referenced(resource: FhirResource, parameters: readonly string[], type: string): string | undefined {
  const known = searchParametersOf(resource.resourceType)
  for (const code of parameters) {
    const parameter = known.get(code)
    if (parameter?.type !== 'reference') continue
    for (const value of parameter.extract(resource)) {
      const id = idOf(value, type)
      if (id) return id
    }
  }
  return undefined
}

function idOf(value: unknown, type: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const reference = (value as { reference?: unknown }).reference
  if (typeof reference !== 'string') return undefined
  const local = localReference(reference)
  return local?.type === type ? local.id : undefined
}

/** Elements that name who made a record, the surest first. */
const authorElements = [
  'author',
  'requester',
  'recorder',
  'performer',
  'asserter',
  'assessor',
  'informationSource',
] as const

function authorOf(resource: FhirResource): PersonId | undefined {
  for (const element of authorElements) {
    for (const value of [resource[element]].flat()) {
      const actor = (value as { actor?: unknown } | null | undefined)?.actor
      const id = idOf(value, 'Practitioner') ?? idOf(actor, 'Practitioner')
      if (id) return id as PersonId
    }
  }
  return undefined
}

/** Date parameters that say when something happened, the most telling first. */
const dateParameters = [
  'date',
  'onset-date',
  'authored',
  'authoredon',
  'authored-on',
  'effective-time',
  'effective',
  'started',
  'start',
  'collected',
  'occurrence',
  'whenhandedover',
  'sent',
  'created',
  'recorded-date',
  'recorded',
  'datetime',
  'datewritten',
  'issued',
  'period',
  'entered-date',
  'timestamp',
] as const

/** When it happened, in milliseconds; undefined where nothing says. */
export function happenedAt(index: SearchIndex): number | undefined {
  for (const name of dateParameters) {
    const found = index.dates.find((entry) => entry.name === name)
    if (!found) continue
    if (Number.isFinite(found.low)) return found.low
    if (Number.isFinite(found.high)) return found.high
  }
  return undefined
}
