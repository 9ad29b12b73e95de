import type { PatientId } from '../kernel/index.ts'
import type { ProgrammeEntry, RotationEntry, TrainingEntry } from './batch.ts'
import { type ChangeDesk, type ChangeOrder, type ChangeResult, makeChange } from './change.ts'

/** Admits a trainee to a programme; its term bounds every right they can have (notice 二(一)). */
export function startProgramme(desk: ChangeDesk, order: ChangeOrder, entry: ProgrammeEntry): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'programme-started',
    person: entry.person,
    detail: { kind: entry.kind },
    async apply(tx) {
      if (!Number.isFinite(entry.until) || entry.until <= entry.from) return { refused: 'term-without-end' }
      await tx.query(
        `insert into programme (id, person_id, name, kind, valid_from, valid_until)
         values ($1, $2, $3, $4, to_timestamp($5::bigint / 1000.0), to_timestamp($6::bigint / 1000.0))`,
        [entry.id, entry.person, entry.name, entry.kind, entry.from, entry.until],
      )
      return { id: entry.id }
    },
  })
}

/** Ends a programme now, and with it, in the same transaction, its posts and rotations. */
export function endProgramme(desk: ChangeDesk, order: ChangeOrder, programme: string): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'programme-ended',
    detail: { programme },
    async apply(tx) {
      const now = desk.clock.now()
      const [found] = await tx.query<{ from: number; until: number }>(
        `select epoch_ms(valid_from) as from, epoch_ms(valid_until) as until from programme where id = $1 for update`,
        [programme],
      )
      if (!found) return { refused: 'unknown-programme' }
      if (found.until <= now) return { refused: 'already-so' }
      if (found.from >= now) return { refused: 'conflict' }
      for (const table of ['post', 'rotation']) {
        await tx.query(
          `delete from ${table} where programme_id = $1 and valid_from >= to_timestamp($2::bigint / 1000.0)`,
          [programme, now],
        )
        await tx.query(
          `update ${table} set valid_until = to_timestamp($2::bigint / 1000.0)
           where programme_id = $1 and valid_until > to_timestamp($2::bigint / 1000.0)`,
          [programme, now],
        )
      }
      await tx.query('update programme set valid_until = to_timestamp($2::bigint / 1000.0) where id = $1', [
        programme,
        now,
      ])
      return { id: programme }
    },
  })
}

/** One segment: a ward, a supervisor, some days of the programme, and the patients bound to the trainee there. */
export function planRotation(desk: ChangeDesk, order: ChangeOrder, entry: RotationEntry): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'rotation-planned',
    detail: { programme: entry.programme, department: entry.department, supervisor: entry.supervisor },
    async apply(tx) {
      if (!Number.isFinite(entry.until) || entry.until <= entry.from) return { refused: 'term-without-end' }
      const [rotation] = await tx.query<{ id: string }>(
        `insert into rotation (id, programme_id, person_id, programme_from, programme_until, department_id,
           supervisor_id, valid_from, valid_until)
         select coalesce($1, gen_random_uuid()::text), id, person_id, valid_from, valid_until, $3, $4,
           to_timestamp($5::bigint / 1000.0), to_timestamp($6::bigint / 1000.0)
         from programme where id = $2 returning id`,
        [entry.id ?? null, entry.programme, entry.department, entry.supervisor, entry.from, entry.until],
      )
      if (!rotation) return { refused: 'unknown-programme' }
      await tx.query('insert into rotation_case (rotation_id, patient_id) select $1, unnest($2::text[])', [
        rotation.id,
        entry.cases ?? [],
      ])
      return rotation
    },
  })
}

/** The case list of a segment becomes exactly this. */
export function bindCases(
  desk: ChangeDesk,
  order: ChangeOrder,
  binding: { readonly rotation: string; readonly cases: readonly PatientId[] },
): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'cases-bound',
    detail: { rotation: binding.rotation, cases: binding.cases },
    async apply(tx) {
      const [rotation] = await tx.query('select from rotation where id = $1 for update', [binding.rotation])
      if (!rotation) return { refused: 'unknown-thing' }
      await tx.query('delete from rotation_case where rotation_id = $1', [binding.rotation])
      await tx.query('insert into rotation_case (rotation_id, patient_id) select distinct $1, unnest($2::text[])', [
        binding.rotation,
        binding.cases,
      ])
      return { id: binding.rotation }
    },
  })
}

export function recordTrainingPass(desk: ChangeDesk, order: ChangeOrder, pass: TrainingEntry): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'training-passed',
    person: pass.person,
    detail: { course: pass.course, version: pass.version },
    async apply(tx) {
      await tx.query(
        `insert into training_pass (person_id, course_id, version, passed_at, valid_until)
         values ($1, $2, $3, to_timestamp($4::bigint / 1000.0), to_timestamp($5::bigint / 1000.0))
         on conflict (person_id, course_id, version) do update
           set passed_at = excluded.passed_at, valid_until = excluded.valid_until`,
        [pass.person, pass.course, pass.version, pass.passedAt, pass.until ?? null],
      )
      return { id: pass.course }
    },
  })
}

/** A new version of a course closes the gate for everyone who passed an older one. */
export function reviseCourse(
  desk: ChangeDesk,
  order: ChangeOrder,
  course: { readonly id: string; readonly name: string; readonly currentVersion: string },
): Promise<ChangeResult> {
  return makeChange(desk, order, {
    name: 'course-revised',
    detail: { course: course.id, version: course.currentVersion },
    async apply(tx) {
      await tx.query(
        `insert into course (id, name, current_version) values ($1, $2, $3)
         on conflict (id) do update set name = excluded.name, current_version = excluded.current_version`,
        [course.id, course.name, course.currentVersion],
      )
      return { id: course.id }
    },
  })
}
