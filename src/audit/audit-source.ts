import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { InvalidInput } from '../kernel/index.ts'
import { AuditFailure } from './errors.ts'

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/)

/** How a source shows that it is the one it says it is. A file is brought by whoever may run the command. */
const authenticationSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('application'), application: z.string().min(1) }),
  z.strictObject({
    by: z.literal('certificate'),
    /** SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` says it. */
    fingerprint256: z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/i),
  }),
  z.strictObject({ by: z.literal('address'), addresses: z.array(z.string().min(1)).min(1) }),
  z.strictObject({ by: z.literal('file') }),
])

/**
 * Whose ids they are. `ours`: the source uses this hospital's person ids or patient ids, and its events stand beside
 * ours in every question. `theirs` (unless said otherwise): ids are kept apart as `source:id`, because the same number
 * in two systems is seldom the same human being.
 */
const owner = z.enum(['ours', 'theirs']).default('theirs')

const sourceSchema = z.strictObject({
  id,
  name: z.string().min(1).max(100),
  authenticates: authenticationSchema,
  people: owner,
  patients: owner,
})
export type AuditSource = z.infer<typeof sourceSchema>

const port = z.number().int().min(0).max(65535)
const host = z.string().min(1).default('0.0.0.0')

const sourcesSchema = z.strictObject({
  sources: z.array(sourceSchema),
  /** Listeners for DICOM audit messages over syslog; each is off where it is absent. */
  listen: z
    .strictObject({
      tls: z
        .strictObject({ port, host, certificate: z.string(), key: z.string(), clientAuthorities: z.string() })
        .optional(),
      tcp: z.strictObject({ port, host }).optional(),
      udp: z.strictObject({ port, host }).optional(),
    })
    .default({}),
})
export type AuditSources = z.infer<typeof sourcesSchema>

export const noAuditSources: AuditSources = { sources: [], listen: {} }

/**
 * The file AUDIT_SOURCES names; paths in it are relative to it.
 * @throws {AuditFailure} `audit-configuration-unreadable`. @throws {InvalidInput} naming what breaks a rule.
 */
export async function readAuditSources(path: string): Promise<AuditSources> {
  const sources = await readConfigurationFile(path, sourcesSchema)
  const twice = sources.sources.filter(
    (one, at) => sources.sources.findIndex(({ id: other }) => other === one.id) !== at,
  )
  if (twice.length > 0) {
    throw new InvalidInput(
      twice.map((one) => ({
        field: `sources.${one.id}`,
        rule: 'unique',
        zh: '来源编号重复',
        en: 'this id stands twice',
      })),
    )
  }
  const { tls } = sources.listen
  if (!tls) return sources
  const at = (file: string) => resolve(dirname(path), file)
  return {
    ...sources,
    listen: {
      ...sources.listen,
      tls: { ...tls, certificate: at(tls.certificate), key: at(tls.key), clientAuthorities: at(tls.clientAuthorities) },
    },
  }
}

export async function readConfigurationFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  let content: unknown
  try {
    content = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new AuditFailure('audit-configuration-unreadable', `${path} is not a readable JSON file`, { cause })
  }
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  throw new InvalidInput(
    parsed.error.issues.map((issue) => ({
      field: `${path}: ${issue.path.join('.')}`,
      rule: issue.code,
      zh: `配置不合规：${issue.message}`,
      en: issue.message,
    })),
  )
}
