import type { Role } from './role.ts'
import type { Post } from './subject.ts'
import { type Term, termIsLiving, termsOverlap } from './term.ts'

/**
 * 三员分立 (GB/T 22239-2019): who runs the system, who runs its security and who audits both are three people, and the
 * discipline inspector is a fourth. The same rule stands in the database as `post_separates_duties`.
 */
export const separatedDuties: readonly Role[] = [
  'system-admin',
  'security-admin',
  'audit-admin',
  'discipline-inspector',
]

/** Administrators by whom no inspector is made, ended or stopped (notice 一(二), 强化纪检部门的监督职能). */
export const administrations: readonly Role[] = ['system-admin', 'security-admin', 'audit-admin']

/** @returns the post that a person holds, or will hold, and with which the candidate may not coincide. */
export function conflictingDuty(held: readonly Post[], candidate: Term & { readonly role: Role }): Post | undefined {
  if (!separatedDuties.includes(candidate.role)) return undefined
  return held.find(
    (post) => separatedDuties.includes(post.role) && post.role !== candidate.role && termsOverlap(post, candidate),
  )
}

/** Inspectors come from inspectors (or from the installation and the personnel feed), never from information technology. */
export function mayProvision(provisioner: readonly Post[], role: Role, at: number): boolean {
  const living = provisioner.filter((post) => termIsLiving(post, at)).map((post) => post.role)
  if (role !== 'discipline-inspector') return true
  return living.includes('discipline-inspector') && !living.some((held) => administrations.includes(held))
}
