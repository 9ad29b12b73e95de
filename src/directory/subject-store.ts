import type { PersonId, Queryable } from '../kernel/index.ts'
import type { Subject } from './subject.ts'

/** One person with all terms, in one prepared statement; JSON is built by the database, times as epoch milliseconds. */
export async function readSubject(database: Queryable, person: PersonId): Promise<Subject | undefined> {
  const [row] = await database.query<SubjectRow>(subjectStatement, [person])
  if (!row) return undefined
  const { licence, vendor, ...rest } = row
  return { ...rest, ...(licence !== null && { licence }), ...(vendor !== null && { vendor }) }
}

type SubjectRow = Omit<Subject, 'licence' | 'vendor'> & { licence: string | null; vendor: string | null }

const subjectStatement = {
  name: 'directory-subject',
  text: `
    select p.id as person, p.name, p.staff_number as "staffNumber", p.sex, p.population, p.licence,
      p.vendor_id as vendor,
      p.stopped_at is null and (o.id is null or o.stopped_at is null) as active,
      coalesce((select json_agg(json_build_object('id', t.id, 'role', t.role, 'title', t.title,
          'department', t.department_id, 'from', epoch_ms(t.valid_from), 'until', epoch_ms(t.valid_until))
          order by t.valid_from, t.id)
        from post t where t.person_id = p.id), '[]') as posts,
      coalesce((select json_agg(json_build_object('id', t.id, 'department', t.department_id, 'kind', t.kind,
          'from', epoch_ms(t.valid_from), 'until', epoch_ms(t.valid_until)) order by t.valid_from, t.id)
        from roster t where t.person_id = p.id), '[]') as rosters,
      coalesce((select json_agg(json_build_object('id', t.id, 'programme', t.programme_id,
          'department', t.department_id, 'supervisor', t.supervisor_id,
          'from', epoch_ms(t.valid_from), 'until', epoch_ms(t.valid_until),
          'cases', array(select c.patient_id from rotation_case c where c.rotation_id = t.id order by 1))
          order by t.valid_from, t.id)
        from rotation t where t.person_id = p.id), '[]') as rotations,
      coalesce((select json_agg(json_strip_nulls(json_build_object('course', t.course_id, 'version', t.version,
          'passedAt', epoch_ms(t.passed_at), 'until', epoch_ms(t.valid_until))) order by t.passed_at, t.course_id)
        from training_pass t where t.person_id = p.id), '[]') as training,
      coalesce((select json_agg(json_build_object('id', t.id, 'kind', t.kind, 'title', t.title,
          'from', epoch_ms(greatest(t.valid_from, n.confirmed_at)), 'until', epoch_ms(t.valid_until),
          'systems', t.systems, 'categories', t.categories, 'purposes', t.purposes) order by t.valid_from, t.id)
        from agreement_person n join agreement t on t.id = n.agreement_id where n.person_id = p.id), '[]') as agreements,
      coalesce((select json_agg(json_build_object('id', t.id, 'agreement', t.agreement_id, 'sponsor', t.sponsor_id,
          'title', t.title, 'from', epoch_ms(t.valid_from), 'until', epoch_ms(t.valid_until),
          'systems', t.systems, 'categories', t.categories) order by t.valid_from, t.id)
        from service_ticket t where t.person_id = p.id), '[]') as tickets
    from person p left join person o on o.id = p.owner_id
    where p.id = $1`,
}
