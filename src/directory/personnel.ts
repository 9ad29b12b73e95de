import type { PersonId } from '../kernel/index.ts'
import type { PersonEntry } from './batch.ts'
import { type ChangeDesk, type ChangeOrder, type ChangeResult, makeChange } from './change.ts'
import { nameSound } from './name-sound.ts'
import { mayProvision } from './separation-of-duties.ts'
import { readSubject } from './subject-store.ts'
import { termIsLiving } from './term.ts'

/** A natural person enters the directory once, for life. Without a post, the person may do nothing. */
export function registerPerson(desk: ChangeDesk, order: ChangeOrder, person: PersonEntry): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'person-registered',
    person: person.id,
    detail: { population: person.population, staffNumber: person.staffNumber },
    async apply(tx) {
      const sound = nameSound(person.name)
      await tx.query(
        `insert into person (id, staff_number, name, sex, population, licence, vendor_id, owner_id, initials, pinyin)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          person.id,
          person.staffNumber,
          person.name,
          person.sex,
          person.population,
          person.licence ?? null,
          person.vendor ?? null,
          person.owner ?? null,
          sound.initials,
          sound.pinyin,
        ],
      )
      return { id: person.id }
    },
  })
}

/** From this entry on the person may do nothing: the epoch rises, and live sessions end with it. */
export function stopPerson(
  desk: ChangeDesk,
  order: ChangeOrder,
  stop: { readonly person: PersonId; readonly reason: string },
): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'person-stopped',
    person: stop.person,
    detail: { reason: stop.reason },
    async apply(tx) {
      const now = desk.clock.now()
      await tx.query('select from person where id = $1 for update', [stop.person])
      const subject = await readSubject(tx, stop.person)
      if (!subject) return { refused: 'unknown-person' }
      if (order.by && subject.posts.some((post) => post.role === 'discipline-inspector' && termIsLiving(post, now))) {
        const provisioner = await readSubject(tx, order.by.person)
        if (!provisioner || !mayProvision(provisioner.posts, 'discipline-inspector', now))
          return { refused: 'outside-it-provisioning' }
      }
      const stopped = await tx.query(
        `update person set stopped_at = to_timestamp($2::bigint / 1000.0), stop_reason = $3
         where id = $1 and stopped_at is null returning id`,
        [stop.person, now, stop.reason],
      )
      return stopped.length === 0 ? { refused: 'already-so' } : { id: stop.person }
    },
  })
}

export function reinstatePerson(desk: ChangeDesk, order: ChangeOrder, person: PersonId): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'person-reinstated',
    person,
    detail: {},
    async apply(tx) {
      if (order.by?.person === person) return { refused: 'self-assignment' }
      const [known] = await tx.query<{ stopped: boolean }>(
        'select stopped_at is not null as stopped from person where id = $1 for update',
        [person],
      )
      if (!known) return { refused: 'unknown-person' }
      if (!known.stopped) return { refused: 'already-so' }
      await tx.query('update person set stopped_at = null, stop_reason = null where id = $1', [person])
      return { id: person }
    },
  })
}
