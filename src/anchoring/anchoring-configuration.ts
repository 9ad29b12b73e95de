import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { CryptoFailure, parseWitnessPolicy, readPemCertificates, type WitnessPolicy } from '../crypto/index.ts'
import { InvalidInput, parseEnvironment } from '../kernel/index.ts'
import type { TimestampAuthority } from './ask-timestamp.ts'
import { AnchoringFailure } from './errors.ts'

/** What the environment may say about holding the ledger from outside; without any of it, nobody outside does. */
const environmentSchema = z.object({
  LEDGER_WITNESSES: z
    .string()
    .min(1)
    .optional()
    .describe('file that names the witnesses and their quorum (C2SP tlog-policy; docs/witness.md)'),
  LEDGER_TIMESTAMP_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('time-stamp authority (RFC 3161) that stamps the checkpoints'),
  LEDGER_TIMESTAMP_ROOTS: z.string().min(1).optional().describe('PEM of the roots its certificates must lead to'),
  LEDGER_TIMESTAMP_POLICY: z
    .string()
    .regex(/^[0-2](\.(0|[1-9][0-9]*))+$/)
    .optional()
    .describe('object identifier of the policy to ask for'),
  LEDGER_ANCHOR_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_080)
    .default(60)
    .describe('how often the logs are stamped and bound into each other'),
})

export interface AnchoringConfiguration {
  readonly policy: WitnessPolicy
  readonly authority?: TimestampAuthority
  readonly anchorEveryMs: number
}

/**
 * Reads the environment and the files it names.
 * @throws {InvalidInput} naming the variable; {AnchoringFailure} `anchoring-misconfigured`, naming the file and its line.
 */
export async function readAnchoringConfiguration(environment: NodeJS.ProcessEnv): Promise<AnchoringConfiguration> {
  const value = parseEnvironment(environmentSchema, environment)
  const url = value.LEDGER_TIMESTAMP_URL
  if (url !== undefined && value.LEDGER_TIMESTAMP_ROOTS === undefined) {
    throw new InvalidInput([
      {
        field: 'LEDGER_TIMESTAMP_ROOTS',
        rule: 'required',
        zh: '设置 LEDGER_TIMESTAMP_URL 时必须同时设置',
        en: 'is required together with LEDGER_TIMESTAMP_URL',
      },
    ])
  }
  return {
    policy: await readFrom(value.LEDGER_WITNESSES, parseWitnessPolicy, parseWitnessPolicy('quorum none')),
    anchorEveryMs: value.LEDGER_ANCHOR_MINUTES * 60_000,
    ...(url !== undefined && {
      authority: {
        url,
        roots: await readFrom(value.LEDGER_TIMESTAMP_ROOTS, readPemCertificates, []),
        ...(value.LEDGER_TIMESTAMP_POLICY !== undefined && { policy: value.LEDGER_TIMESTAMP_POLICY }),
      },
    }),
  }
}

/** Name, default and meaning of every variable, for the command line's help and the README. */
export function describeAnchoringConfiguration(): readonly { name: string; default: string; meaning: string }[] {
  return Object.entries(environmentSchema.shape).map(([name, schema]) => {
    const fallback = schema.safeParse(undefined)
    return { name, default: fallback.success ? String(fallback.data ?? '') : '', meaning: schema.description ?? '' }
  })
}

async function readFrom<Value>(
  file: string | undefined,
  parse: (text: string) => Value,
  absent: Value,
): Promise<Value> {
  if (file === undefined) return absent
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AnchoringFailure('anchoring-misconfigured', `${file} cannot be read`, { cause })
  })
  try {
    return parse(text)
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause
    throw new AnchoringFailure('anchoring-misconfigured', `${file}: ${cause.message}`, { cause })
  }
}

/** What of it could leave the ledger without anyone outside; each change stands in the ledger. */
export function anchoringSettings({ policy, authority, anchorEveryMs }: AnchoringConfiguration) {
  return {
    witnesses: policy.witnesses.map(({ name, verifierKey }) => `${name} ${verifierKey}`),
    quorum: policy.quorum,
    timestamps: authority?.url ?? 'none',
    anchorMinutes: anchorEveryMs / 60_000,
  }
}
