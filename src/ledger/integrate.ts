import {
  guomi,
  international,
  type NoteSigner,
  type NoteVerifier,
  parseVerifierKey,
  type Suite,
} from '../crypto/index.ts'
import type { Clock, Database, Transaction } from '../kernel/index.ts'
import type { ArchivedEntries } from './archived-entries.ts'
import { type Coverage, readCoverage } from './checkpoint-store.ts'
import { LedgerFailure } from './errors.ts'
import { growLog, requireSignedLeaves, type SignedLog } from './grow-tree.ts'
import { hashedLeaves, storedLeaves } from './journal-leaves.ts'
import type { SignedMemory, SignedTree } from './signed-memory.ts'

export interface IntegrationOptions {
  readonly database: Database
  /** The log's name, the first line of its checkpoints, e.g. `chartward.local/renmin-hospital`. */
  readonly origin: string
  readonly signer: NoteSigner
  /** Signs the tree over SM3, whose log is {@link guomiOrigin}. Without it, that tree rests where it is. */
  readonly guomiSigner?: NoteSigner
  /** Keys of either log that reigned before: a last checkpoint by one of them is built upon. */
  readonly formerVerifiers?: readonly NoteVerifier[]
  /** What was signed here before; without it, the database alone tells. */
  readonly memory?: SignedMemory
  /** Where entries are that have left the database; needed where the second tree is made up for them. */
  readonly archived?: ArchivedEntries
  readonly clock: Clock
}

export interface Integrated {
  /** Entries covered by the newest checkpoint, and entries there are. */
  readonly covered: number
  readonly size: number
}

/** The log over SM3 has a name of its own: two logs of one name would be a fork. */
export const guomiOrigin = (origin: string): string => `${origin}/sm3`

/** One transaction takes at most this many entries; a longer backlog takes several, each with its checkpoint. */
const maxStep = 65_536
/** So many where the second tree is made up for: hashing every entry twice takes this process's time. */
const maxCatchUpStep = 8_192
const integrationLock = 0x43_57_4c_54

/**
 * Takes new entries into the Merkle tree of each suite and signs a checkpoint over each, of the same size, in one
 * transaction: tiles and checkpoints are durable before anyone can read them, and where one key does not sign, nothing
 * is signed. Deterministic: tiles are a function of the journal, whoever makes them.
 * Trusted for: never signing a tree that does not extend the last one signed. It checks that checkpoint's signature,
 * the tiles it builds on against its root, and both against what it remembers of itself outside the database; and the
 * database lets each checkpoint have one successor only.
 * A second tree that is behind the first is left to {@link catchUpOnce}.
 * @throws {LedgerFailure} `tree-inconsistent`: nothing is signed until someone has looked.
 * @throws {CryptoFailure} `key-unavailable`, `key-answer-wrong`: nothing is signed until the key does again.
 */
export async function integrateOnce(options: IntegrationOptions): Promise<Integrated> {
  const { database, clock } = options
  const before = await readCoverage(database)
  const first = internationalLog(options)
  if (before.size < (first.lastSigned?.size ?? 0)) throw shorterThan(first.lastSigned!.size, before.size)
  if (before.international === before.size) return integrated(before)
  return await inTurn(database, integrated(before), async (tx) => {
    const { international: covered, guomi: guomiCovered, size } = await readCoverage(tx)
    if (size < covered) throw shorterThan(covered, size)
    if (covered === size) return { covered, size }
    const target = Math.min(size, covered + maxStep)
    const stored = await storedLeaves(tx, covered, target)
    const trees: SignedTree[] = [await growLog(tx, first, { covered, target, leaves: stored }, clock)]
    const second = guomiLog(options)
    if (second && guomiCovered === covered) {
      const { sha256, sm3 } = await hashedLeaves(tx, covered, target)
      if (!sha256.equals(stored)) throw alteredBetween(covered, target)
      trees.push(await growLog(tx, second, { covered, target, leaves: sm3 }, clock))
    }
    await options.memory?.remember(trees)
    return { covered: target, size }
  })
}

/**
 * Brings the SM3 tree of a ledger that had none, or whose key was away from the configuration, one step closer to the
 * first tree: to a size at which that has a checkpoint, over entries that are the ones under it.
 * @returns entries the SM3 tree covers, and the first; both as they are when there is no SM2 key.
 */
export async function catchUpOnce(options: IntegrationOptions): Promise<Integrated> {
  const second = guomiLog(options)
  const before = await readCoverage(options.database)
  const rest = { covered: before.guomi, size: before.international }
  if (!second || rest.covered === rest.size) return rest
  return await inTurn(options.database, rest, async (tx) => {
    const { international: first, guomi: covered } = await readCoverage(tx)
    if (covered === first) return { covered, size: first }
    const target = await nextSharedSize(tx, covered)
    const { sha256, sm3 } = await hashedLeaves(tx, covered, target, options.archived)
    await requireSignedLeaves(tx, internationalLog(options), { covered, target, leaves: sha256 })
    const tree = await growLog(tx, second, { covered, target, leaves: sm3 }, options.clock)
    await options.memory?.remember([tree])
    return { covered: target, size: first }
  })
}

const integrated = ({ international: covered, size }: Coverage): Integrated => ({ covered, size })

/** One process at a time works on the trees; the others get `otherwise`. */
async function inTurn<Result>(
  database: Database,
  otherwise: Result,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  return await database.transaction(async (tx) => {
    const [turn] = await tx.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [integrationLock])
    return turn!.mine ? await work(tx) : otherwise
  })
}

const internationalLog = (options: IntegrationOptions): SignedLog =>
  logOf(options, international, options.origin, options.signer)

const guomiLog = (options: IntegrationOptions): SignedLog | undefined =>
  options.guomiSigner && logOf(options, guomi, guomiOrigin(options.origin), options.guomiSigner)

function logOf(
  { formerVerifiers = [], memory }: IntegrationOptions,
  suite: Suite,
  origin: string,
  signer: NoteSigner,
): SignedLog {
  const verifiers = [parseVerifierKey(signer.verifierKey), ...formerVerifiers]
  return { suite, origin, signer, verifiers, lastSigned: memory?.newest(origin) }
}

/** The farthest size within one step at which the first tree has a checkpoint, or else the next. */
async function nextSharedSize(tx: Transaction, covered: number): Promise<number> {
  const [row] = await tx.query<{ target: number }>(
    `select coalesce(max(size) filter (where size <= $1::bigint + $2), min(size)) as target
     from ledger_checkpoint where size > $1 and size <= $1::bigint + $3`,
    [covered, maxCatchUpStep, maxStep],
  )
  return row!.target
}

function shorterThan(signed: number, size: number): LedgerFailure {
  return new LedgerFailure('tree-inconsistent', `a checkpoint covers ${signed} entries, the journal has ${size}`)
}

function alteredBetween(from: number, to: number): LedgerFailure {
  return new LedgerFailure('tree-inconsistent', `an entry between ${from} and ${to} does not have its leaf hash`)
}
