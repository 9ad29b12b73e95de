import { z } from 'zod'

/** `GET /api/explain?type=&id=&action=&purpose=`: why can I see this, why not, and what can I do. */
export const explanationSchema = z.object({
  effect: z.enum(['permit', 'deny']),
  /** One sentence in the caller's language. */
  sentence: z.string(),
  purpose: z.string().optional(),
  grounds: z.array(
    z.object({ kind: z.string(), text: z.string(), until: z.string().optional(), source: z.string().optional() }),
  ),
  policies: z.array(
    z.object({ id: z.string(), effect: z.enum(['permit', 'forbid']), clause: z.string(), title: z.string() }),
  ),
  /** For a denial: the nearest ways to a right, each with the grounds that are missing. */
  missing: z.array(
    z.object({ policy: z.string(), title: z.string(), clause: z.string(), conditions: z.array(z.string()) }),
  ),
  /** For a denial: the one thing to do. */
  next: z.object({ kind: z.enum(['declare', 'step-up', 'ask-head', 'training', 'none']), text: z.string() }).optional(),
  receipt: z.number().int().optional(),
})
export type Explanation = z.infer<typeof explanationSchema>
