import type { PersonId, Queryable } from '../kernel/index.ts'
import type { PeoplePage, PeopleQuestion, Person } from './person.ts'

/** People in the order of their staff numbers, by keyset: a page never shifts when people come and go. */
export async function searchPeople(
  database: Queryable,
  question: PeopleQuestion,
  page: { readonly count: number; readonly after?: string; readonly at: number },
): Promise<PeoplePage> {
  const values: unknown[] = [page.at]
  const place = (value: unknown) => `$${values.push(value)}`
  const conditions = conditionsOf(question, place)
  const [counted] = await database.query<{ total: number }>(
    `select count(*) as total from person p where ${conditions}`,
    values,
  )
  const onward = page.after === undefined ? 'true' : `p.staff_number > ${place(page.after)}`
  const rows = await database.query<PersonRow>(
    `${personColumns} where ${conditions} and ${onward} order by p.staff_number limit ${place(page.count + 1)}`,
    values,
  )
  const shown = rows.slice(0, page.count).map(personOf)
  const more = rows.length > page.count && shown.length > 0
  return { rows: shown, total: counted?.total ?? 0, ...(more && { next: shown.at(-1)!.staffNumber }) }
}

export async function readPerson(database: Queryable, id: PersonId): Promise<Person | undefined> {
  const [row] = await database.query<PersonRow>(
    { name: 'directory-person', text: `${personColumns} where p.id = $1` },
    [id],
  )
  return row && personOf(row)
}

export async function readPersonByStaffNumber(database: Queryable, staffNumber: string): Promise<Person | undefined> {
  const [row] = await database.query<PersonRow>(
    { name: 'directory-person-by-staff-number', text: `${personColumns} where p.staff_number = $1` },
    [staffNumber],
  )
  return row && personOf(row)
}

type PersonRow = Omit<Person, 'licence'> & { readonly licence: string | null }

function personOf({ licence, ...rest }: PersonRow): Person {
  return licence === null ? rest : { ...rest, licence }
}

const personColumns = `
  select p.id, p.staff_number as "staffNumber", p.name, p.sex, p.population, p.licence,
    p.stopped_at is null as active,
    coalesce((select json_agg(json_build_object('id', t.id, 'role', t.role, 'title', t.title,
        'department', t.department_id, 'departmentName', d.name,
        'from', epoch_ms(t.valid_from), 'until', epoch_ms(t.valid_until)) order by t.valid_from, t.id)
      from post t join department d on d.id = t.department_id where t.person_id = p.id), '[]') as posts
  from person p`

function conditionsOf(question: PeopleQuestion, place: (value: unknown) => string): string {
  // $1, the time, is used whether or not a condition needs it: PostgreSQL must know its type.
  const conditions = ['$1::bigint is not null']
  const text = question.text?.trim()
  if (text) {
    const begins = place(`${escaped(text.toLowerCase().replace(/[\s'’·•]+/g, ''))}%`)
    const contains = place(`%${escaped(text)}%`)
    conditions.push(`(p.name ilike ${contains} or lower(p.staff_number) like ${begins}
      or p.initials like ${begins} or p.pinyin like ${begins})`)
  }
  if (question.department !== undefined || question.role !== undefined) {
    const where = ['t.person_id = p.id', `epoch_ms(t.valid_from) <= $1`, `epoch_ms(t.valid_until) > $1`]
    if (question.department !== undefined) {
      const department = place(question.department)
      where.push(`(t.department_id = ${department} or d.parent = ${department})`)
    }
    if (question.role !== undefined) where.push(`t.role = ${place(question.role)}`)
    conditions.push(`exists (select from post t join department d on d.id = t.department_id
      where ${where.join(' and ')})`)
  }
  if (question.population !== undefined) conditions.push(`p.population = ${place(question.population)}`)
  if (question.active !== undefined) conditions.push(`(p.stopped_at is null) = ${place(question.active)}`)
  return conditions.join(' and ')
}

/** The wildcards of LIKE are letters here. */
const escaped = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`)
