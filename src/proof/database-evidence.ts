import {
  digestSizeBytes,
  leafHash,
  type SuiteName,
  type TileAddress,
  tileWidth,
  withCosignatures,
} from '../crypto/index.ts'
import type { Queryable } from '../kernel/index.ts'
import { type ArchivedEntries, firstTraceDifference, guomiOrigin } from '../ledger/index.ts'
import { bundleOf } from './bundle.ts'
import type { Evidence, EvidenceTree, FoundCheckpoint, StoredDifference, Stretch } from './evidence.ts'

const checkpointTables: Readonly<Record<SuiteName, string>> = {
  international: 'ledger_checkpoint',
  guomi: 'ledger_guomi_checkpoint',
}

/**
 * A live database as evidence: the journal's rows, the tiles, every checkpoint ever signed with its cosignatures and
 * time-stamps, and what else is stored beside them. It is read as of the call; entries appended meanwhile are left out.
 * @param archived where entries are that have left the database; of volumes that are not at hand only hashes are checked.
 */
export async function openDatabaseEvidence(
  database: Queryable,
  origin: string,
  archived?: ArchivedEntries,
): Promise<Evidence> {
  const [head] = await database.query<{ size: number; rows_end: number; covered: number; guomi: number }>(
    `select h.size, coalesce((select max(sequence) + 1 from ledger_entry), 0) as rows_end,
       coalesce((select max(size) from ledger_checkpoint), 0) as covered,
       coalesce((select max(size) from ledger_guomi_checkpoint), 0) as guomi
     from ledger_head h`,
  )
  const { size: stated, rows_end: rowsEnd, covered, guomi } = head!
  const size = Math.max(stated, rowsEnd, covered)
  const successions = await database.query<{ note: string }>(
    'select note from ledger_succession where origin in ($1, $2) order by origin, number',
    [origin, guomiOrigin(origin)],
  )
  const released = await database.query<Released>(
    'select first_sequence as first, end_sequence as "end" from ledger_partition where released order by 1',
  )
  const trees = [databaseTree(database, 'international', origin, covered)]
  if (guomi > 0) trees.push(databaseTree(database, 'guomi', guomiOrigin(origin), guomi))
  return {
    origin,
    size,
    trees,
    successions: successions.map((row) => row.note),
    entries: {
      stretch: (index, count) => readStretch({ database, archived }, index * tileWidth, count, released),
      async entryAt(sequence) {
        const [row] = await database.query<{ body: string }>('select body from ledger_entry where sequence = $1', [
          sequence,
        ])
        return row ? row.body : (await atHand(archived, [sequence]))[0]?.body
      },
      async afterwards() {
        const found: StoredDifference[] = []
        if (rowsEnd !== stated) found.push({ problem: 'head-differs', sequence: stated })
        const traced = await firstTraceDifference(database)
        if (traced !== undefined) found.push({ problem: 'trace-differs', sequence: traced })
        return found
      },
    },
    close: async () => {},
  }
}

/** Entries [first, end), which have left the database for a volume. */
interface Released {
  readonly first: number
  readonly end: number
}

interface EntrySources {
  readonly database: Queryable
  readonly archived: ArchivedEntries | undefined
}

async function readStretch(
  { database, archived }: EntrySources,
  first: number,
  count: number,
  released: readonly Released[],
): Promise<Stretch> {
  const rows = await database.query<{ sequence: number; leaf_hash: Buffer; body: string }>(
    {
      name: 'proof_stretch',
      text: `select sequence, leaf_hash, body from ledger_entry
             where sequence >= $1 and sequence < $2 order by sequence`,
    },
    [first, first + count],
  )
  const bodies = Array.from({ length: count }, () => nothing)
  const stored = Buffer.alloc(count * digestSizeBytes, leafOfNothing)
  const missing = new Set(Array.from({ length: count }, (_, i) => first + i))
  for (const { sequence, leaf_hash: leaf, body } of rows) {
    missing.delete(sequence)
    bodies[sequence - first] = Buffer.from(body)
    leaf.copy(stored, (sequence - first) * digestSizeBytes)
  }
  for (const { sequence, leafHash: leaf, body } of missing.size > 0 ? await atHand(archived, [...missing]) : []) {
    if (body === undefined) continue
    missing.delete(sequence)
    bodies[sequence - first] = Buffer.from(body)
    leaf.copy(stored, (sequence - first) * digestSizeBytes)
  }
  const isReleased = (sequence: number) => released.some((one) => sequence >= one.first && sequence < one.end)
  return {
    bundle: bundleOf(bodies).bytes,
    missing: [...missing].filter((sequence) => !isReleased(sequence)),
    absent: [...missing].filter(isReleased),
    storedLeaves: stored,
  }
}

/** A volume whose storage is not mounted leaves its entries to their hashes: the rest can be verified all the same. */
async function atHand(archived: ArchivedEntries | undefined, sequences: readonly number[]) {
  try {
    return archived ? await archived.at(sequences) : []
  } catch (error) {
    if ((error as { code?: unknown }).code === 'volume-missing') return []
    throw error
  }
}

const nothing = Buffer.alloc(0)
const leafOfNothing = leafHash('')

function databaseTree(database: Queryable, suite: SuiteName, origin: string, covered: number): EvidenceTree {
  return {
    suite,
    origin,
    covered,
    checkpoints: () => readCheckpoints(database, suite, origin, covered),
    async tile({ level, index, width }: TileAddress) {
      const [row] = await database.query<{ hashes: Buffer }>(
        {
          name: 'proof_tile',
          text: 'select hashes from ledger_tile where suite = $1 and level = $2 and index = $3',
        },
        [suite, level, index],
      )
      return row && row.hashes.length >= width * digestSizeBytes
        ? row.hashes.subarray(0, width * digestSizeBytes)
        : undefined
    },
  }
}

const pageSize = 500

async function* readCheckpoints(
  database: Queryable,
  suite: SuiteName,
  origin: string,
  upTo: number,
): AsyncGenerator<FoundCheckpoint> {
  interface Row {
    readonly size: number
    readonly previous_size: number | null
    readonly root_hash: Buffer
    readonly note: string
    readonly lines: readonly string[]
    readonly tokens: readonly Buffer[]
  }
  for (let after = -1; ; ) {
    const rows = await database.query<Row>(
      {
        name: `proof_checkpoints_${suite}`,
        text: `select c.size, c.previous_size, c.root_hash, c.note,
                 array(select line from ledger_cosignature s where s.origin = $1 and s.size = c.size
                       order by s.cosigned_at, s.witness) as lines,
                 array(select token from ledger_timestamp t where t.origin = $1 and t.size = c.size
                       order by t.id) as tokens
               from ${checkpointTables[suite]} c where c.size > $2 and c.size <= $3 order by c.size limit $4`,
      },
      [origin, after, upTo, pageSize],
    )
    for (const { size, previous_size: previousSize, root_hash: root, note, lines, tokens } of rows) {
      yield { note: withLines(note, lines), timestamps: tokens, row: { size, previousSize, root } }
    }
    if (rows.length < pageSize) return
    after = rows.at(-1)!.size
  }
}

/** A note that is not one stays as it is, to be found out. */
function withLines(note: string, lines: readonly string[]): string {
  return lines.length === 0 || !note.includes('\n\n') ? note : withCosignatures(note, lines)
}
