import type { PersonEntry, PostEntry, ProgrammeEntry, RotationEntry, TrainingEntry } from '../directory/index.ts'
import type { PatientId, PersonId } from '../kernel/index.ts'
import { day, momentOf } from './calendar.ts'
import { chance } from './chance.ts'
import { givenName } from './person.ts'
import { patientId } from './story.ts'
import type { HospitalDepartment } from './ward-plan.ts'
import { teamOf, type World } from './world.ts'

/** 规培、实习、进修: programmes cut into rotations, each with a supervisor and the patients bound to it. */
export interface Trainees {
  readonly people: readonly PersonEntry[]
  readonly programmes: readonly ProgrammeEntry[]
  readonly posts: readonly PostEntry[]
  readonly rotations: readonly RotationEntry[]
  readonly training: readonly TrainingEntry[]
}

interface Kind {
  readonly count: number
  readonly kind: ProgrammeEntry['kind']
  readonly name: string
  readonly title: string
  readonly months: number
  readonly rotationDays: number
  readonly age: number
}

export const confidentialityCourse = { id: 'course-confidentiality', name: '患者隐私与病历使用规范', version: '2026' }

export function makeTrainees(world: World): Trainees {
  const { resident, intern, visiting } = world.parameters.sizes.trainees
  const kinds: readonly Kind[] = [
    {
      count: resident,
      kind: 'residency',
      name: '住院医师规范化培训',
      title: '规培医师',
      months: 36,
      rotationDays: 60,
      age: 26,
    },
    {
      count: intern,
      kind: 'internship',
      name: '临床医学本科实习',
      title: '实习生',
      months: 11,
      rotationDays: 30,
      age: 22,
    },
    { count: visiting, kind: 'visiting', name: '进修', title: '进修医师', months: 7, rotationDays: 90, age: 33 },
  ]
  const parts = kinds.flatMap((kind) => Array.from({ length: kind.count }, (_, at) => ({ kind, at })))
  const all = parts.map(({ kind, at }, serial) => makeTrainee(world, kind, at, serial))
  return {
    people: all.map((one) => one.person),
    programmes: all.map((one) => one.programme),
    posts: all.flatMap((one) => one.posts),
    rotations: all.flatMap((one) => one.rotations),
    training: all.flatMap((one) => one.training),
  }
}

function makeTrainee(world: World, kind: Kind, at: number, serial: number) {
  const draw = chance(world.seed, 'trainee', kind.kind, at)
  const number = String(serial + 1).padStart(6, '0')
  const id = `tr-${number}` as PersonId
  const sex = draw.happens(0.55) ? ('female' as const) : ('male' as const)
  const birthYear = new Date(world.end).getUTCFullYear() - kind.age
  const begun = world.endDay - 20 - draw.int(kind.months * 30 - 60)
  const from = momentOf(begun, 0)
  const until = from + kind.months * 30 * day
  const programme: ProgrammeEntry = {
    id: `programme-${number}`,
    person: id,
    name: `${kind.name}（${new Date(from).getUTCFullYear()}级）`,
    kind: kind.kind,
    from,
    until,
  }
  const wards = world.departments.filter((department) => department.rooms.length > 0)
  const rotations: RotationEntry[] = []
  for (let segment = 0; from + segment * kind.rotationDays * day < until; segment++) {
    const start = from + segment * kind.rotationDays * day
    const department = wards[(serial * 5 + segment * 7) % wards.length]!
    const end = Math.min(until, start + kind.rotationDays * day)
    rotations.push(
      rotation(world, department, { programme: programme.id, number, segment, from: start, until: end, pick: serial }),
    )
  }
  const posts = rotations.map(
    (one, segment): PostEntry => ({
      id: `post-${id}-${segment}`,
      person: id,
      role: 'trainee',
      title: kind.title,
      department: one.department,
      from: one.from,
      until: one.until,
    }),
  )
  const person: PersonEntry = {
    id,
    staffNumber: `TR${number}`,
    name:
      world.book.surname(draw.next()) + givenName(world.book, sex, birthYear, world.parameters.shares.rareName, draw),
    sex,
    population: 'trainee',
  }
  // One in twelve has not passed the course, and so may open nothing.
  const training: TrainingEntry[] =
    serial % 12 === 11
      ? []
      : [
          {
            person: id,
            course: confidentialityCourse.id,
            version: confidentialityCourse.version,
            passedAt: from + day,
            until: until + 30 * day,
          },
        ]
  return { person, programme, posts, rotations, training }
}

interface Segment {
  readonly programme: string
  readonly number: string
  readonly segment: number
  readonly from: number
  readonly until: number
  readonly pick: number
}

function rotation(world: World, department: HospitalDepartment, segment: Segment): RotationEntry {
  const wardIndex = segment.pick % department.rooms.length
  const attendings = teamOf(world, department.key).attendings.filter(
    (_, at) => at % department.rooms.length === wardIndex,
  )
  const supervisorAt = segment.pick % attendings.length
  const isNow = segment.from <= world.end && world.end < segment.until
  return {
    id: `rotation-${segment.number}-${segment.segment}`,
    programme: segment.programme,
    department: department.id,
    supervisor: attendings[supervisorAt]!.id,
    from: segment.from,
    until: segment.until,
    cases: isNow ? casesOf(world, department, wardIndex, supervisorAt, attendings.length) : [],
  }
}

/** The supervisor's own patients in the ward now, four at most. */
function casesOf(
  world: World,
  department: HospitalDepartment,
  wardIndex: number,
  supervisorAt: number,
  attendings: number,
): readonly PatientId[] {
  const wards = department.rooms.length
  const lanes = department.rooms[wardIndex]!.lanes.length
  const cases: PatientId[] = []
  for (let lane = supervisorAt; lane < lanes && cases.length < 4; lane += attendings) {
    const within = lane * wards + wardIndex
    if (within < department.slots) cases.push(patientId(world.patientOf(department.slotFrom + within)))
  }
  return cases
}
