import { z } from 'zod'
import { type AuditDestination, readAuditDestinations } from './audit-destination.ts'
import { type AuditSources, noAuditSources, readAuditSources } from './audit-source.ts'

/** What the environment may say about others' trails and ours; without any of it nothing comes in and nothing is sent. */
const environmentSchema = z.object({
  AUDIT_SOURCES: z
    .string()
    .min(1)
    .optional()
    .describe('JSON file of the systems whose audit trails are taken in, and where to listen (docs/formats/audit.md)'),
  AUDIT_DESTINATIONS: z
    .string()
    .min(1)
    .optional()
    .describe('JSON file of where our own events are sent: audit repositories, a SIEM (docs/formats/audit.md)'),
})

export interface AuditConfiguration {
  readonly sources: AuditSources
  readonly destinations: readonly AuditDestination[]
}

/** @throws {AuditFailure} `audit-configuration-unreadable`. @throws {InvalidInput} naming what breaks a rule. */
export async function readAuditConfiguration(environment: NodeJS.ProcessEnv): Promise<AuditConfiguration> {
  const { AUDIT_SOURCES: sources, AUDIT_DESTINATIONS: destinations } = environment
  return {
    sources: sources ? await readAuditSources(sources) : noAuditSources,
    destinations: destinations ? await readAuditDestinations(destinations) : [],
  }
}

/** For `chartward environment`: name, default, meaning. */
export function describeAuditConfiguration(): readonly { name: string; default: string; meaning: string }[] {
  return Object.entries(environmentSchema.shape).map(([name, schema]) => ({
    name,
    default: '',
    meaning: schema.description ?? '',
  }))
}

/** What of it could mute a part of the trace, for the entry that tells of a change: ids and kinds, no addresses. */
export function auditSettings({ sources, destinations }: AuditConfiguration): Readonly<Record<string, string>> {
  return {
    auditSources: sources.sources.map(({ id }) => id).join(' '),
    auditListeners: Object.keys(sources.listen).join(' '),
    auditDestinations: destinations.map(({ id, kinds }) => (kinds ? `${id}(${kinds.join(',')})` : id)).join(' '),
  }
}
