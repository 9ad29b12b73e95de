import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { InvalidInput } from '../kernel/index.ts'
import { entryKinds } from '../ledger/index.ts'
import { readConfigurationFile } from './audit-source.ts'

const port = z.number().int().min(1).max(65535)
const host = z.string().min(1)

/**
 * When a stream counts as handed over. `close`: the receiver has read to the end and closed its side, as RFC 5425
 * §4.4 has it. `write`: the bytes were given to the network; for receivers that never close.
 */
const confirm = z.enum(['close', 'write']).default('close')

const syslogSchema = z.discriminatedUnion('over', [
  z.strictObject({
    over: z.literal('tls'),
    host,
    port: port.default(6514),
    confirm,
    /** PEM of the authorities that may have signed the receiver's certificate. */
    authorities: z.string(),
    /** Ours, where the receiver asks for one. */
    certificate: z.string().optional(),
    key: z.string().optional(),
  }),
  z.strictObject({ over: z.literal('tcp'), host, port, confirm }),
  z.strictObject({ over: z.literal('udp'), host, port: port.default(514) }),
])
export type SyslogTarget = z.infer<typeof syslogSchema>

const destinationSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  /** Kinds of entries that are sent; all, where this is absent. */
  kinds: z.array(z.enum(entryKinds)).min(1).optional(),
  /** Where a destination that is new begins: with what happens from now on, or with the first entry. */
  from: z.enum(['now', 'beginning']).default('now'),
  send: z.discriminatedUnion('as', [
    z.strictObject({ as: z.literal('audit-message'), dialect: z.enum(['dicom', 'rfc3881']), to: syslogSchema }),
    z.strictObject({ as: z.literal('cef'), to: syslogSchema }),
    z.strictObject({
      as: z.literal('fhir'),
      /** FHIR base. */
      url: z.url({ protocol: /^https?$/ }),
      /** Name of the environment variable that holds the Authorization header. */
      authorizationFrom: z.string().optional(),
    }),
  ]),
})
export type AuditDestination = z.infer<typeof destinationSchema>

const destinationsSchema = z.strictObject({ destinations: z.array(destinationSchema) })

/**
 * The file AUDIT_DESTINATIONS names; paths in it are relative to it.
 * @throws {AuditFailure} `audit-configuration-unreadable`. @throws {InvalidInput} naming what breaks a rule.
 */
export async function readAuditDestinations(path: string): Promise<readonly AuditDestination[]> {
  const { destinations } = await readConfigurationFile(path, destinationsSchema)
  const twice = destinations.filter((one, at) => destinations.findIndex(({ id }) => id === one.id) !== at)
  if (twice.length > 0) {
    throw new InvalidInput(
      twice.map((one) => ({
        field: `destinations.${one.id}`,
        rule: 'unique',
        zh: '去向编号重复',
        en: 'this id stands twice',
      })),
    )
  }
  return destinations.map((one) => withPaths(one, (file) => resolve(dirname(path), file)))
}

function withPaths(destination: AuditDestination, at: (file: string) => string): AuditDestination {
  const { send } = destination
  if (send.as === 'fhir' || send.to.over !== 'tls') return destination
  const { authorities, certificate, key } = send.to
  const to = {
    ...send.to,
    authorities: at(authorities),
    ...(certificate !== undefined && { certificate: at(certificate) }),
    ...(key !== undefined && { key: at(key) }),
  }
  return { ...destination, send: { ...send, to } }
}
