import { z } from 'zod'
import { actions, purposes } from '../kernel/index.ts'
import { type Entry, type EntryActor, type EntryRecord, entryKinds } from './entry.ts'
import { LedgerFailure } from './errors.ts'

const text = z.string()
const texts = z.array(text)
const sequence = z.number().int().nonnegative()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const actorSchema = z.strictObject({
  person: text.optional(),
  name: text.optional(),
  roles: texts.optional(),
  departments: texts.optional(),
  onBehalfOf: text.optional(),
  application: text.optional(),
  session: text.optional(),
  assurance: z.number().int().optional(),
  methods: texts.optional(),
} satisfies Record<keyof EntryActor, z.ZodType>)

const recordSchema = z.strictObject({
  type: text,
  id: text,
  version: z.number().int().optional(),
} satisfies Record<keyof EntryRecord, z.ZodType>)

const decisionSchema = z.strictObject({
  effect: z.enum(['permit', 'deny']),
  policies: texts,
  bundle: text,
  epoch: sequence,
  code: text.optional(),
} satisfies Record<keyof NonNullable<Entry['decision']>, z.ZodType>)

/** The closed format of version 1; `satisfies` keeps it and {@link Entry} from drifting apart. */
const entrySchema = z.strictObject({
  v: z.literal(1),
  id: z.uuidv7(),
  recorded: z.iso.datetime({ precision: 3 }),
  nonce: z.base64url().length(22),
  kind: z.enum(entryKinds),
  actor: actorSchema.optional(),
  terminal: z.strictObject({ address: text, device: text.optional() }).optional(),
  channel: z.enum(['console', 'fhir', 'authzen', 'cli', 'batch']).optional(),
  action: z.enum(actions).optional(),
  purpose: z.enum(purposes).optional(),
  reason: z.strictObject({ code: text, text: text.optional() }).optional(),
  patient: text.optional(),
  record: recordSchema.optional(),
  decision: decisionSchema.optional(),
  follows: sequence.optional(),
  digest: sha256.optional(),
  outcome: z.literal([0, 4, 8, 12]),
  requestId: text.optional(),
  detail: z.record(z.string(), z.unknown()).optional(),
  raisesEpoch: z.literal(true).optional(),
} satisfies Record<keyof Entry, z.ZodType>)

/**
 * Reads the body of a journal row.
 * @throws {LedgerFailure} `entry-unreadable` when it is not an entry of a version this program knows.
 */
export function parseEntry(body: string): Entry {
  try {
    return entrySchema.parse(JSON.parse(body)) as unknown as Entry
  } catch (cause) {
    throw new LedgerFailure('entry-unreadable', 'a row of the journal is not an entry of version 1', { cause })
  }
}
