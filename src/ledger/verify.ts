import {
  CryptoFailure,
  digestSizeBytes,
  emptyFrontier,
  type Frontier,
  leafHash,
  type NoteVerifier,
  openNote,
  parseCheckpoint,
  tileWidth,
} from '../crypto/index.ts'
import type { Database } from '../kernel/index.ts'

/** The first thing found wrong, and where. */
export interface Finding {
  readonly problem: /** The sequence has a hole here: an entry was taken out. */
    | 'entry-missing'
    /** The bytes do not have the leaf hash stored beside them. */
    | 'entry-altered'
    /** Bytes and stored leaf hash agree with each other, but not with the tile made when the entry was new. */
    | 'entry-replaced'
    /** The tile that should cover the entry is missing or too narrow. */
    | 'tile-missing'
    /** The entries up to here do not have the root that was signed; the bad one stands at or after `sequence`. */
    | 'root-differs'
    /** The head names another size than the journal has. */
    | 'head-differs'
    /** A checkpoint's text, signature or chain is not what it must be. */
    | 'checkpoint-invalid'
  /** Sequence of the first bad entry; for a bad root or checkpoint, of the first entry it alone covers. */
  readonly sequence: number
}

export interface Verification {
  /** Entries verified; all of them when there is no finding. */
  readonly entries: number
  readonly checkpoints: number
  /** Entries at the end that no checkpoint covers yet: only their order and their own hashes were checked. */
  readonly uncovered: number
  readonly finding?: Finding
}

export interface VerificationOptions {
  readonly database: Database
  readonly origin: string
  /** Keys whose signature counts. */
  readonly verifiers: readonly NoteVerifier[]
}

/** Entries are read in whole tiles: four at a time, at most 64 MB. */
const chunk = 4 * tileWidth

/**
 * Recomputes everything from the bytes of the journal: sequence, leaf hashes, tiles and the root of every
 * checkpoint, and checks each checkpoint's signature. Trusts nothing in the database but what those keys signed.
 */
export async function verifyLedger(options: VerificationOptions): Promise<Verification> {
  const { database } = options
  const [head] = await database.query<{ size: number; rows_end: number }>(
    'select h.size, coalesce((select max(sequence) + 1 from ledger_entry), 0) as rows_end from ledger_head h',
  )
  const checkpoints = await readCheckpoints(options)
  const covered = checkpoints.at(-1)?.size ?? 0
  const tree = emptyFrontier()
  let checked = 0
  const result = (finding?: Finding): Verification => ({
    entries: tree.size,
    checkpoints: checked,
    uncovered: Math.max(0, tree.size - covered),
    ...(finding && { finding }),
  })

  const end = Math.max(head!.size, head!.rows_end, covered)
  for (let from = 0; from < end; from += chunk) {
    const to = Math.min(end, from + chunk)
    const rows = await database.query<JournalRow>(
      'select sequence, leaf_hash, body from ledger_entry where sequence >= $1 and sequence < $2 order by sequence',
      [from, to],
    )
    const tiles = await readLeafTiles(database, from / tileWidth, Math.ceil(to / tileWidth))
    for (let sequence = from; sequence < to; sequence++) {
      const finding = checkEntry(sequence, rows[sequence - from], sequence < covered ? tiles : undefined)
      if (finding) return result(finding)
      tree.append(leafHash(rows[sequence - from]!.body))
      const checkpoint = checkpoints[checked]
      if (checkpoint?.size === tree.size) {
        const bad = checkCheckpoint(checkpoint, checkpoints[checked - 1], tree)
        if (bad) return result(bad)
        checked += 1
      }
    }
  }
  return result(head!.rows_end === head!.size ? undefined : { problem: 'head-differs', sequence: head!.size })
}

interface JournalRow {
  readonly sequence: number
  readonly leaf_hash: Buffer
  readonly body: string
}

/** @param tiles level-0 hashes by tile, for entries that a checkpoint covers. */
function checkEntry(
  sequence: number,
  row: JournalRow | undefined,
  tiles: ReadonlyMap<number, Buffer> | undefined,
): Finding | undefined {
  if (row?.sequence !== sequence) return { problem: 'entry-missing', sequence }
  const leaf = leafHash(row.body)
  if (!leaf.equals(row.leaf_hash)) return { problem: 'entry-altered', sequence }
  if (!tiles) return undefined
  const at = (sequence % tileWidth) * digestSizeBytes
  const expected = tiles.get(Math.floor(sequence / tileWidth))?.subarray(at, at + digestSizeBytes)
  if (expected?.length !== digestSizeBytes) return { problem: 'tile-missing', sequence }
  return expected.equals(leaf) ? undefined : { problem: 'entry-replaced', sequence }
}

interface CheckedCheckpoint {
  readonly size: number
  readonly previousSize: number | null
  readonly root: Buffer
  /** Origin, size and root as signed by a known key. */
  readonly signed: boolean
}

function checkCheckpoint(
  checkpoint: CheckedCheckpoint,
  previous: CheckedCheckpoint | undefined,
  tree: Frontier,
): Finding | undefined {
  const sequence = previous?.size ?? 0
  if (!checkpoint.signed || checkpoint.previousSize !== (previous?.size ?? null)) {
    return { problem: 'checkpoint-invalid', sequence }
  }
  return checkpoint.root.equals(tree.root()) ? undefined : { problem: 'root-differs', sequence }
}

async function readCheckpoints({ database, origin, verifiers }: VerificationOptions): Promise<CheckedCheckpoint[]> {
  const rows = await database.query<{ size: number; previous_size: number | null; root_hash: Buffer; note: string }>(
    'select size, previous_size, root_hash, note from ledger_checkpoint order by size',
  )
  return rows.map((row) => {
    const signed = signedCheckpoint(row.note, verifiers)
    return {
      size: row.size,
      previousSize: row.previous_size,
      root: signed?.root ?? row.root_hash,
      signed: signed?.origin === origin && signed.size === row.size && signed.root.equals(row.root_hash),
    }
  })
}

function signedCheckpoint(note: string, verifiers: readonly NoteVerifier[]) {
  try {
    return parseCheckpoint(openNote(note, verifiers).text)
  } catch (error) {
    if (error instanceof CryptoFailure) return undefined
    throw error
  }
}

async function readLeafTiles(database: Database, from: number, to: number): Promise<ReadonlyMap<number, Buffer>> {
  const rows = await database.query<{ index: number; hashes: Buffer }>(
    `select index, hashes from ledger_tile
     where suite = 'international' and level = 0 and index >= $1 and index < $2`,
    [from, to],
  )
  return new Map(rows.map((row) => [row.index, row.hashes]))
}
