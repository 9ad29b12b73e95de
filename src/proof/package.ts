import { z } from 'zod'
import { decodeBase64, digestSizeBytes } from '../crypto/index.ts'
import { ProofFailure } from './errors.ts'

/**
 * The export package `chartward-export/1`: entries of a ledger with all that is needed to check them without this
 * program, its database or its people (docs/formats/proof.md). Nothing in it is trusted because it stands in it: each
 * field is covered by the root of a signed checkpoint, or named as not covered by whoever verifies it.
 */
export const packageFormat = 'chartward-export/1'

const sequence = z.number().int().nonnegative()
const base64 = z.base64()
const hash = base64.refine((text) => isHash(text), 'a hash of 32 bytes')
/** Places in `hashes`. */
const path = z.array(sequence)
const perSuite = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({ international: value.optional(), guomi: value.optional() })

const openedEntry = z.strictObject({
  sequence,
  /** The exact text the ledger commits to; its bytes are its UTF-8. */
  body: z.string(),
  /** RFC 6962 §2.1.1, for each tree, from the leaf upward. */
  paths: perSuite(path),
})

const withheldEntry = z.strictObject({
  sequence,
  /** That something stands here can be checked; what it says is not part of this package. */
  leafHashes: perSuite(hash),
  paths: perSuite(path),
})

const anchoredNote = {
  suite: z.enum(['international', 'guomi']),
  /** A checkpoint as a signed note, with every signature and cosignature line it has. */
  note: z.string(),
  /** RFC 3161 tokens over the checkpoint, DER. */
  timestamps: z.array(base64),
}

export const packageSchema = z.strictObject({
  format: z.literal(packageFormat),
  /** One checkpoint for each tree, all of one size: what the paths lead to. */
  trees: z.array(z.strictObject(anchoredNote)).min(1),
  /** Smaller checkpoints of the same trees: what was covered, and by whom, at earlier times. */
  anchors: z.array(
    z.strictObject({
      ...anchoredNote,
      /** RFC 6962 §2.1.2, to the checkpoint in `trees`. */
      consistency: path,
    }),
  ),
  /**
   * The entry by which this answer was asked for. Its `detail.question` says what, its `actor` who, its
   * `detail.answer` what was answered and as of when ({@link answerSchema}).
   */
  asking: openedEntry.optional(),
  /** In the order of the answer. */
  entries: z.array(z.union([openedEntry, withheldEntry])),
  /** The hashes that paths are made of, each once. */
  hashes: z.array(hash),
  /** Verifier keys by name, for those who want to ask their owners; they count only if the reader's policy says so. */
  keys: z.array(z.strictObject({ role: z.enum(['log', 'witness']), verifierKey: z.string() })),
  /** Statements by which a key of the log handed over to the next, oldest first, as signed notes. */
  succession: z.array(z.string()),
})

export type ExportPackage = z.infer<typeof packageSchema>
export type OpenedEntry = z.infer<typeof openedEntry>
export type WithheldEntry = z.infer<typeof withheldEntry>
export type PackageAnchor = ExportPackage['anchors'][number]

/** What an entry that asks for a package states in `detail.answer`, so that the ledger itself commits to the answer. */
export const answerSchema = z.strictObject({
  /** Every entry below this sequence that the question asks for was counted. */
  completeAsOf: sequence,
  count: sequence,
  /** SHA-256 over the (SHA-256) leaf hashes of the entries in the order of the answer, hex. */
  leaves: z.string().regex(/^[0-9a-f]{64}$/),
})
export type Answer = z.infer<typeof answerSchema>

/** @throws {ProofFailure} `not-a-package`. */
export function parsePackage(text: string): ExportPackage {
  try {
    return packageSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new ProofFailure('not-a-package', `this is not an export of the format ${packageFormat}`, { cause })
  }
}

function isHash(text: string): boolean {
  return decodeBase64(text)?.length === digestSizeBytes
}
