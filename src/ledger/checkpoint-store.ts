import {
  type Checkpoint,
  CryptoFailure,
  type NoteVerifier,
  openNote,
  parseCheckpoint,
  type SuiteName,
} from '../crypto/index.ts'
import type { Queryable } from '../kernel/index.ts'
import { LedgerFailure } from './errors.ts'

/** Each suite's checkpoints, one chain each; those of the second stand at sizes of the first. */
export const checkpointTable: Readonly<Record<SuiteName, string>> = {
  international: 'ledger_checkpoint',
  guomi: 'ledger_guomi_checkpoint',
}

/** How many entries there are, and how many each suite's newest checkpoint covers. */
export interface Coverage {
  readonly size: number
  readonly international: number
  readonly guomi: number
}

export async function readCoverage(from: Queryable): Promise<Coverage> {
  const [row] = await from.query<Coverage & object>({
    name: 'ledger_coverage',
    text: `select h.size, coalesce((select max(size) from ledger_checkpoint), 0) as international,
             coalesce((select max(size) from ledger_guomi_checkpoint), 0) as guomi
           from ledger_head h`,
  })
  return row!
}

/** Who signs the log of a suite, and whose signature under its last checkpoint counts. */
export interface LogIdentity {
  readonly origin: string
  readonly verifiers: readonly NoteVerifier[]
}

/**
 * A stored checkpoint, believed only if one of the log's own keys signed it: whoever can write the table cannot make us
 * build on a tree that we did not sign.
 * @throws {LedgerFailure} `tree-inconsistent`.
 */
export async function readSignedCheckpoint(
  from: Queryable,
  suite: SuiteName,
  size: number,
  { origin, verifiers }: LogIdentity,
): Promise<Checkpoint> {
  const [row] = await from.query<{ note: string; root_hash: Buffer }>(
    `select note, root_hash from ${checkpointTable[suite]} where size = $1`,
    [size],
  )
  const checkpoint = row && signedText(row.note, verifiers)
  if (!checkpoint) throw inconsistent(`checkpoint ${size} (${suite}) is not signed by a key of this log`)
  if (checkpoint.origin !== origin) {
    throw inconsistent(`the last checkpoint is of ${checkpoint.origin}, not of ${origin}`)
  }
  if (checkpoint.size !== size || !checkpoint.root.equals(row.root_hash)) {
    throw inconsistent(`checkpoint ${size} (${suite}) does not say what its note says`)
  }
  return checkpoint
}

export interface NewCheckpoint {
  readonly size: number
  readonly previousSize: number
  readonly root: Buffer
  readonly note: string
  readonly signedAt: Date
}

export async function storeCheckpoint(into: Queryable, suite: SuiteName, made: NewCheckpoint): Promise<void> {
  await into.query(
    `insert into ${checkpointTable[suite]} (size, previous_size, root_hash, note, signed_at)
     values ($1, $2, $3, $4, $5)`,
    [made.size, made.previousSize === 0 ? null : made.previousSize, made.root, made.note, made.signedAt],
  )
}

function signedText(note: string, verifiers: readonly NoteVerifier[]): Checkpoint | undefined {
  try {
    return parseCheckpoint(openNote(note, verifiers).text)
  } catch (error) {
    if (error instanceof CryptoFailure) return undefined
    throw error
  }
}

function inconsistent(message: string): LedgerFailure {
  return new LedgerFailure('tree-inconsistent', message)
}
