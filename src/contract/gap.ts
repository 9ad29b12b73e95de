import { z } from 'zod'

/** What those who watch over the trace are told at once: gaps that are not healed, and an outage that is going on. */
export const gapsSchema = z.object({
  /** Not healed, of the last 30 days; newest first, 50 at most. */
  gaps: z.array(
    z.object({
      /** Its entry in the ledger. */
      sequence: z.number().int(),
      counter: z.string(),
      foundAt: z.string(),
    }),
  ),
  total: z.number().int(),
  /** Uses traced locally that have not joined the ledger. */
  spooled: z.number().int(),
})
export type Gaps = z.infer<typeof gapsSchema>
