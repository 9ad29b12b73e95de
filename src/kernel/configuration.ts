import { resolve } from 'node:path'
import { z } from 'zod'
import { parseEnvironment } from './parse-environment.ts'

/** Everything the environment may say, parsed once. The names are fixed: scripts rely on them. */
const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(8710).describe('TCP port of the server; 0 takes a free one'),
  HOST: z.string().min(1).default('127.0.0.1').describe('address to listen on'),
  DATA_DIR: z.string().min(1).default('./data').describe('where the embedded database, keys and secrets are kept'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('PostgreSQL 15 or newer; without it, an embedded one in DATA_DIR'),
  EMR_UPSTREAM_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('a FHIR R4 server to stand in front of, instead of the own store'),
  EMR_UPSTREAM_AUTHORIZATION: z
    .string()
    .regex(/^[\x20-\x7e]+$/)
    .optional()
    .describe('what the upstream is sent as Authorization header'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('how browsers and applications reach this server'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DEMO_PATIENTS: z.coerce
    .number()
    .int()
    .min(10)
    .max(1_000_000)
    .default(2000)
    .describe('size of the demonstration hospital'),
  CONTINUITY: z
    .string()
    .optional()
    .describe('where uses go on while the database is away: JSON, or @ and a file (docs/continuity.md); none, nowhere'),
  HEARTBEAT_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(1440)
    .default(60)
    .describe('how often each process states in the ledger what it has counted'),
  LEDGER_KEY: z
    .string()
    .optional()
    .describe('the key that signs checkpoints: file:…, pkcs11:… or https://…#public-key=… (docs/keys.md); else a file'),
  LEDGER_GM_KEY: z
    .string()
    .optional()
    .describe('the SM2 key of the log over SM3: file:… or https://…#public-key=…; none, no such log; else a file'),
  ALLOW_EMBEDDED_DATABASE: z.stringbool().default(false).describe('let `chartward serve` use the embedded database'),
})

export interface Configuration {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly emrUpstreamUrl: string | undefined
  readonly emrUpstreamAuthorization: string | undefined
  readonly publicUrl: string | undefined
  readonly logLevel: string
  readonly demoPatients: number
  readonly allowEmbeddedDatabase: boolean
  /** Addresses of keys (`crypto/key-address.ts`). */
  readonly ledgerKey: string | undefined
  readonly ledgerGuomiKey: string | undefined
  readonly continuity: string | undefined
  readonly heartbeatMinutes: number
}

/** @throws {InvalidInput} naming every variable that breaks its rule. */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const value = parseEnvironment(environmentSchema, environment)
  return {
    port: value.PORT,
    host: value.HOST,
    dataDir: resolve(value.DATA_DIR),
    databaseUrl: value.DATABASE_URL,
    emrUpstreamUrl: value.EMR_UPSTREAM_URL?.replace(/\/+$/, ''),
    emrUpstreamAuthorization: value.EMR_UPSTREAM_AUTHORIZATION,
    publicUrl: value.PUBLIC_URL?.replace(/\/+$/, ''),
    logLevel: value.LOG_LEVEL,
    demoPatients: value.DEMO_PATIENTS,
    allowEmbeddedDatabase: value.ALLOW_EMBEDDED_DATABASE,
    ledgerKey: value.LEDGER_KEY,
    ledgerGuomiKey: value.LEDGER_GM_KEY,
    continuity: value.CONTINUITY,
    heartbeatMinutes: value.HEARTBEAT_MINUTES,
  }
}

/** The same table for `chartward help environment` and the README: name, default, meaning. */
export function describeConfiguration(): readonly { name: string; default: string; meaning: string }[] {
  return Object.entries(environmentSchema.shape).map(([name, schema]) => {
    const fallback = schema.safeParse(undefined)
    return { name, default: fallback.success ? String(fallback.data ?? '') : '', meaning: schema.description ?? '' }
  })
}
