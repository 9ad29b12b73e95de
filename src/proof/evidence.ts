import type { SuiteName } from '../crypto/index.ts'

import type { TileReader } from './tile-hashes.ts'
import type { Words } from './verdict.ts'

/**
 * Where the verifier reads from: a folder or address of tiles, or a live database. Nothing in it is trusted; it is asked
 * in order, a tile's worth at a time, and for single entries where a rule has to look twice.
 */
export interface Evidence {
  /** The name of the log, as its checkpoints state it. */
  readonly origin: string
  /** Entries there are, of which some at the end may not be covered by a checkpoint. */
  readonly size: number
  /** The SHA-256 tree first. */
  readonly trees: readonly EvidenceTree[]
  /** Absent where there are only hashes. */
  readonly entries?: EvidenceEntries
  /** Statements of succession between keys of the log, oldest first. */
  readonly successions: readonly string[]
  /** What is there and is not read, and why. */
  readonly leftOut?: readonly { readonly place: string; readonly words: Words }[]
  close(): Promise<void>
}

export interface EvidenceTree {
  readonly suite: SuiteName
  /** Name of this tree's log: first line of its checkpoints. */
  readonly origin: string
  /** Entries that its newest checkpoint covers. */
  readonly covered: number
  /** Every checkpoint there is, by size. */
  checkpoints(): AsyncIterable<FoundCheckpoint>
  readonly tile: TileReader
}

export interface FoundCheckpoint {
  readonly note: string
  /** RFC 3161 tokens over it. */
  readonly timestamps?: readonly Uint8Array[]
  /** As the database has it beside the note. */
  readonly row?: { readonly size: number; readonly previousSize: number | null; readonly root: Uint8Array }
}

export interface EvidenceEntries {
  /** Entries [256·index, 256·index + count). @returns undefined where they cannot be read. */
  stretch(index: number, count: number): Promise<Stretch | undefined>
  /** One entry's text. */
  entryAt(sequence: number): Promise<string | undefined>
  /** What else there is to hold against the entries once all of them were read. */
  afterwards?(found: { readonly read: number }): Promise<readonly StoredDifference[]>
}

/** Entries as bundled, in bytes that are handed over; where one is missing, an empty one stands for it. */
export interface Stretch {
  readonly bundle: Uint8Array
  readonly missing: readonly number[]
  /** Entries whose text is rightly not here: in an archive, or expired. Their hashes are in the tiles. */
  readonly absent?: readonly number[]
  /** Leaf hashes stored beside the entries. */
  readonly storedLeaves?: Uint8Array
  /** Entries of which the index for questions says something else than they do. */
  readonly tracedWrongly?: readonly number[]
}

/** A difference outside the entries: the head of the journal, the reach of the index. */
export interface StoredDifference {
  readonly problem: 'head-differs' | 'trace-differs'
  readonly sequence: number
}
