import { leafHashHex } from '../crypto/index.ts'
import type { LedgerSequence, Queryable } from '../kernel/index.ts'
import type { ArchivedEntries } from './archived-entries.ts'
import type { Entry } from './entry.ts'
import { parseEntry } from './parse-entry.ts'

export interface TraceRow {
  readonly sequence: LedgerSequence
  readonly entry: Entry
  /** The bytes the ledger commits to, and their leaf hash as stored (hex). */
  readonly body: string
  readonly leafHash: string
  /** False when the bytes no longer have that hash: the row was altered where it is stored. */
  readonly intact: boolean
}

interface StoredEntry {
  readonly sequence: number
  readonly body: string
  readonly leaf_hash: string
}

/** What stands at these places, in the order given: in the journal, or in a volume that it went to. */
export async function entriesAt(
  queryable: Queryable,
  sequences: readonly number[],
  archived: ArchivedEntries | undefined,
): Promise<{ readonly rows: readonly TraceRow[]; readonly expired: readonly LedgerSequence[] }> {
  const found = await queryable.query<StoredEntry>(
    {
      name: 'ledger_entries_at',
      text: `select sequence, body, encode(leaf_hash, 'hex') as leaf_hash from ledger_entry
             where sequence = any($1::bigint[])`,
    },
    [sequences],
  )
  const bySequence = new Map(found.map((row) => [row.sequence, row]))
  const expired: LedgerSequence[] = []
  const elsewhere = sequences.filter((sequence) => !bySequence.has(sequence))
  for (const { sequence, body, leafHash } of elsewhere.length > 0 && archived
    ? await archived.at(elsewhere, queryable)
    : []) {
    if (body === undefined) expired.push(sequence as LedgerSequence)
    else bySequence.set(sequence, { sequence, body, leaf_hash: leafHash.toString('hex') })
  }
  const rows = sequences.flatMap((sequence) => {
    const row = bySequence.get(sequence)
    return row === undefined ? [] : [traceRow(row)]
  })
  return { rows, expired }
}

function traceRow({ sequence, body, leaf_hash: leafHash }: StoredEntry): TraceRow {
  return {
    sequence: sequence as LedgerSequence,
    entry: parseEntry(body),
    body,
    leafHash,
    intact: leafHashHex(body) === leafHash,
  }
}
