import type { DepartmentId, PersonId } from '../kernel/index.ts'
import { type ChangeDesk, type ChangeOrder, type ChangeResult, makeChange } from './change.ts'
import { insertPosts } from './load.ts'
import type { Role } from './role.ts'
import { conflictingDuty, mayProvision } from './separation-of-duties.ts'
import { readSubject } from './subject-store.ts'
import type { Term } from './term.ts'

export interface PostAssignment extends Term {
  readonly person: PersonId
  readonly role: Role
  readonly title: string
  readonly department: DepartmentId
}

/** Gives a person a post. Its term must end, and for a trainee or a vendor within programme or authorization. */
export function assignPost(desk: ChangeDesk, order: ChangeOrder, post: PostAssignment): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'post-assigned',
    person: post.person,
    detail: { role: post.role, department: post.department, from: instant(post.from), until: instant(post.until) },
    async apply(tx) {
      if (!Number.isFinite(post.until) || post.until <= post.from) return { refused: 'term-without-end' }
      if (order.by?.person === post.person) return { refused: 'self-assignment' }
      // One assignment at a time for one person, so that two of them cannot each miss the other.
      await tx.query('select from person where id = $1 for update', [post.person])
      const subject = await readSubject(tx, post.person)
      if (!subject) return { refused: 'unknown-person' }
      if (!subject.active) return { refused: 'person-stopped' }
      if (conflictingDuty(subject.posts, post)) return { refused: 'separation-of-duties' }
      if (order.by) {
        const provisioner = await readSubject(tx, order.by.person)
        if (!provisioner || !mayProvision(provisioner.posts, post.role, desk.clock.now()))
          return { refused: 'outside-it-provisioning' }
      }
      const [id] = await insertPosts(tx, [{ ...post, ...(order.by && { assignedBy: order.by.person }) }])
      return { id: id! }
    },
  })
}

/** Ends a post now; one that has not begun never begins. */
export function endPost(desk: ChangeDesk, order: ChangeOrder, id: string): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'post-ended',
    detail: { post: id },
    async apply(tx) {
      const now = desk.clock.now()
      const [post] = await tx.query<{ person: PersonId; role: Role; from: number; until: number }>(
        `select person_id as person, role, epoch_ms(valid_from) as from, epoch_ms(valid_until) as until
         from post where id = $1 for update`,
        [id],
      )
      if (!post) return { refused: 'unknown-thing' }
      if (post.until <= now) return { refused: 'already-so' }
      if (order.by) {
        const provisioner = await readSubject(tx, order.by.person)
        if (!provisioner || !mayProvision(provisioner.posts, post.role, now))
          return { refused: 'outside-it-provisioning' }
      }
      await tx.query(
        'update post set valid_until = greatest(valid_from, to_timestamp($2::bigint / 1000.0)) where id = $1',
        [id, now],
      )
      return { id }
    },
  })
}

const instant = (ms: number): string | undefined => (Number.isFinite(ms) ? new Date(ms).toISOString() : undefined)
