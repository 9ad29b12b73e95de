import type { Role } from '../directory/index.ts'
import type { Action, PurposeOfUse } from '../kernel/index.ts'
import { careNames, type LivingPerson } from './living.ts'

/**
 * The purpose of a post's daily work outside a care relation, whose holder need not say it; any other purpose of the
 * post (a request of the patient, a legal matter) is stated. Physicians and nurses have none: outside a care relation
 * the reminder asks them.
 */
const solePurpose: Readonly<Partial<Record<Role, PurposeOfUse>>> = {
  technician: 'TREAT',
  pharmacist: 'TREAT',
  insurance: 'HPAYMT',
  'quality-control': 'HQUALIMP',
  'record-room': 'HOPERAT',
  'medical-affairs': 'HOPERAT',
  'discipline-inspector': 'SUPERVISE',
}
/** Heading a department is no use of records: it neither gives a purpose nor makes another one doubtful. */
const withoutUse: readonly Role[] = ['department-head']

/**
 * The purpose of a use: as stated, or as it follows from a living relation or from the one purpose that the person's
 * living posts admit (notice 一(二)); the post is then the ground. Undefined where it must be asked, so also where
 * posts admit several. A stated purpose always wins; policies judge whether it is allowed.
 */
export function purposeOf(
  person: LivingPerson,
  use: { readonly action: Action; readonly patient?: string; readonly stated?: PurposeOfUse },
): PurposeOfUse | undefined {
  if (use.stated) return use.stated
  const { population } = person.facts.subject
  if (use.action === 'read-trace') return person.roles.includes('discipline-inspector') ? 'SUPERVISE' : soleOf(person)
  if (use.action === 'administer') return 'HOPERAT'
  if (population === 'trainee') return 'EDU'
  if (population === 'vendor') return 'MAINT'
  const { patient } = use
  if (patient !== undefined) {
    if (careNames.some((name) => person.care[name].has(patient))) return 'TREAT'
    for (const [purpose, patients] of person.declared) if (patients.has(patient)) return purpose
  }
  return soleOf(person)
}

/** The purpose of a list, where each row may have another relation: treatment for those who treat. */
export function listPurposeOf(
  person: LivingPerson,
  use: { readonly action: Action; readonly stated?: PurposeOfUse; readonly confinedTo?: string },
): PurposeOfUse | undefined {
  const { confinedTo, ...rest } = use
  const derived = purposeOf(person, { ...rest, ...(confinedTo !== undefined && { patient: confinedTo }) })
  if (derived) return derived
  return person.roles.includes('physician') || person.roles.includes('nurse') ? 'TREAT' : undefined
}

function soleOf(person: LivingPerson): PurposeOfUse | undefined {
  const purposes = new Set(person.roles.filter((role) => !withoutUse.includes(role)).map((role) => solePurpose[role]))
  return purposes.size === 1 ? [...purposes][0] : undefined
}
