import { z } from 'zod'
import { InvalidInput, parseEnvironment } from '../kernel/index.ts'

/** What the environment may say about signing in; without any of it, people have passwords, codes and passkeys here. */
const environmentSchema = z.object({
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("issuer of the hospital's OpenID Connect provider"),
  OIDC_CLIENT_ID: z.string().min(1).optional().describe('our client id there'),
  OIDC_CLIENT_SECRET: z.string().min(1).optional().describe('our client secret there'),
  OIDC_NAME: z.string().min(1).default('单点登录').describe('what the button says'),
  OIDC_STAFF_NUMBER_CLAIM: z.string().min(1).default('staff_number').describe('claim that holds the staff number'),
  LDAP_URL: z
    .url({ protocol: /^ldaps?$/ })
    .optional()
    .describe("the hospital's LDAP directory or AD, e.g. ldaps://ad.hospital.example"),
  LDAP_START_TLS: z.stringbool().default(true).describe('upgrade ldap:// by StartTLS before anything is sent'),
  LDAP_CA_FILE: z.string().min(1).optional().describe('PEM of the authority that signed its certificate'),
  LDAP_BIND_DN: z.string().min(1).optional().describe('account that may search for people'),
  LDAP_BIND_PASSWORD: z.string().min(1).optional(),
  LDAP_BASE_DN: z.string().min(1).optional().describe('below which people are'),
  LDAP_USER_ATTRIBUTE: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/)
    .default('uid')
    .describe('sAMAccountName in AD'),
  LDAP_STAFF_NUMBER_ATTRIBUTE: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/)
    .default('employeeNumber'),
  SESSION_IDLE_MINUTES: z.coerce.number().int().min(1).max(480).default(30).describe('a session unused so long ends'),
  SESSION_MAX_HOURS: z.coerce.number().int().min(1).max(24).default(12).describe('a session ends at the latest'),
})

export interface IdentityConfiguration {
  readonly oidc?: OidcConfiguration
  readonly ldap?: LdapConfiguration
  readonly sessionIdleMinutes: number
  readonly sessionMaxHours: number
}

export interface OidcConfiguration {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly name: string
  readonly staffNumberClaim: string
}

export interface LdapConfiguration {
  readonly url: string
  readonly startTls: boolean
  readonly caFile?: string
  readonly bindDn: string
  readonly bindPassword: string
  readonly baseDn: string
  readonly userAttribute: string
  readonly staffNumberAttribute: string
}

export const defaultIdentityConfiguration: IdentityConfiguration = readIdentityConfiguration({})

/** @throws {InvalidInput} naming every variable that breaks its rule, is missing beside its siblings, or is a default secret. */
export function readIdentityConfiguration(environment: NodeJS.ProcessEnv): IdentityConfiguration {
  const value = parseEnvironment(environmentSchema, environment)
  const issues = [
    ...missing(value, 'OIDC_ISSUER', ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET']),
    ...missing(value, 'LDAP_URL', ['LDAP_BIND_DN', 'LDAP_BIND_PASSWORD', 'LDAP_BASE_DN']),
    ...(['OIDC_CLIENT_SECRET', 'LDAP_BIND_PASSWORD'] as const)
      .filter((name) => value[name] !== undefined && secretIsDefault(value[name]))
      .map((name) => wrong(name, 'default-secret', '不得使用默认口令', 'is a default secret')),
  ]
  if (issues.length > 0) throw new InvalidInput(issues)

  return {
    sessionIdleMinutes: value.SESSION_IDLE_MINUTES,
    sessionMaxHours: value.SESSION_MAX_HOURS,
    ...(value.OIDC_ISSUER !== undefined && {
      oidc: {
        issuer: value.OIDC_ISSUER,
        clientId: value.OIDC_CLIENT_ID!,
        clientSecret: value.OIDC_CLIENT_SECRET!,
        name: value.OIDC_NAME,
        staffNumberClaim: value.OIDC_STAFF_NUMBER_CLAIM,
      },
    }),
    ...(value.LDAP_URL !== undefined && {
      ldap: {
        url: value.LDAP_URL,
        startTls: value.LDAP_START_TLS && value.LDAP_URL.startsWith('ldap:'),
        bindDn: value.LDAP_BIND_DN!,
        bindPassword: value.LDAP_BIND_PASSWORD!,
        baseDn: value.LDAP_BASE_DN!,
        userAttribute: value.LDAP_USER_ATTRIBUTE,
        staffNumberAttribute: value.LDAP_STAFF_NUMBER_ATTRIBUTE,
        ...(value.LDAP_CA_FILE !== undefined && { caFile: value.LDAP_CA_FILE }),
      },
    }),
  }
}

/** Name, default and meaning of every variable, for the command line's help and the README. */
export function describeIdentityConfiguration(): readonly { name: string; default: string; meaning: string }[] {
  return Object.entries(environmentSchema.shape).map(([name, schema]) => {
    const fallback = schema.safeParse(undefined)
    return { name, default: fallback.success ? String(fallback.data ?? '') : '', meaning: schema.description ?? '' }
  })
}

/** Secrets that everyone tries first. */
export function secretIsDefault(secret: string): boolean {
  return /^(admin|administrator|changeme|change-me|chartward|default|demo|hospital|password|root|secret|test|12345678?9?0?|888888+|000000+)[0-9@!#.]*$/i.test(
    secret,
  )
}

function missing(value: Readonly<Record<string, unknown>>, leader: string, followers: readonly string[]) {
  if (value[leader] === undefined) return []
  return followers
    .filter((name) => value[name] === undefined)
    .map((name) => wrong(name, 'required', `设置 ${leader} 时必须同时设置`, `is required together with ${leader}`))
}

const wrong = (field: string, rule: string, zh: string, en: string) => ({ field, rule, zh, en })
