import type { DepartmentId, PatientId, PersonId, Queryable } from '../kernel/index.ts'

/** Kinds of relation that a record states. Ward and on-call follow from stays and rosters, and are not stored. */
export const careKinds = ['attending', 'care-team', 'clinic', 'consult', 'order'] as const
export type CareKind = (typeof careKinds)[number]

/** A record says that a person treats a patient, for a time. Times are milliseconds since the epoch. */
export interface CareRelation {
  readonly person: PersonId
  readonly patient: PatientId
  readonly kind: CareKind
  /** FHIR reference of the record that says so, e.g. `Encounter/123`. */
  readonly source: string
  readonly from: number
  readonly until?: number
}

/** A patient is in a department, or an order of theirs is with it. */
export interface PatientStay {
  readonly patient: PatientId
  readonly department: DepartmentId
  /** FHIR reference of the record that says so. */
  readonly encounter: string
  readonly from: number
  readonly until?: number
}

export interface CareChange {
  readonly relations: readonly CareRelation[]
  readonly stays: readonly PatientStay[]
  /** Sources whose earlier statements no longer hold: what they say now stands in `relations` and `stays`. */
  readonly retire: readonly string[]
}

interface CareRow {
  readonly subject: string
  readonly patient: string
  readonly kind: string
  readonly source: string
  readonly from: number
  readonly until: number | null
}

/**
 * Writes what a record says about care, in the transaction that writes the record.
 * @returns whether a right was taken away or cut short: then the record's ledger entry must raise the epoch.
 */
export async function recordCare(tx: Queryable, change: CareChange): Promise<{ readonly takesAway: boolean }> {
  const retired = change.retire.length === 0 ? [] : await tx.query<CareRow>(retireStatement, [change.retire])
  await loadCare(tx, change)
  const kept = new Map(rowsOf(change).map((row) => [keyOf(row), row]))
  const takesAway = retired.some((before) => {
    const after = kept.get(keyOf(before))
    return after === undefined || after.from > before.from || endOf(after) < endOf(before)
  })
  return { takesAway }
}

/** The same without looking back: for generators, imports and feeds of new records, in batches. */
export async function loadCare(tx: Queryable, change: Pick<CareChange, 'relations' | 'stays'>): Promise<void> {
  if (change.relations.length > 0) {
    await tx.query(insertRelations, [
      JSON.stringify(
        change.relations.map((one) => [one.person, one.patient, one.kind, one.source, one.from, one.until ?? null]),
      ),
    ])
  }
  if (change.stays.length > 0) {
    await tx.query(insertStays, [
      JSON.stringify(
        change.stays.map((one) => [one.department, one.patient, one.encounter, one.from, one.until ?? null]),
      ),
    ])
  }
}

function rowsOf(change: CareChange): readonly CareRow[] {
  return [
    ...change.relations.map((one) => ({
      subject: one.person,
      patient: one.patient,
      kind: one.kind,
      source: one.source,
      from: one.from,
      until: one.until ?? null,
    })),
    ...change.stays.map((one) => ({
      subject: one.department,
      patient: one.patient,
      kind: 'stay',
      source: one.encounter,
      from: one.from,
      until: one.until ?? null,
    })),
  ]
}

const keyOf = (row: CareRow): string =>
  JSON.stringify([row.subject, row.patient, row.kind, row.source, row.kind === 'stay' ? row.from : 0])
const endOf = (row: CareRow): number => row.until ?? Number.POSITIVE_INFINITY

const retireStatement = {
  name: 'authority-retire-care',
  text: `
    with relations as (delete from care_relation where source = any($1) returning *),
      stays as (delete from patient_stay where encounter_id = any($1) returning *)
    select person_id as subject, patient_id as patient, kind, source,
      epoch_ms(valid_from) as from, epoch_ms(valid_until) as until from relations
    union all
    select department_id, patient_id, 'stay', encounter_id, epoch_ms(valid_from), epoch_ms(valid_until) from stays`,
}

const insertRelations = {
  name: 'authority-insert-relations',
  text: `
    insert into care_relation (person_id, patient_id, kind, source, valid_from, valid_until)
    select distinct on (1, 2, 3, 4) one->>0, one->>1, one->>2, one->>3,
      to_timestamp((one->>4)::float8 / 1000), to_timestamp((one->>5)::float8 / 1000)
    from json_array_elements($1::json) as one
    order by 1, 2, 3, 4, 5
    on conflict (person_id, patient_id, kind, source)
    do update set valid_from = excluded.valid_from, valid_until = excluded.valid_until`,
}

const insertStays = {
  name: 'authority-insert-stays',
  text: `
    insert into patient_stay (department_id, patient_id, encounter_id, valid_from, valid_until)
    select distinct on (1, 2, 3, 4) one->>0, one->>1, one->>2,
      to_timestamp((one->>3)::float8 / 1000), to_timestamp((one->>4)::float8 / 1000)
    from json_array_elements($1::json) as one
    order by 1, 2, 3, 4, 5 desc nulls first
    on conflict (department_id, patient_id, encounter_id, valid_from)
    do update set valid_until = excluded.valid_until`,
}
