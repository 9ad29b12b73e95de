import { codesOf, momentMs, personName } from './datatype.ts'
import { type Json, listAt, textAt } from './element.ts'

/** The head of the dossier, as far as the server lets it be read. Names come masked from the server where they must. */
export interface PatientFacts {
  readonly id: string
  readonly name: string | undefined
  readonly gender: 'male' | 'female' | 'other' | 'unknown'
  readonly birthDate: string | undefined
  /** Moment of death as given; `true` where only the fact is known. */
  readonly deceased: string | true | undefined
  /** 病案号 */
  readonly recordNumber: string | undefined
  readonly version: string | undefined
}

export function readPatient(resource: Json): PatientFacts {
  const gender = textAt(resource, 'gender')
  return {
    id: textAt(resource, 'id') ?? '',
    name: personName(resource.name),
    gender: gender === 'male' || gender === 'female' || gender === 'other' ? gender : 'unknown',
    birthDate: textAt(resource, 'birthDate'),
    deceased: textAt(resource, 'deceasedDateTime') ?? (resource.deceasedBoolean === true ? true : undefined),
    recordNumber: recordNumber(resource),
    version: textAt(resource, 'meta', 'versionId'),
  }
}

/** Identifier of type `MR` (v2-0203), else one whose system speaks of records. */
function recordNumber(resource: Json): string | undefined {
  const identifiers = listAt(resource, 'identifier')
  const byType = identifiers.find((identifier) => codesOf(identifier.type).includes('MR'))
  const bySystem = identifiers.find((identifier) => /record|mrn/i.test(textAt(identifier, 'system') ?? ''))
  return textAt(byType ?? bySystem, 'value')
}

export interface Age {
  readonly value: number
  readonly unit: 'year' | 'month' | 'day'
}

/** Paediatric custom: days under one month, months under three years, then years. */
export function ageAt(birthDate: string | undefined, at: number): Age | undefined {
  const born = momentMs(birthDate)
  if (born === undefined || born > at) return undefined
  const [from, to] = [new Date(born), new Date(at)]
  const beforeDayOfMonth = to.getUTCDate() < from.getUTCDate()
  const months =
    (to.getUTCFullYear() - from.getUTCFullYear()) * 12 +
    to.getUTCMonth() -
    from.getUTCMonth() -
    (beforeDayOfMonth ? 1 : 0)
  if (months < 1) return { value: Math.max(0, Math.floor((at - born) / 86_400_000)), unit: 'day' }
  if (months < 36) return { value: months, unit: 'month' }
  return { value: Math.floor(months / 12), unit: 'year' }
}
