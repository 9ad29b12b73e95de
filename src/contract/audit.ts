import { z } from 'zod'

/** `GET /api/audit/flows`: whose audit trails come in, and where ours go. */
export const auditFlowsSchema = z.object({
  sources: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      /** How it shows that it is the one it says it is. */
      authenticates: z.enum(['application', 'certificate', 'address', 'file']),
      people: z.enum(['ours', 'theirs']),
      patients: z.enum(['ours', 'theirs']),
    }),
  ),
  /** Ways that are listened on for syslog. */
  listening: z.array(z.enum(['tls', 'tcp', 'udp'])),
  destinations: z.array(
    z.object({
      id: z.string(),
      as: z.enum(['audit-message', 'cef', 'fhir']),
      over: z.enum(['tls', 'tcp', 'udp', 'http']),
      /** Kinds of entries that are sent; all where absent. */
      kinds: z.array(z.string()).optional(),
      /** Entries below this one were handed over. */
      position: z.number().int(),
      waiting: z.number().int(),
      sent: z.number().int(),
      movedAt: z.string(),
      failure: z.string().optional(),
    }),
  ),
})
export type AuditFlows = z.infer<typeof auditFlowsSchema>
