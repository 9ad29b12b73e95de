import type { DepartmentId } from '../kernel/index.ts'
import type { RosterEntry } from './batch.ts'
import { type ChangeDesk, type ChangeOrder, type ChangeResult, makeChange } from './change.ts'
import { insertRosters } from './load.ts'
import type { RosterKind } from './role.ts'
import type { Term } from './term.ts'

/** What stands in the window is replaced by the shifts given: the new roster is the whole truth for it. */
export interface RosterRevision extends Term {
  readonly department: DepartmentId
  readonly kind: RosterKind
  readonly shifts: readonly Omit<RosterEntry, 'department' | 'kind'>[]
}

/** Shifts that reach over the window's edge are cut at it; what has been worked already stays as it was. */
export function reviseRoster(desk: ChangeDesk, order: ChangeOrder, revision: RosterRevision): Promise<ChangeResult> {
  const { department, kind, from, until } = revision
  return makeChange(desk, order, {
    name: 'roster-revised',
    detail: {
      department,
      kind,
      from: Number.isFinite(from) ? new Date(from).toISOString() : undefined,
      until: Number.isFinite(until) ? new Date(until).toISOString() : undefined,
      shifts: revision.shifts.length,
    },
    async apply(tx) {
      const shiftsFit = revision.shifts.every((shift) => shift.from >= from && shift.until <= until)
      if (!Number.isFinite(until) || until <= from || !shiftsFit) return { refused: 'term-without-end' }
      const [known] = await tx.query('select from department where id = $1 for update', [department])
      if (!known) return { refused: 'unknown-department' }

      const window = [department, kind, from, until]
      const crossing = `department_id = $1 and kind = $2
        and valid_from < to_timestamp($4::bigint / 1000.0) and valid_until > to_timestamp($3::bigint / 1000.0)`
      // A shift over both edges leaves a piece on either side; the later piece is a shift of its own.
      await tx.query(
        `with cut as (delete from roster where ${crossing} returning person_id, valid_from, valid_until)
         insert into roster (person_id, department_id, kind, valid_from, valid_until)
         select person_id, $1, $2, valid_from, to_timestamp($3::bigint / 1000.0) from cut
         where valid_from < to_timestamp($3::bigint / 1000.0)
         union all
         select person_id, $1, $2, to_timestamp($4::bigint / 1000.0), valid_until from cut
         where valid_until > to_timestamp($4::bigint / 1000.0)`,
        window,
      )
      await insertRosters(
        tx,
        revision.shifts.map((shift) => ({ ...shift, department, kind })),
      )
      return { id: department }
    },
  })
}
