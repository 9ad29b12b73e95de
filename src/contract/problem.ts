import { z } from 'zod'

/** RFC 9457 problem, in the caller's language, always in three parts: what, why, what now. */
export const problemSchema = z.object({
  type: z.string(),
  /** What happened, in words. */
  title: z.string(),
  status: z.number().int(),
  /** Why. */
  detail: z.string().optional(),
  /** What one can do now. */
  next: z.string().optional(),
  code: z.string(),
  issues: z.array(z.object({ field: z.string(), rule: z.string(), message: z.string() })).optional(),
  /** Ledger sequence of the refusal. */
  receipt: z.number().int().optional(),
  requestId: z.string().optional(),
})
export type Problem = z.infer<typeof problemSchema>
