import { z } from 'zod'
import { traceTermsSchema } from './use.ts'

/** Why a trace is exported: coded, so that it can be counted and reviewed; in the person's own words beside it. */
export const exportReasonSchema = z.enum([
  'supervision-case',
  'court',
  'dispute',
  'patient-request',
  'security-incident',
  'inspection',
  'audit',
])
export type ExportReason = z.infer<typeof exportReasonSchema>

export const exportFormatSchema = z.enum(['csv', 'json', 'fhir', 'pdf'])
export type ExportFormat = z.infer<typeof exportFormatSchema>

/** `POST /api/trace/exports`. */
export const exportOrderSchema = z.object({
  terms: traceTermsSchema,
  format: exportFormatSchema,
  purpose: z.string(),
  reason: exportReasonSchema,
  /** The case, the letter, the court: what lets another person judge later whether it was right. */
  text: z.string().trim().min(4).max(500),
})
export type ExportOrder = z.infer<typeof exportOrderSchema>

/** An export of one's own, as `GET /api/trace/exports` lists them while they are prepared and kept. */
export const traceExportSchema = z.object({
  id: z.string(),
  format: exportFormatSchema,
  terms: traceTermsSchema,
  reason: exportReasonSchema,
  startedAt: z.string(),
  /** `waiting`: everything is written and a checkpoint is about to cover it. */
  state: z.enum(['finding', 'waiting', 'writing', 'ready', 'stopped', 'failed']),
  /** Uses found so far; once all are found, how many of them are written. */
  found: z.number().int(),
  written: z.number().int(),
  fileName: z.string().optional(),
  sizeBytes: z.number().int().optional(),
  /** RFC 3339: until then the file is kept. */
  keptUntil: z.string().optional(),
  /** Code of the failure. */
  failure: z.string().optional(),
  /** Ledger sequence of the export: its mark. */
  receipt: z.number().int(),
})
export type TraceExport = z.infer<typeof traceExportSchema>
export const traceExportsSchema = z.object({ exports: z.array(traceExportSchema), receipt: z.number().int() })

/** A question kept under a name, for oneself or for the people of one's department or office. */
export const savedQuestionSchema = z.object({
  id: z.string(),
  name: z.string(),
  terms: traceTermsSchema,
  owner: z.object({ id: z.string(), name: z.string() }),
  mine: z.boolean(),
  /** The department or office it is shared with. */
  sharedWith: z.object({ id: z.string(), name: z.string() }).optional(),
  changedAt: z.string(),
})
export type SavedQuestion = z.infer<typeof savedQuestionSchema>
export const savedQuestionsSchema = z.object({
  questions: z.array(savedQuestionSchema),
  /** Departments and offices one may share with: those of one's posts. */
  offices: z.array(z.object({ id: z.string(), name: z.string() })),
  receipt: z.number().int(),
})
export type SavedQuestions = z.infer<typeof savedQuestionsSchema>

/** `POST /api/trace/questions`, and `PUT /api/trace/questions/:id` with the whole of it. */
export const savedQuestionOrderSchema = z.object({
  name: z.string().trim().min(1).max(60),
  terms: traceTermsSchema,
  office: z.string().max(64).optional(),
})
export type SavedQuestionOrder = z.infer<typeof savedQuestionOrderSchema>
export const savedQuestionChangedSchema = z.object({ question: savedQuestionSchema, receipt: z.number().int() })
