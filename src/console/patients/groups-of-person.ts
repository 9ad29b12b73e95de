import type { Role, Session } from '../../contract/index.ts'
import { type PatientGroup, patientGroups } from '../api/patients.ts'

const treating: readonly Role[] = ['physician', 'nurse', 'technician', 'pharmacist']

/** The groups of patients that a person can have: offices and vendors have none and look for a patient by name. */
export function groupsOf({ roles }: Pick<Session, 'roles'>): readonly PatientGroup[] {
  const treats = roles.some((role) => treating.includes(role))
  const learns = roles.includes('trainee')
  return patientGroups.filter((group) => (group === 'rotation' ? learns : treats))
}
