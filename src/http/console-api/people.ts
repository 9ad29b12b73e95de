import { z } from 'zod'
import { peoplePageSchema, personDossierSchema } from '../../contract/index.ts'
import type { Directory, Person } from '../../directory/index.ts'
import type { DepartmentId, PersonId } from '../../kernel/index.ts'
import { type ApiRoute, apiRoute } from '../api-route.ts'
import { nothingThere } from './absent.ts'
import type { ConsoleDesk } from './desk.ts'
import { requireRoom } from './rooms.ts'

const pageSize = 50

/** People in readable form: what their rights stand on, with sources and ends. */
export function peopleRoutes(desk: ConsoleDesk): readonly ApiRoute[] {
  const { directory } = desk
  return [
    apiRoute({
      method: 'GET',
      url: '/api/people',
      summary: 'People by name, pinyin, staff number or department',
      query: z.object({
        q: z.string().trim().max(64).optional(),
        department: z.string().max(64).optional(),
        cursor: z.string().max(64).optional(),
      }),
      answer: peoplePageSchema,
      async answerWith({ caller, query }) {
        await requireRoom(desk, caller, 'people')
        const page = await directory.people(
          {
            ...(query.q && { text: query.q }),
            ...(query.department && { department: query.department as DepartmentId }),
          },
          { count: pageSize, ...(query.cursor && { after: query.cursor }) },
        )
        return { rows: page.rows.map(rowOf), total: page.total, ...(page.next && { nextCursor: page.next }) }
      },
    }),
    apiRoute({
      method: 'GET',
      url: '/api/people/:id',
      summary: 'One person whole: posts, rosters, rotations, training, agreements, account',
      params: z.object({ id: z.string().min(1).max(64) }),
      answer: personDossierSchema,
      async answerWith({ caller, params }) {
        await requireRoom(desk, caller, 'people')
        return dossierOf(desk, await personOrNothing(directory, params.id))
      },
    }),
    apiRoute({
      method: 'GET',
      url: '/api/departments',
      summary: 'Departments, wards and clinics',
      answer: z.object({ rows: z.array(z.object({ id: z.string(), name: z.string(), kind: z.string() })) }),
      async answerWith() {
        const rows = await directory.departments()
        return { rows: rows.map(({ id, name, kind }) => ({ id, name, kind })) }
      },
    }),
  ]
}

async function personOrNothing(directory: Directory, id: string): Promise<Person> {
  const person = await directory.person(id as PersonId)
  if (!person) return nothingThere()
  return person
}

async function dossierOf(desk: ConsoleDesk, person: Person): Promise<z.input<typeof personDossierSchema>> {
  const [subject, departments, courses, account] = await Promise.all([
    desk.directory.subject(person.id),
    desk.directory.departments(),
    desk.directory.courses(),
    desk.identity.accountOf(person.id),
  ])
  const departmentName = new Map(departments.map((department) => [department.id, department.name]))
  const courseName = new Map(courses.map((course) => [course.id, course.name]))
  const supervisors = new Map(
    await Promise.all(
      [...new Set((subject?.rotations ?? []).map((rotation) => rotation.supervisor))].map(
        async (id) => [id, (await desk.directory.person(id))?.name ?? id] as const,
      ),
    ),
  )
  return {
    ...rowOf(person),
    ...(person.licence && { licence: person.licence }),
    rosters: (subject?.rosters ?? []).map((roster) => ({
      department: departmentName.get(roster.department) ?? roster.department,
      kind: roster.kind,
      from: iso(roster.from),
      until: iso(roster.until),
    })),
    rotations: (subject?.rotations ?? []).map((rotation) => ({
      programme: rotation.programme,
      department: departmentName.get(rotation.department) ?? rotation.department,
      supervisor: supervisors.get(rotation.supervisor) ?? rotation.supervisor,
      from: iso(rotation.from),
      until: iso(rotation.until),
    })),
    training: (subject?.training ?? []).map((pass) => ({
      course: courseName.get(pass.course) ?? pass.course,
      version: pass.version,
      passedAt: iso(pass.passedAt),
      ...(pass.until !== undefined && { until: iso(pass.until) }),
    })),
    agreements: (subject?.agreements ?? []).map((agreement) => ({
      kind: agreement.kind,
      title: agreement.title,
      from: iso(agreement.from),
      until: iso(agreement.until),
      scope: [...agreement.categories, ...agreement.purposes],
    })),
    account,
  }
}

function rowOf(person: Person): z.input<typeof peoplePageSchema>['rows'][number] {
  return {
    id: person.id,
    name: person.name,
    staffNumber: person.staffNumber,
    population: person.population,
    active: person.active,
    posts: person.posts.map((post) => ({
      role: post.role,
      title: post.title,
      department: post.departmentName,
      from: iso(post.from),
      ...(post.until !== undefined && { until: iso(post.until) }),
    })),
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()
