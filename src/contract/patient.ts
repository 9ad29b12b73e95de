import { z } from 'zod'

/** How the signed-in person stands to a patient; the strongest living one is shown first. */
export const relationSchema = z.enum([
  'attending',
  'care-team',
  'ward',
  'clinic',
  'consult',
  'on-call',
  'order',
  'declared',
  'rotation',
  'none',
])
export type Relation = z.infer<typeof relationSchema>

/** A row of a patient list. Names are masked unless the row is one's own patient. */
export const patientRowSchema = z.object({
  id: z.string(),
  /** `张*三` when masked. */
  name: z.string(),
  nameIsMasked: z.boolean(),
  gender: z.enum(['male', 'female', 'other', 'unknown']),
  birthDate: z.string().optional(),
  /** 病案号 */
  recordNumber: z.string().optional(),
  relation: relationSchema,
  /** Where the patient is now, or was last: ward and bed, clinic, emergency. */
  place: z.string().optional(),
  bed: z.string().optional(),
  encounterClass: z.enum(['AMB', 'EMER', 'IMP']).optional(),
  encounterStatus: z.string().optional(),
  since: z.string().optional(),
  mainDiagnosis: z.string().optional(),
})
export type PatientRow = z.infer<typeof patientRowSchema>

/** `GET /api/patients/mine`, `GET /api/patients?q=`. */
export const patientPageSchema = z.object({
  rows: z.array(patientRowSchema),
  nextCursor: z.string().optional(),
  /** Exact number of patients in this list that the person may see. */
  total: z.number().int(),
  /** Ledger sequence of the search or list exposure. */
  receipt: z.number().int(),
})
export type PatientPage = z.infer<typeof patientPageSchema>

/**
 * `GET /api/patients/:id/standing`: before a record is opened. `open` may be opened at once; `remind` shows the
 * reminder first; `refused` says why not. Asking this is itself traced.
 */
export const standingSchema = z.object({
  patient: patientRowSchema,
  standing: z.enum(['open', 'remind', 'refused']),
  purpose: z.string().optional(),
  /** Purposes and coded reasons that the reminder offers this person. */
  choices: z.array(z.object({ purpose: z.string(), reason: z.string(), textRequired: z.boolean() })),
  receipt: z.number().int(),
})
export type Standing = z.infer<typeof standingSchema>

/** `POST /api/patients/:id/reminder`: the answer to the reminder. */
export const reminderAnswerSchema = z.discriminatedUnion('choice', [
  z.object({ choice: z.literal('turn-back') }),
  z.object({
    choice: z.literal('proceed'),
    purpose: z.string(),
    reason: z.string(),
    text: z.string().trim().max(500).optional(),
  }),
])
export type ReminderAnswer = z.infer<typeof reminderAnswerSchema>
