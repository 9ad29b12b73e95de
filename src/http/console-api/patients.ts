import { z } from 'zod'
import { type ListedPatients, listPatients, type Standing as PatientStanding } from '../../access/index.ts'
import { type PatientRow, patientPageSchema, reminderAnswerSchema, standingSchema } from '../../contract/index.ts'
import type { PatientId } from '../../kernel/index.ts'
import { largestCount, parseSearch } from '../../records/index.ts'
import { type ApiCall, type ApiRoute, apiRoute } from '../api-route.ts'
import { contextOf } from './context.ts'
import type { ConsoleDesk } from './desk.ts'
import { patientGroups, patientQuery, standingsOf } from './own-patients.ts'
import { releasedOnly } from './refusal.ts'
import { answerReminder, standingOf } from './standing.ts'

/** A record, visit or identity number: letters and digits with at least one digit. */
const numberPattern = /^(?=.*\d)[0-9A-Za-z-]{4,}$/
const groupSchema = z.enum(patientGroups)
const patientId = z.object({ id: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/) })

/** My patients, finding a patient, and how one stands to a patient before opening the record. */
export function patientRoutes(desk: ConsoleDesk): readonly ApiRoute[] {
  return [
    apiRoute({
      method: 'GET',
      url: '/api/patients/mine',
      summary: 'My patients: by ward, clinic, consult, on call, as attending, or bound to a rotation',
      query: z.object({ group: groupSchema.default('attending'), cursor: z.string().max(2000).optional() }),
      answer: patientPageSchema,
      async answerWith(call) {
        const { group, cursor } = call.query
        const standings = await standingsOf(desk, call, group)
        const ids = [...standings.keys()]
        const query = patientQuery([{ name: '_id', values: ids.length > 0 ? ids : ['-'] }], cursor)
        return pageOf(
          releasedOnly(await listPatients({ ...contextOf(call), query, standings, terms: { mine: group } }, desk)),
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
        const standings = await standingsOf(desk, call)
        const use = { ...contextOf(call, await searchPurposeOf(desk, call)), standings, terms: { q } }
        const bed = /^(\d{1,3})\s*床?$/.exec(q)?.[1]
        if (bed !== undefined)
          return pageOf(releasedOnly(await listPatients({ ...use, ...inBed(bed, standings) }, desk)))
        const { parameters } = parseSearch('Patient', [numberPattern.test(q) ? ['identifier', q] : ['name', q]], {
          strict: true,
        })
        return pageOf(releasedOnly(await listPatients({ ...use, query: patientQuery(parameters, cursor) }, desk)))
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

/**
 * A search over everybody is for treatment or for the work of an office, as the post of the person has it. A trainee's
 * is for treatment too, and so refused: the cases of a rotation are given, not looked for.
 */
async function searchPurposeOf(desk: ConsoleDesk, call: ApiCall<unknown, unknown, unknown>) {
  const subject = await desk.directory.subject(call.caller.person)
  return subject?.population === 'trainee' ? 'TREAT' : undefined
}

/** Whoever lies in this bed, among one's own patients: a number on a door is no way to find others. */
function inBed(bed: string, standings: ReadonlyMap<PatientId, PatientStanding>) {
  const own = [...standings].filter(([, standing]) => standing.encounter).map(([patient]) => patient)
  const query = { ...patientQuery([{ name: '_id', values: own.length > 0 ? own : ['-'] }]), count: largestCount }
  return {
    query,
    keep: (row: PatientRow) => row.bed !== undefined && Number.parseInt(row.bed, 10) === Number(bed),
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
