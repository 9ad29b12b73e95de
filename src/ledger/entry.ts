import type {
  Action,
  ApplicationId,
  AuthorityEpoch,
  Channel,
  LedgerSequence,
  PatientId,
  PersonId,
  PurposeOfUse,
} from '../kernel/index.ts'

/**
 * What may stand in the ledger. An entry identifies who, whom, what, why, whence and when, and holds no clinical
 * content (ISO 27789): identifiers, codes, digests and the terms of a search, never a value from a record.
 *
 * The sequence number is not in the entry: it is the leaf's place in the tree.
 */
export const entryKinds = [
  'permit', // a use was allowed; nothing has left yet
  'refusal', // a use was refused
  'release', // what a permit allowed is about to leave: its digest
  'withheld', // a permitted use ended without release (not found, upstream gone, caller gone)
  'search', // a search ran: its terms
  'exposure', // one patient appeared in the result of a search or list
  'write', // a record version came into being
  'reminder', // a warning before opening was answered: proceed or turn back (功能规范 2010)
  'sign-in',
  'sign-in-failed',
  'sign-out',
  'step-up',
  'trace-reading', // entries of the ledger itself were read
  'authority-change', // people, posts, rights, grounds or policies changed
  'configuration-change',
  'import',
  'export',
  'system', // start, stop, recovery, integrity findings
  'gap', // counters do not agree, or something that should be there is not; or an earlier gap was healed
  'spool-joined', // what was traced in a local spool while the database was away stands in the ledger now
  'foreign', // an event of another system's audit trail was taken in
  'anchor', // both logs and their time-stamps were bound into each other; or a key of a log handed over to the next
] as const
export type EntryKind = (typeof entryKinds)[number]

/** DICOM and FHIR audit outcome: 0 success, 4 minor failure, 8 serious failure, 12 major failure. */
export type Outcome = 0 | 4 | 8 | 12

export interface EntryActor {
  readonly person?: PersonId
  readonly name?: string
  /** Roles held when it happened, by living posts. */
  readonly roles?: readonly string[]
  readonly departments?: readonly string[]
  readonly onBehalfOf?: PersonId
  readonly application?: ApplicationId
  readonly session?: string
  readonly assurance?: number
  readonly methods?: readonly string[]
}

export interface EntryRecord {
  readonly type: string
  readonly id: string
  readonly version?: number
}

/** What a caller of the ledger states. `id`, `recorded` and `nonce` are added when the entry is sealed into bytes. */
export interface EntryDraft {
  readonly kind: EntryKind
  readonly actor?: EntryActor
  readonly terminal?: { readonly address: string; readonly device?: string }
  readonly channel?: Channel
  readonly action?: Action
  readonly purpose?: PurposeOfUse
  /** Coded reason and the person's own words, where one was asked for. */
  readonly reason?: { readonly code: string; readonly text?: string }
  readonly patient?: PatientId
  readonly record?: EntryRecord
  readonly decision?: {
    readonly effect: 'permit' | 'deny'
    /** Ids of the determining policies. */
    readonly policies: readonly string[]
    /** SHA-256 of the policy bundle, hex. */
    readonly bundle: string
    readonly epoch: AuthorityEpoch
    /** Coded reason of a refusal. */
    readonly code?: string
  }
  /** The permit that this release, withholding, exposure or write follows. */
  readonly follows?: LedgerSequence
  /** SHA-256 of what left, hex. */
  readonly digest?: string
  readonly outcome: Outcome
  readonly requestId?: string
  /** Kind-specific facts: terms of a search, counts, the setting changed, names of withheld parts. No content. */
  readonly detail?: Readonly<Record<string, unknown>>
}

export interface Entry extends EntryDraft {
  readonly v: 1
  /** UUIDv7: the idempotency key. */
  readonly id: string
  /** RFC 3339 with milliseconds, UTC, by the server's clock. */
  readonly recorded: string
  /** 16 random bytes, base64url: hashes of leaves are public, and without it a poor entry could be guessed. */
  readonly nonce: string
  /**
   * This entry raised the epoch of authority by one: no use decided before it is released after it. The epoch before
   * any entry is therefore the number of such entries before it, and whoever holds the ledger can check each release.
   */
  readonly raisesEpoch?: true
}

/** Proof to the caller that an entry is durable: its place and its leaf hash (RFC 6962 §2.1, hex). */
export interface Receipt {
  readonly sequence: LedgerSequence
  readonly leafHash: string
  readonly recorded: string
  /**
   * Name of the place in a local spool, `S<spool>-<index>`, while the ledger's database is away: `sequence` is then
   * negative and means nothing outside this process, and `leafHash` is the head of the spool's chain.
   */
  readonly spool?: string
}

/** How a receipt is told to people and machines: a number of the ledger, or a place in a spool that will join it. */
export const receiptName = (receipt: Pick<Receipt, 'sequence' | 'spool'>): string =>
  receipt.spool ?? String(receipt.sequence)
