import type { Queryable } from '../kernel/index.ts'
import { belongingOf } from './facts.ts'
import type { FhirResource } from './fhir.ts'
import type { RecordRow } from './record-row.ts'

/** The department of the encounter a resource belongs to, and its name: psychiatric notes are labelled by where they are. */
export async function departmentOfEncounter(
  tx: Queryable,
  resource: FhirResource,
): Promise<{ readonly department?: string; readonly departmentName?: string }> {
  const { encounter, department: own } = belongingOf(resource)
  const department = own ?? (encounter === undefined ? undefined : await departmentAt(tx, encounter))
  if (department === undefined) return {}
  const departmentName = await nameOf(tx, department)
  return { department, ...(departmentName !== undefined && { departmentName }) }
}

async function departmentAt(tx: Queryable, encounter: string): Promise<string | undefined> {
  const rows = await tx.query<{ department_id: string | null }>(
    {
      name: 'records-department-of-encounter',
      text: `select department_id from resource where type = 'Encounter' and id = $1`,
    },
    [encounter],
  )
  return rows[0]?.department_id ?? undefined
}

async function nameOf(tx: Queryable, department: string): Promise<string | undefined> {
  const rows = await tx.query<{ name: string | null }>(
    {
      name: 'records-name-of-department',
      text: `select content::json ->> 'name' as name from resource
             where type = 'Organization' and id = $1 and not deleted`,
    },
    [department],
  )
  return rows[0]?.name ?? undefined
}

/**
 * When an encounter is moved to another department, what happened in it moves with it.
 * @returns whether anything moved.
 */
export async function inheritDepartment(tx: Queryable, row: RecordRow): Promise<boolean> {
  if (row.type !== 'Encounter' || row.version === 1) return false
  const moved = await tx.query(
    {
      name: 'records-inherit-department',
      text: `update resource set department_id = $2
             where encounter_id = $1 and type <> 'Encounter' and department_id is distinct from $2 returning 1`,
    },
    [row.id, row.department],
  )
  return moved.length > 0
}
