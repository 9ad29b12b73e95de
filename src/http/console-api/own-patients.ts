import type { Standing } from '../../access/index.ts'
import type { PatientId } from '../../kernel/index.ts'
import type { SearchQuery } from '../../records/index.ts'
import type { ApiCall } from '../api-route.ts'
import type { ConsoleDesk } from './desk.ts'

/** By which relation the patients of a person are listed. */
export const patientGroups = ['ward', 'clinic', 'consult', 'on-call', 'attending', 'rotation'] as const
type Group = (typeof patientGroups)[number]

const pageSize = 50

/** How the caller stands to patients now, the strongest relation of each, from living grounds. */
export async function standingsOf(
  desk: ConsoleDesk,
  call: ApiCall<unknown, unknown, unknown>,
  group?: Group,
): Promise<ReadonlyMap<PatientId, Standing>> {
  const relations = await desk.authority.relations(call.caller.person, desk.clock.now())
  const standings = new Map<PatientId, Standing>()
  for (const { patient, kind, source } of relations) {
    const belongs = group === undefined || kind === group || (group === 'attending' && kind === 'care-team')
    if (!belongs) continue
    const encounter = source?.startsWith('Encounter/') ? source.slice('Encounter/'.length) : undefined
    standings.set(patient, { relation: kind, ...(encounter && { encounter }) })
  }
  return standings
}

/** A page of patients, counted exactly. */
export function patientQuery(parameters: SearchQuery['parameters'], cursor?: string): SearchQuery {
  return {
    types: ['Patient'],
    parameters,
    sort: [],
    count: pageSize,
    ...(cursor !== undefined && { cursor }),
    includes: [],
    total: 'accurate',
    summary: 'false',
  }
}
