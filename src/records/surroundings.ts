import { classify } from '../authority/index.ts'
import type { Queryable } from '../kernel/index.ts'
import { belongingOf } from './facts.ts'
import type { FhirResource } from './fhir.ts'

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

interface Moved {
  readonly type: string
  readonly id: string
  readonly department_id: string | null
  readonly category: string
  readonly sensitivity: number
  readonly kinds: readonly string[]
  readonly content: string
}

/**
 * When an encounter comes to a department, or is moved to another, what happened in it goes with it, and is labelled
 * anew: a label may rest on the name of the department.
 * @param encounters Encounter.ids.
 * @returns whether anything moved.
 */
export async function inheritDepartment(tx: Queryable, encounters: readonly string[]): Promise<boolean> {
  if (encounters.length === 0) return false
  const moved = await tx.query<Moved>(
    {
      name: 'records-inherit-department',
      text: `update resource r set department_id = e.department_id from resource e
             where e.type = 'Encounter' and e.id = any($1) and r.encounter_id = e.id and r.type <> 'Encounter'
               and r.department_id is distinct from e.department_id
             returning r.type, r.id, r.department_id, r.category, r.sensitivity, r.kinds, r.content`,
    },
    [encounters],
  )
  const names = new Map<string, string | undefined>()
  for (const row of moved) {
    if (row.department_id === null || row.content === '') continue
    if (!names.has(row.department_id)) names.set(row.department_id, await nameOf(tx, row.department_id))
    await relabel(tx, row, names.get(row.department_id))
  }
  return moved.length > 0
}

async function relabel(tx: Queryable, row: Moved, departmentName: string | undefined): Promise<void> {
  const { label, parts } = classify(
    JSON.parse(row.content),
    departmentName === undefined ? undefined : { departmentName },
  )
  if (
    label.category === row.category &&
    label.sensitivity === row.sensitivity &&
    label.kinds.join() === row.kinds.join()
  ) {
    return
  }
  await tx.query(
    {
      name: 'records-relabel',
      text: `update resource set category = $3, sensitivity = $4, kinds = $5, has_parts = $6
             where type = $1 and id = $2`,
    },
    [row.type, row.id, label.category, label.sensitivity, label.kinds, parts.length > 0],
  )
}
