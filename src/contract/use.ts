import { z } from 'zod'

/**
 * One use as shown to people: built from ledger entries. Served by `GET /api/patients/:id/uses` (who has looked),
 * `GET /api/uses/mine`, and `GET /api/trace` (for those allowed), each of which is itself traced.
 */
export const useSchema = z.object({
  sequence: z.number().int(),
  recorded: z.string(),
  kind: z.string(),
  outcome: z.number().int(),
  person: z
    .object({ id: z.string(), name: z.string(), roles: z.array(z.string()), departments: z.array(z.string()) })
    .optional(),
  application: z.string().optional(),
  patient: z.object({ id: z.string(), name: z.string().optional() }).optional(),
  record: z.object({ type: z.string(), id: z.string(), version: z.number().int().optional() }).optional(),
  action: z.string().optional(),
  purpose: z.string().optional(),
  reason: z.string().optional(),
  channel: z.string().optional(),
  terminal: z.string().optional(),
  /** For refusals. */
  code: z.string().optional(),
  policies: z.array(z.string()),
  follows: z.number().int().optional(),
  /** Search terms and the like. */
  detail: z.record(z.string(), z.unknown()).optional(),
})
export type Use = z.infer<typeof useSchema>

const term = z.string().min(1).max(512).optional()

/** What the trace can be asked by; every filter may be absent, and those given hold together. */
export const traceTermsSchema = z.object({
  patient: term,
  /** Who acted. */
  person: term,
  /** For whom the person acted. */
  onBehalfOf: term,
  department: term,
  /** Network address, or name of the device. */
  terminal: term,
  application: term,
  session: term,
  kind: term,
  action: term,
  purpose: term,
  /** `Observation`, or `Observation/123`. */
  record: term,
  requestId: term,
  /** Receipt of a use that was written to a local spool first: `S0123456789abcdef-3`. */
  spoolReceipt: term,
  outcome: z.coerce.number().int().optional(),
  /** Receipt: the place in the ledger. */
  sequence: z.coerce.number().int().min(0).optional(),
  /** A time with its zone, or a day in China: from its first moment. */
  from: z.string().optional(),
  /** Likewise: to its last moment. */
  to: z.string().optional(),
})
export type TraceTerms = z.infer<typeof traceTermsSchema>

/** One page of a question. `before` is the keyset cursor (a sequence number). */
export const traceQuestionSchema = traceTermsSchema.extend({
  before: z.coerce.number().int().optional(),
  count: z.coerce.number().int().min(1).max(200).default(50),
})
export type TraceQuestion = z.infer<typeof traceQuestionSchema>

export const usePageSchema = z.object({
  uses: z.array(useSchema),
  nextBefore: z.number().int().optional(),
  /** Ledger sequence of this very reading. */
  receipt: z.number().int(),
})
export type UsePage = z.infer<typeof usePageSchema>

/** `GET /api/trace/:sequence`: one entry with its proof against the newest checkpoint. */
export const useProofSchema = z.object({
  use: useSchema,
  /** Canonical JSON of the entry as hashed; only for those who may read it. */
  entry: z.string(),
  leafHash: z.string(),
  proof: z
    .object({ treeSize: z.number().int(), rootHash: z.string(), path: z.array(z.string()), checkpoint: z.string() })
    .optional(),
  receipt: z.number().int(),
})
export type UseProof = z.infer<typeof useProofSchema>
