import type { Role, Session } from '../../contract/index.ts'
import type { Filters } from './trace-question.ts'

const everywhere: readonly Role[] = ['discipline-inspector', 'audit-admin', 'security-admin']

/**
 * What is asked when somebody comes with these filters: heads begin with their department, and medical affairs, who
 * read the trace of one patient, are asked for one first. Nothing is asked that is sure to be refused, for a refusal
 * is an entry of the trace too.
 */
export function askedFor(
  filters: Filters,
  { roles, posts }: Pick<Session, 'roles' | 'posts'>,
): Filters | 'needs-patient' {
  if (roles.some((role) => everywhere.includes(role))) return filters
  const headed = posts.find((post) => post.role === 'department-head')
  if (headed && !filters.department && !filters.patient && !filters.person) {
    return { ...filters, department: headed.department.id }
  }
  return !headed && roles.includes('medical-affairs') && !filters.patient ? 'needs-patient' : filters
}
