import type {
  Department,
  DirectoryBatch,
  PersonEntry,
  PostEntry,
  RosterEntry,
  TrainingEntry,
} from '../directory/index.ts'
import { day } from './calendar.ts'
import { shiftsOn } from './roster.ts'
import type { Staff } from './staff.ts'
import { confidentialityCourse, makeTrainees } from './trainees.ts'
import { makeVendors } from './vendors.ts'
import { intensiveWard } from './ward-plan.ts'
import type { World } from './world.ts'

/** The hospital as a personnel feed tells it. */
export function directoryBatch(world: World): DirectoryBatch {
  const trainees = makeTrainees(world)
  const vendors = makeVendors(world)
  const { all } = world.personnel
  const { hospital } = world.parameters
  return {
    institutions: [{ id: hospital.id, name: hospital.name, timeZone: 'Asia/Shanghai' }],
    departments: departmentsOf(world).map((department) => ({ ...department, institution: hospital.id })),
    vendors: vendors.vendors,
    people: [...all.map(personOf), ...trainees.people, ...vendors.people],
    courses: [
      { id: confidentialityCourse.id, name: confidentialityCourse.name, currentVersion: confidentialityCourse.version },
    ],
    programmes: trainees.programmes,
    agreements: vendors.agreements,
    posts: [...all.flatMap(postsOf), ...trainees.posts, ...vendors.posts],
    rosters: rosterEntries(
      world,
      world.endDay - world.parameters.rosterDays.back,
      world.endDay + world.parameters.rosterDays.ahead,
    ),
    rotations: trainees.rotations,
    training: [...all.map((staff): TrainingEntry => trainingOf(world, staff)), ...trainees.training],
    tickets: vendors.tickets,
  }
}

function departmentsOf(world: World): readonly Department[] {
  const parents: Department[] = []
  const children: Department[] = []
  for (const department of world.departments) {
    parents.push({ id: department.id, name: department.name, kind: department.kind })
    if (department.clinic)
      children.push({ id: department.clinic, name: `${department.name}门诊`, kind: 'clinic', parent: department.id })
    for (const ward of department.rooms)
      children.push({ id: ward.id, name: ward.name, kind: 'ward', parent: department.id })
  }
  const intensive = world.department.get('intensive-care')!
  children.push({ id: intensiveWard, name: '重症监护病区', kind: 'ward', parent: intensive.id })
  return [...parents, ...children]
}

const personOf = (staff: Staff): PersonEntry => ({
  id: staff.id,
  staffNumber: staff.number,
  name: staff.name,
  sex: staff.sex,
  population: 'staff',
  ...(staff.licence ? { licence: staff.licence } : {}),
})

function postsOf(staff: Staff): readonly PostEntry[] {
  const post = { person: staff.id, from: staff.employedFrom, until: staff.employedUntil }
  return [
    { ...post, id: `post-${staff.id}`, role: staff.role, title: staff.title, department: staff.department },
    ...(staff.heads
      ? [
          {
            ...post,
            id: `post-${staff.id}-head`,
            role: 'department-head' as const,
            title: staff.role === 'nurse' ? '护士长' : '科主任',
            department: staff.heads,
          },
        ]
      : []),
  ]
}

const trainingOf = (world: World, staff: Staff): TrainingEntry => ({
  person: staff.id,
  course: confidentialityCourse.id,
  version: confidentialityCourse.version,
  passedAt: world.end - 200 * day,
  until: world.end + 165 * day,
})

/** Roster rows of these local days, `before` excluded, for staff whose posts live then. */
export function rosterEntries(world: World, from: number, before: number): readonly RosterEntry[] {
  const rows: RosterEntry[] = []
  for (const staff of world.personnel.all) {
    if (staff.pattern.kind === 'office') continue
    for (let on = from; on < before; on++) {
      for (const [at, shift] of shiftsOn(world.parameters, staff.pattern, on).entries()) {
        if (shift.from < staff.employedFrom || shift.until > staff.employedUntil) continue
        rows.push({ id: `roster-${staff.id}-${on}-${at}`, person: staff.id, ...shift })
      }
    }
  }
  return rows
}
