import { z } from 'zod'
import { type ListedPatients, listPatients, type Standing as PatientStanding } from '../../access/index.ts'
import { patientPageSchema, reminderAnswerSchema, standingSchema } from '../../contract/index.ts'
import type { PatientId } from '../../kernel/index.ts'
import { parseSearch, type SearchQuery } from '../../records/index.ts'
import { type ApiCall, type ApiRoute, apiRoute } from '../api-route.ts'
import { useContextOf } from './context.ts'
import type { ConsoleDesk } from './desk.ts'
import { releasedOnly } from './refusal.ts'
import { answerReminder, standingOf } from './standing.ts'

const pageSize = 50
const groupSchema = z.enum(['ward', 'clinic', 'consult', 'on-call', 'attending'])
type Group = z.infer<typeof groupSchema>
const patientId = z.object({ id: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/) })

/** My patients, finding a patient, and how one stands to a patient before opening the record. */
export function patientRoutes(desk: ConsoleDesk): readonly ApiRoute[] {
  return [
    apiRoute({
      method: 'GET',
      url: '/api/patients/mine',
      summary: 'My patients: by ward, clinic, consult, on call or as attending',
      query: z.object({ group: groupSchema.default('attending'), cursor: z.string().max(2000).optional() }),
      answer: patientPageSchema,
      async answerWith(call) {
        const { group, cursor } = call.query
        const standings = await standingsOf(desk, call, group)
        const ids = [...standings.keys()]
        const query = patientQuery([{ name: '_id', values: ids.length > 0 ? ids : ['-'] }], cursor)
        return pageOf(
          releasedOnly(await listPatients({ ...useContextOf(call), query, standings, terms: { mine: group } }, desk)),
        )
      },
    }),
    apiRoute({
      method: 'GET',
      url: '/api/patients',
      summary: 'Find a patient by name, pinyin or number; masked unless one’s own',
      query: z.object({ q: z.string().trim().min(1).max(64), cursor: z.string().max(2000).optional() }),
      answer: patientPageSchema,
      async answerWith(call) {
        const { q, cursor } = call.query
        const byNumber = /^[0-9A-Za-z-]*\d[0-9A-Za-z-]*$/.test(q) && q.length >= 4
        const text = byNumber ? { identifier: q } : { name: q }
        const standings = await standingsOf(desk, call)
        const query = patientQuery(parseSearch('Patient', Object.entries(text), { strict: true }).parameters, cursor)
        return pageOf(
          releasedOnly(await listPatients({ ...useContextOf(call, 'TREAT'), query, standings, terms: { q } }, desk)),
        )
      },
    }),
    apiRoute({
      method: 'GET',
      url: '/api/patients/:id/standing',
      summary: 'Before a record is opened: open, remind or refused',
      params: patientId,
      answer: standingSchema,
      answerWith: (call) => standingOf(desk, call, call.params.id as PatientId),
    }),
    apiRoute({
      method: 'POST',
      url: '/api/patients/:id/reminder',
      summary: 'The answer to the reminder: turn back, or proceed with purpose and reason',
      params: patientId,
      body: reminderAnswerSchema,
      answer: z.object({ receipt: z.number().int() }),
      answerWith: (call) => answerReminder(desk, call, call.params.id as PatientId, call.body),
    }),
  ]
}

/** How the caller stands to patients now, the strongest relation of each, from living grounds. */
export async function standingsOf(
  desk: ConsoleDesk,
  call: ApiCall<unknown, unknown, unknown>,
  group?: Group,
): Promise<ReadonlyMap<PatientId, PatientStanding>> {
  const relations = await desk.authority.relations(call.caller.person, desk.clock.now())
  const standings = new Map<PatientId, PatientStanding>()
  for (const { patient, kind, source } of relations) {
    const belongs = group === undefined || kind === group || (group === 'attending' && kind === 'care-team')
    if (!belongs) continue
    const encounter = source?.startsWith('Encounter/') ? source.slice('Encounter/'.length) : undefined
    standings.set(patient, { relation: kind, ...(encounter && { encounter }) })
  }
  return standings
}

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

function pageOf(listed: ListedPatients): z.input<typeof patientPageSchema> {
  return {
    rows: [...listed.rows],
    total: listed.total,
    ...(listed.nextCursor !== undefined && { nextCursor: listed.nextCursor }),
    receipt: listed.sequence,
  }
}
