import type { Role } from '../directory/index.ts'
import type { Action, PurposeOfUse } from '../kernel/index.ts'
import { careNames, type LivingPerson } from './living.ts'

/** Posts that exist for one purpose: whoever holds nothing else need not say it. Offices state theirs. */
const solePurpose: Readonly<Partial<Record<Role, PurposeOfUse>>> = {
  technician: 'TREAT',
  pharmacist: 'TREAT',
  insurance: 'HPAYMT',
  'quality-control': 'HQUALIMP',
  'discipline-inspector': 'SUPERVISE',
}

/**
 * The purpose of a use: as stated, or as it follows from a living relation or from the only thing the person is here
 * for (notice 一(二)). Undefined where it must be asked. Policies judge whether it is allowed.
 */
export function purposeOf(
  person: LivingPerson,
  use: { readonly action: Action; readonly patient?: string; readonly stated?: PurposeOfUse },
): PurposeOfUse | undefined {
  if (use.stated) return use.stated
  const { population } = person.facts.subject
  if (use.action === 'read-trace') return person.roles.includes('discipline-inspector') ? 'SUPERVISE' : undefined
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
  const purposes = new Set(person.roles.map((role) => solePurpose[role]))
  return purposes.size === 1 ? [...purposes][0] : undefined
}
