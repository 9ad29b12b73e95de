import type { PatientId } from '../kernel/index.ts'
import type { RecordedPermit } from '../ledger/index.ts'
import type { AccessDesk } from './desk.ts'

/** The Patient resources of these ids, as text, for their names beside entries of the trace. */
export async function namesOfPatients(
  desk: Pick<AccessDesk, 'records'>,
  permit: RecordedPermit,
  patients: readonly PatientId[],
): Promise<readonly (readonly [id: PatientId, content: string])[]> {
  if (patients.length === 0) return []
  const filter = { kind: 'always' as const, epoch: permit.epoch }
  const query = {
    types: ['Patient'],
    parameters: [{ name: '_id', values: patients }],
    sort: [],
    count: patients.length,
    includes: [],
    total: 'none' as const,
    summary: 'false' as const,
  }
  const found = await desk.records.search(permit, { query, filter, includeFilter: filter }, () => true)
  return found.rows.map((row) => [row.facts.id as PatientId, row.record.content] as const)
}
