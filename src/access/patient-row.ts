import type { PatientRow, Relation } from '../contract/index.ts'
import type { FhirResource } from '../records/index.ts'

/** Identifier type of the record number (v2-0203 MR): 病案号. */
const medicalRecordNumber = 'MR'

interface RowSources {
  /** As released: masked where the decision says so. */
  readonly patient: FhirResource
  readonly nameIsMasked: boolean
  readonly relation: Relation
  readonly encounter?: FhirResource
}

/** One row of a patient list, from what was released of the Patient and of the encounter that relates. */
export function patientRow({ patient, nameIsMasked, relation, encounter }: RowSources): PatientRow {
  const recordNumber = recordNumberOf(patient)
  return {
    id: String(patient.id),
    name: list(patient.name).length > 0 ? nameOf(patient) : handleOf(patient, encounter),
    nameIsMasked,
    gender: oneOf(patient.gender, ['male', 'female', 'other', 'unknown']) ?? 'unknown',
    relation,
    ...(typeof patient.birthDate === 'string' && { birthDate: patient.birthDate }),
    ...(recordNumber && { recordNumber }),
    ...(encounter && placeOf(encounter)),
  }
}

/** `text`, or family and given in the order of the script. */
export function nameOf(patient: FhirResource): string {
  const names = list(patient.name)
  const name = names.find((one) => one.use === 'official') ?? names[0]
  if (!name) return '—'
  if (typeof name.text === 'string' && name.text !== '') return name.text
  const family = typeof name.family === 'string' ? name.family : ''
  const given = Array.isArray(name.given) ? name.given.filter((part) => typeof part === 'string') : []
  return /[\u3400-\u9fff]/.test(family) ? family + given.join('') : [...given, family].join(' ').trim() || '—'
}

/** A person without a name, as teaching shows them: the bed and the end of the handle of the record. */
function handleOf(patient: FhirResource, encounter: FhirResource | undefined): string {
  const bed = encounter && placeOf(encounter).bed
  return [bed, `#${String(patient.id).slice(-4)}`].filter(Boolean).join(' ')
}

function recordNumberOf(patient: FhirResource): string | undefined {
  const found = list(patient.identifier).find((identifier) => {
    const codings = list((identifier.type as Node | undefined)?.coding)
    return codings.some((coding) => coding.code === medicalRecordNumber)
  })
  return typeof found?.value === 'string' ? found.value : undefined
}

function placeOf(encounter: FhirResource): Partial<PatientRow> {
  const now = list(encounter.location).filter((place) => (place.period as Node | undefined)?.end === undefined)
  const places = now.length > 0 ? now : list(encounter.location)
  const named = (kind: string): string | undefined => {
    const found = places.find((place) =>
      list((place.physicalType as Node | undefined)?.coding).some((coding) => coding.code === kind),
    )
    const display = (found?.location as Node | undefined)?.display
    return typeof display === 'string' ? display : undefined
  }
  const provider = (encounter.serviceProvider as Node | undefined)?.display
  const place = named('wa') ?? (typeof provider === 'string' ? provider : undefined)
  const bed = named('bd')
  const since = (encounter.period as Node | undefined)?.start
  const encounterClass = oneOf((encounter.class as Node | undefined)?.code, ['AMB', 'EMER', 'IMP'])
  const diagnosis = diagnosisOf(encounter)
  return {
    ...(place && { place }),
    ...(bed && { bed }),
    ...(encounterClass && { encounterClass }),
    ...(typeof encounter.status === 'string' && { encounterStatus: encounter.status }),
    ...(typeof since === 'string' && { since }),
    ...(diagnosis && { mainDiagnosis: diagnosis }),
  }
}

function diagnosisOf(encounter: FhirResource): string | undefined {
  const condition = list(encounter.diagnosis)[0]?.condition as Node | undefined
  if (typeof condition?.display === 'string') return condition.display
  const reason = list(encounter.reasonCode)[0]
  if (typeof reason?.text === 'string') return reason.text
  const display = list(reason?.coding)[0]?.display
  return typeof display === 'string' ? display : undefined
}

type Node = { readonly [key: string]: unknown }

function list(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter((item): item is Node => typeof item === 'object' && item !== null) : []
}

function oneOf<Value extends string>(value: unknown, allowed: readonly Value[]): Value | undefined {
  return allowed.find((one) => one === value)
}
