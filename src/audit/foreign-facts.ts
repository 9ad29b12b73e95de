import { z } from 'zod'
import type { Entry } from '../ledger/index.ts'

const codingSchema = z.object({ system: z.string(), code: z.string() })

/**
 * What the `detail` of a `foreign` entry says beside who, whom, what and whence, which stand where every entry has
 * them: which source said it, how it came, and what it called the event. The original itself is not kept, only its
 * digest.
 */
const foreignFactsSchema = z.object({
  /** Id and name of the registered source. */
  source: z.string(),
  sourceName: z.string().optional(),
  format: z.enum(['fhir', 'dicom', 'csv']),
  transport: z.enum(['http', 'tls', 'tcp', 'udp', 'file']),
  /** The source's own id of the event, or the digest of its bytes: the same is never recorded twice. */
  eventId: z.string(),
  /** RFC 3339, as the source claims. */
  occurred: z.string().optional(),
  event: z
    .object({
      type: codingSchema,
      subtypes: z.array(codingSchema),
      action: z.enum(['C', 'R', 'U', 'D', 'E']).optional(),
    })
    .optional(),
  /** Where the source stands and which of its parts observed, by its own words. */
  site: z.string().optional(),
  observer: z.string().optional(),
  /** Further patients and records of the same event: `Type/id`. */
  patients: z.array(z.string()).optional(),
  records: z.array(z.string()).optional(),
})
export type ForeignFacts = z.infer<typeof foreignFactsSchema>

/** @returns what could be read; entries of this kind are made by this room alone. */
export function foreignFacts({ detail }: Pick<Entry, 'detail'>): Partial<ForeignFacts> {
  const parsed = foreignFactsSchema.safeParse(detail)
  return parsed.success ? parsed.data : {}
}
