import type { DepartmentId, Queryable } from '../kernel/index.ts'
import type { DepartmentKind } from './role.ts'

export interface Department {
  readonly id: DepartmentId
  readonly name: string
  readonly kind: DepartmentKind
  /** The clinical department of a ward or clinic. */
  readonly parent?: DepartmentId
  /** 院区 */
  readonly campus?: string
}

export interface Institution {
  readonly id: string
  readonly name: string
  /** 统一社会信用代码 */
  readonly unifiedCode?: string
  /** IANA name, e.g. `Asia/Shanghai`. */
  readonly timeZone: string
}

export async function readDepartments(database: Queryable): Promise<readonly Department[]> {
  const rows = await database.query<{ department: Department }>(`
    select json_strip_nulls(json_build_object(
      'id', id, 'name', name, 'kind', kind, 'parent', parent, 'campus', campus)) as department
    from department order by id`)
  return rows.map((row) => row.department)
}

export async function readInstitution(database: Queryable): Promise<Institution | undefined> {
  const [row] = await database.query<{ institution: Institution }>(`
    select json_strip_nulls(json_build_object(
      'id', id, 'name', name, 'unifiedCode', unified_code, 'timeZone', time_zone)) as institution
    from institution order by id limit 1`)
  return row?.institution
}
